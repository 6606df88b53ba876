import { App, Form, Modal } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, part, type User } from '@/api'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Password, SHORTEST } from './Password'

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useText()
  const { message } = App.useApp()
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const reset = useMutation({
    mutationFn: () => api.patch(`/users/${part(user.name)}`, { password }),
    onSuccess: () => {
      onClose()
      void message.success(t.users.resetDone(user.name))
    },
  })
  return (
    <Modal
      open
      title={t.users.resetTitle(user.name)}
      okText={t.users.reset}
      okButtonProps={{ danger: true }}
      cancelText={t.users.cancel}
      confirmLoading={reset.isPending}
      onCancel={onClose}
      onOk={() => {
        setTried(true)
        if (password.length >= SHORTEST) reset.mutate()
      }}
    >
      <p>{t.users.resetText}</p>
      <Form layout="vertical" component={false}>
        <Password
          id="reset-password"
          label={t.users.newPassword}
          value={password}
          onChange={setPassword}
          tried={tried}
        />
      </Form>
      {reset.error ? <ErrorPanel error={reset.error} /> : null}
    </Modal>
  )
}
