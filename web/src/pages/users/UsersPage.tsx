import { Tabs } from 'antd'
import { useSearchParams } from 'react-router'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'
import { PageFrame } from '@/parts/PageFrame'
import { Keys } from './Keys'
import { Users } from './Users'
import '../rules/rules.css'
import './users.css'

/** People and programs: their accounts and keys. */
export default function UsersPage() {
  const t = useText()
  const may = useMay()
  const [asked, ask] = useSearchParams()
  const tab = asked.get('tab') === 'keys' ? 'keys' : 'users'
  return (
    <PageFrame title={t.users.title} line={tab === 'keys' ? t.users.keysIntro : t.users.intro}>
      <Tabs
        className="user-tabs"
        activeKey={tab}
        onChange={(key) => ask(key === 'keys' ? { tab: 'keys' } : {}, { replace: true })}
        destroyOnHidden
        items={[
          { key: 'users', label: t.users.usersTab, children: <Users /> },
          ...(may('keys.manage') ? [{ key: 'keys', label: t.users.keysTab, children: <Keys /> }] : []),
        ]}
      />
    </PageFrame>
  )
}
