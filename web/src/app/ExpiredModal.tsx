import { Button, Modal } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { api, type Setup } from '@/api'
import { useText } from '@/i18n'
import { DemoButtons, LoginForm } from '@/pages/login/LoginForm'
import '@/pages/login/login.css'
import { useSessionState } from './session'

/** Asks for the log-in over the page when the session has ended, so that nothing on the page is lost. */
export function ExpiredModal() {
  const t = useText()
  const { state, session, enter, leave } = useSessionState()
  const setup = useQuery({
    queryKey: ['setup'],
    queryFn: () => api.open.get<Setup>('/setup'),
    enabled: state === 'expired',
  })
  return (
    <Modal
      open={state === 'expired'}
      title={t.shell.expired.title}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      destroyOnHidden
      width={440}
      footer={
        <Button type="text" onClick={() => void leave()}>
          {t.shell.expired.other}
        </Button>
      }
    >
      <p>{t.shell.expired.text}</p>
      {session?.demo && setup.data?.demo ? (
        <DemoButtons onEnter={enter} />
      ) : (
        <LoginForm {...(session ? { name: session.user.name } : {})} onEnter={enter} />
      )}
    </Modal>
  )
}
