import { Button, Flex, Form, Input } from 'antd'
import { useState } from 'react'
import { api, type Role, type Session } from '@/api'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'

interface Given {
  /** Filled in and not to be changed: whose session has ended. */
  name?: string
  onEnter: (session: Session) => void
}

/** Name and password; says what is wrong in the server's words. */
export function LoginForm({ name, onEnter }: Given) {
  const t = useText()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (given: { name: string; password: string }) => {
    setBusy(true)
    setError(null)
    try {
      onEnter(await api.open.post<Session>('/session', { ...given, name: given.name.trim() }))
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const needed = [{ required: true, message: t.login.need }]
  return (
    <Form layout="vertical" requiredMark={false} onFinish={submit} initialValues={{ name }}>
      {error ? <ErrorPanel error={error} className="form-error" /> : null}
      <Form.Item name="name" label={t.login.name} rules={needed}>
        <Input size="large" autoComplete="username" autoFocus={!name} readOnly={Boolean(name)} maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label={t.login.password} rules={needed}>
        <Input.Password size="large" autoComplete="current-password" autoFocus={Boolean(name)} maxLength={256} />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {busy ? t.login.entering : t.login.enter}
      </Button>
    </Form>
  )
}

const ROLES: Role[] = ['viewer', 'analyst', 'operator', 'administrator']

/** One marked button a role; only where the server offers the demo's log-in. */
export function DemoButtons({ onEnter }: { onEnter: (session: Session) => void }) {
  const t = useText()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState<Role | null>(null)
  const enter = async (role: Role) => {
    setBusy(role)
    setError(null)
    try {
      onEnter(await api.open.post<Session>('/session/demo', { role }))
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(null)
    }
  }
  return (
    <section className="demo-login" aria-label={t.login.demo}>
      <Flex justify="space-between" align="baseline" gap={8} wrap>
        <strong className="demo-flag">{t.login.demo}</strong>
        <span className="quiet">{t.login.demoNot}</span>
      </Flex>
      <p className="quiet">{t.login.demoHelp}</p>
      {error ? <ErrorPanel error={error} className="form-error" /> : null}
      <div className="demo-roles">
        {ROLES.map((role) => (
          <Button key={role} className="demo-role" loading={busy === role} onClick={() => void enter(role)}>
            <span className="demo-role-text">
              <strong>{t.common.roles[role]}</strong>
              <span className="quiet">{t.login.demoRoles[role]}</span>
            </span>
          </Button>
        ))}
      </div>
    </section>
  )
}
