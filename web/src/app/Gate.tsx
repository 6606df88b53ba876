import { Spin } from 'antd'
import { lazy, Suspense } from 'react'
import { Navigate, Route, Routes, useLocation } from 'react-router'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Shell } from './Shell'
import { useSessionState } from './session'

const LoginPage = lazy(() => import('@/pages/login/LoginPage'))
const SetupPage = lazy(() => import('@/pages/login/SetupPage'))

/** Lets in who is logged in, and sends everybody else to the log-in, from where they come back. */
export function Gate() {
  return (
    <Suspense fallback={<Waiting />}>
      <Routes>
        <Route path="/login" element={<LoginPage />} />
        <Route path="/setup" element={<SetupPage />} />
        <Route path="*" element={<Inside />} />
      </Routes>
    </Suspense>
  )
}

function Inside() {
  const { state, session, problem, again } = useSessionState()
  const { pathname, search } = useLocation()
  if (state === 'asking' && !session) return <Waiting />
  if (state === 'unreachable') {
    return (
      <main className="lonely">
        <ErrorPanel error={problem} retry={again} />
      </main>
    )
  }
  if (!session) return <Navigate to={`/login?to=${encodeURIComponent(pathname + search)}`} replace />
  return <Shell />
}

export function Waiting() {
  const t = useText()
  return (
    <main className="lonely" aria-busy="true">
      <Spin size="large" description={t.common.loadingPage}>
        <div className="spin-space" />
      </Spin>
    </main>
  )
}
