import { MenuFoldOutlined, MenuUnfoldOutlined, QuestionCircleOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Layout, Tooltip } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useCallback, useState } from 'react'
import { Navigate, Route, Routes, useLocation, useNavigate } from 'react-router'
import { api, Problem, type Demo } from '@/api'
import { useText } from '@/i18n'
import { Logo } from '@/parts/Logo'
import { ExpiredModal } from './ExpiredModal'
import { Footer } from './Footer'
import { Waiting } from './Gate'
import { GlobalSearch } from './GlobalSearch'
import { KeyHelp } from './KeyHelp'
import { useGlobalKeys } from './keys'
import { Navigation } from './Navigation'
import { Notices } from './Notices'
import { NoSuchPage, PageGuard, PageRescue } from './PageGuard'
import { ROUTES } from './routes'
import { useMay } from './session'
import './shell.css'
import { LanguageSwitch, ThemeSwitch } from './switches'
import { LiveProvider } from './useLive'
import { UserMenu } from './UserMenu'

const FOLDED = 'xiezhi.folded'

/** Everything around a page: navigation, search, notices, switches, who is logged in, and the engine's health. */
export function Shell() {
  const t = useText()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const demo = useIsDemo()
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED) === '1')
  const [open, setOpen] = useState<'search' | 'keys' | null>(null)
  const search = useCallback(() => setOpen('search'), [])
  const help = useCallback(() => setOpen('keys'), [])
  const go = useCallback((path: string) => void navigate(path), [navigate])
  useGlobalKeys({ search, help, go })
  const fold = () => {
    localStorage.setItem(FOLDED, folded ? '0' : '1')
    setFolded(!folded)
  }
  return (
    <LiveProvider>
      <a className="skip" href="#content">
        {t.shell.skip}
      </a>
      <Layout className="shell">
        <Layout.Sider width={184} collapsedWidth={52} collapsed={folded} className="shell-side">
          <div className="shell-brand">
            <Logo />
            {folded ? null : <span>{t.common.product}</span>}
          </div>
          <Navigation folded={folded} demo={demo} />
        </Layout.Sider>
        <Layout className="shell-right">
          <header className="shell-head">
            <Button
              type="text"
              icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
              aria-label={folded ? t.shell.expand : t.shell.collapse}
              onClick={fold}
            />
            <button type="button" className="search-open" onClick={search}>
              <SearchOutlined aria-hidden />
              <span className="cut">{t.shell.search.open}</span>
              <kbd aria-hidden>Ctrl K</kbd>
            </button>
            <span className="shell-gap" />
            {demo ? (
              <Tooltip title={t.shell.demoFlagHelp}>
                <span className="demo-mark">{t.shell.demoFlag}</span>
              </Tooltip>
            ) : null}
            <Notices />
            <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t.shell.keys.open} onClick={help} />
            <ThemeSwitch />
            <LanguageSwitch />
            <UserMenu />
          </header>
          <main id="content" className="shell-main" tabIndex={-1}>
            <PageRescue key={pathname}>
              <Suspense fallback={<Waiting />}>
                <Pages />
              </Suspense>
            </PageRescue>
          </main>
          <Footer />
        </Layout>
      </Layout>
      <GlobalSearch open={open === 'search'} onClose={() => setOpen(null)} />
      <KeyHelp open={open === 'keys'} onClose={() => setOpen(null)} />
      <ExpiredModal />
    </LiveProvider>
  )
}

function Pages() {
  const may = useMay()
  const first = ROUTES.find(({ menu, permission }) => menu && may(permission))
  return (
    <Routes>
      <Route path="/" element={<Navigate to={first?.path ?? '/now'} replace />} />
      {ROUTES.map(({ path, permission, Page }) => (
        <Route
          key={path}
          path={path}
          element={
            <PageGuard permission={permission}>
              <Page />
            </PageGuard>
          }
        />
      ))}
      <Route path="*" element={<NoSuchPage />} />
    </Routes>
  )
}

/** Whether the server plays a city; a server without one answers 404. */
function useIsDemo(): boolean {
  const allowed = useMay()('demo.read')
  const { data } = useQuery({
    queryKey: ['demo', 'there'],
    queryFn: async ({ signal }) => {
      try {
        await api.get<Demo>('/demo', {}, signal)
        return true
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return false
        throw error
      }
    },
    enabled: allowed,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? false
}
