import { KeyOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { api } from '@/api'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { useSession, useSessionState } from './session'

export function UserMenu() {
  const t = useText()
  const { user, demo } = useSession()
  const { leave } = useSessionState()
  const [changing, setChanging] = useState(false)
  const name = user.display || user.name
  const items = [
    {
      key: 'who',
      type: 'group' as const,
      label: (
        <div className="user-who">
          <strong>{name}</strong>
          <span className="quiet">
            {t.common.roles[user.role] ?? user.role}
            {demo ? ` · ${t.shell.user.demo}` : null}
          </span>
        </div>
      ),
    },
    ...(demo ? [] : [{ key: 'password', icon: <KeyOutlined />, label: t.shell.user.password }]),
    { key: 'logout', icon: <LogoutOutlined />, label: t.shell.user.logout },
  ]
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => (key === 'logout' ? void leave() : setChanging(true)) }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={t.shell.user.menu(`${name} · ${t.common.roles[user.role] ?? user.role}`)}>
          <span className="user-name cut">{t.common.roles[user.role] ?? user.role}</span>
        </Button>
      </Dropdown>
      <PasswordModal open={changing} onClose={() => setChanging(false)} />
    </>
  )
}

interface Given {
  old: string
  fresh: string
  again: string
}

function PasswordModal({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText()
  const { message } = App.useApp()
  const [form] = Form.useForm<Given>()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async ({ old, fresh }: Given) => {
    setBusy(true)
    setError(null)
    try {
      await api.put('/session/password', { old, new: fresh })
      void message.success(t.shell.user.changed)
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const needed = { required: true, message: t.shell.user.need }
  return (
    <Modal
      open={open}
      title={t.shell.user.password}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={t.common.save}
      cancelText={t.common.cancel}
      confirmLoading={busy}
      destroyOnHidden
      afterClose={() => setError(null)}
      width={400}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} preserve={false}>
        {error ? <ErrorPanel error={error} className="form-error" /> : null}
        <Form.Item name="old" label={t.shell.user.old} rules={[needed]}>
          <Input.Password autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <Form.Item name="fresh" label={t.shell.user.fresh} rules={[needed]}>
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Form.Item
          name="again"
          label={t.shell.user.again}
          dependencies={['fresh']}
          rules={[
            needed,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                !value || value === getFieldValue('fresh')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t.shell.user.differ)),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
