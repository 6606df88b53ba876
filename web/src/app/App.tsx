import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useMemo } from 'react'
import { BrowserRouter } from 'react-router'
import { Problem } from '@/api'
import { useLanguage } from '@/i18n'
import { Gate } from './Gate'
import { SessionProvider } from './session'
import { themeConfig, useDark } from './theme'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      // What the server has refused stays refused; only a lost connection is worth another try.
      retry: (times, error) => times < 2 && error instanceof Problem && error.status === 0,
    },
  },
})

export function App() {
  const dark = useDark()
  const chosen = useLanguage()
  const theme = useMemo(() => themeConfig(dark), [dark])
  useEffect(() => {
    // Names and reasons come in the reader's language: ask again for what is on the page.
    void queries.invalidateQueries()
  }, [chosen])
  return (
    <ConfigProvider theme={theme} locale={chosen === 'zh' ? zhCN : enUS} componentSize="middle" button={{ autoInsertSpace: false }}>
      <AntApp>
        <QueryClientProvider client={queries}>
          <SessionProvider>
            <BrowserRouter>
              <Gate />
            </BrowserRouter>
          </SessionProvider>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  )
}
