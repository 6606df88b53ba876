import { LockOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useLocation, useNavigate } from 'react-router'
import type { Permission } from '@/api'
import { texts, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { PageFrame } from '@/parts/PageFrame'
import { useMay, useSession } from './session'

/** Shows a page to who may see it, and to others why they may not. */
export function PageGuard({ permission, children }: { permission: Permission; children: ReactNode }) {
  const t = useText()
  const may = useMay()
  const { user } = useSession()
  if (may(permission)) return children
  return (
    <PageFrame title={t.common.problem.forbidden}>
      <section className="panel">
        <EmptyState
          icon={<LockOutlined />}
          title={t.common.problem.forbiddenNeeds(permission)}
          help={t.common.problem.forbiddenCure(t.common.roles[user.role] ?? user.role)}
        >
          <Home />
        </EmptyState>
      </section>
    </PageFrame>
  )
}

export function NoSuchPage() {
  const t = useText()
  const { pathname } = useLocation()
  return (
    <PageFrame title={t.common.problem.notFound}>
      <section className="panel">
        <EmptyState
          icon={<QuestionCircleOutlined />}
          title={t.common.problem.notFoundWhere(pathname)}
          help={t.common.problem.notFoundCure}
        >
          <Home />
        </EmptyState>
      </section>
    </PageFrame>
  )
}

function Home() {
  const t = useText()
  const navigate = useNavigate()
  return (
    <Button type="primary" onClick={() => void navigate('/')}>
      {t.common.problem.home}
    </Button>
  )
}

/** Catches what a page throws while it is drawn, or when its code is gone because the console was updated. */
export class PageRescue extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    const t = texts().common.problem
    const outdated = /dynamically imported module|module script|Failed to fetch/i.test(error.message)
    return (
      <main className="page">
        <Alert
          type={outdated ? 'info' : 'error'}
          showIcon
          title={outdated ? t.newVersion : t.unexpected}
          description={
            <>
              <p>{outdated ? t.newVersionCure : t.unexpectedCure}</p>
              {outdated ? null : <pre className="caret">{error.message}</pre>}
              <Button onClick={() => location.reload()}>{t.reload}</Button>
            </>
          }
        />
      </main>
    )
  }
}
