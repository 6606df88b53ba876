import { Button, Form, Input } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { api, type Session, type Setup } from '@/api'
import { useSessionState } from '@/app/session'
import { useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Doorway } from './Doorway'

interface Given {
  name: string
  password: string
}

export default function SetupPage() {
  const t = useText()
  const navigate = useNavigate()
  const token = useSearchParams()[0].get('token')
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => api.open.get<Setup>('/setup') })
  useEffect(() => {
    document.title = `${t.login.setup} · ${t.common.product}`
  }, [t])
  const toLogin = (
    <Button type="primary" onClick={() => void navigate('/login')}>
      {t.login.toLogin}
    </Button>
  )
  if (setup.data && !setup.data.needed) {
    return (
      <Doorway title={t.login.setup}>
        <EmptyState title={t.login.setupDone} help={t.login.setupDoneHelp}>
          {toLogin}
        </EmptyState>
      </Doorway>
    )
  }
  return (
    <Doorway title={t.login.setupTitle} line={t.login.setupLine}>
      {setup.error ? <ErrorPanel error={setup.error} retry={() => void setup.refetch()} /> : null}
      {token ? <FirstForm token={token} /> : <EmptyState title={t.login.noToken} help={t.login.noTokenHelp} />}
    </Doorway>
  )
}

function FirstForm({ token }: { token: string }) {
  const t = useText()
  const navigate = useNavigate()
  const { enter } = useSessionState()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async ({ name, password }: Given) => {
    setBusy(true)
    setError(null)
    try {
      enter(await api.open.post<Session>('/setup', { token, name: name.trim(), password }))
      void navigate('/', { replace: true })
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const needed = { required: true, message: t.login.need }
  return (
    <Form layout="vertical" requiredMark={false} onFinish={submit}>
      {error ? <ErrorPanel error={error} className="form-error" /> : null}
      <Form.Item name="name" label={t.login.name} rules={[needed]}>
        <Input size="large" autoComplete="username" autoFocus maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label={t.login.password} rules={[needed]}>
        <Input.Password size="large" autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t.login.again}
        dependencies={['password']}
        rules={[
          needed,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t.login.differ)),
          }),
        ]}
      >
        <Input.Password size="large" autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {t.login.setupEnter}
      </Button>
    </Form>
  )
}
