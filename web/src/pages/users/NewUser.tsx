import { App, Form, Input, Modal, Select } from 'antd'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Role, type Roles, type User } from '@/api'
import { useNamed, useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Password, SHORTEST } from './Password'
import { ROLES } from './Users'

const NAME = /^[a-z0-9][a-z0-9._-]{1,63}$/

export function useRoles() {
  return useQuery({
    queryKey: ['roles'],
    queryFn: ({ signal }) => api.get<Roles>('/roles', {}, signal),
    staleTime: 600_000,
  })
}

export function NewUser({ onClose }: { onClose: () => void }) {
  const t = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [name, setName] = useState('')
  const [display, setDisplay] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: () => api.post<User>('/users', { name, display: display.trim(), role, password }),
    onSuccess: async (user) => {
      onClose()
      void message.success(t.users.created(user.name))
      await queries.invalidateQueries({ queryKey: ['users'] })
    },
  })
  const wrong = tried && !NAME.test(name)
  return (
    <Modal
      open
      title={t.users.create}
      okText={t.users.save}
      cancelText={t.users.cancel}
      confirmLoading={create.isPending}
      onCancel={onClose}
      onOk={() => {
        setTried(true)
        if (NAME.test(name) && password.length >= SHORTEST) create.mutate()
      }}
    >
      <Form layout="vertical" component={false}>
        <Form.Item
          label={t.users.name}
          htmlFor="user-name"
          required
          validateStatus={wrong ? 'error' : undefined}
          help={wrong ? t.users.nameShape : t.users.nameHint}
        >
          <Input
            id="user-name"
            autoFocus
            autoComplete="off"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value.trim())}
          />
        </Form.Item>
        <Form.Item label={t.users.display} htmlFor="user-display">
          <Input
            id="user-display"
            autoComplete="off"
            maxLength={64}
            value={display}
            onChange={(event) => setDisplay(event.target.value)}
          />
        </Form.Item>
        <Form.Item label={t.users.role} htmlFor="user-role" required help={<RoleNote role={role} />}>
          <Select<Role>
            id="user-role"
            value={role}
            onChange={setRole}
            options={ROLES.map((value) => ({ value, label: t.common.roles[value] }))}
          />
        </Form.Item>
        <Password id="user-password" label={t.users.password} value={password} onChange={setPassword} tried={tried} />
      </Form>
      {create.error ? <ErrorPanel error={create.error} /> : null}
    </Modal>
  )
}

function RoleNote({ role }: { role: Role }) {
  const t = useText()
  const named = useNamed()
  const { data } = useRoles()
  const held = data?.items.find((each) => each.role === role)?.permissions ?? []
  const names = data?.permissions.filter((each) => held.includes(each.name)).map((each) => named(each)) ?? []
  if (!names.length) return null
  return (
    <span className="role-note">
      {t.users.permissionsOf} {names.join(t.users.listComma)}
    </span>
  )
}
