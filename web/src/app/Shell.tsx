import { Layout } from 'antd'
import { Suspense } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { Waiting } from './Gate'
import { ROUTES } from './routes'

export function Shell() {
  return (
    <Layout className="shell">
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/" element={<Navigate to="/now" replace />} />
          {ROUTES.map(({ path, Page }) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
        </Routes>
      </Suspense>
    </Layout>
  )
}
