import { Alert } from 'antd'
import { useEffect } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { useQuery } from '@tanstack/react-query'
import { api, type Setup } from '@/api'
import { useSessionState } from '@/app/session'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Doorway } from './Doorway'
import { DemoButtons, LoginForm } from './LoginForm'

export default function LoginPage() {
  const t = useText()
  const [query] = useSearchParams()
  const { session, enter } = useSessionState()
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => api.open.get<Setup>('/setup') })
  useEffect(() => {
    document.title = `${t.login.title} · ${t.common.product}`
  }, [t])
  if (session) return <Navigate to={inside(query.get('to'))} replace />
  return (
    <Doorway title={t.login.welcome}>
      {setup.error ? (
        <ErrorPanel error={setup.error} retry={() => void setup.refetch()} className="form-error" />
      ) : null}
      {setup.data?.needed && !setup.data.demo ? (
        <Alert type="info" showIcon title={t.login.setupNeeded} description={t.login.setupNeededHelp} className="form-error" />
      ) : null}
      <LoginForm onEnter={enter} />
      {setup.data?.demo ? <DemoButtons onEnter={enter} /> : null}
    </Doorway>
  )
}

/** Where to go after the log-in: only ever a page of our own. */
function inside(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith('/login') ? wanted : '/'
}
