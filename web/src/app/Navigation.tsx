import { Menu } from 'antd'
import { useMemo } from 'react'
import { Link, useLocation } from 'react-router'
import { useText } from '@/i18n'
import { ROUTES, type MenuGroup } from './routes'
import { useMay } from './session'

const GROUPS: MenuGroup[] = ['watch', 'judge', 'shape', 'keep']

/** The pages that the role may open, in groups. */
export function Navigation({ folded, demo }: { folded: boolean; demo: boolean }) {
  const t = useText()
  const may = useMay()
  const { pathname } = useLocation()
  const items = useMemo(
    () =>
      GROUPS.map((group) => ({
        key: group,
        type: 'group' as const,
        label: folded ? null : t.shell.groups[group],
        children: ROUTES.flatMap(({ path, permission, menu }) => {
          if (menu?.group !== group || !may(permission) || (menu.demoOnly && !demo)) return []
          const name = t.shell.nav[menu.name]
          return [{ key: path, icon: menu.icon, title: name, label: <Link to={path}>{name}</Link> }]
        }),
      })).filter(({ children }) => children.length > 0),
    [t, may, folded, demo],
  )
  const here = ROUTES.filter(({ menu, path }) => menu && (pathname === path || pathname.startsWith(`${path}/`)))
  return (
    <nav aria-label={t.shell.navigation}>
      <Menu theme="dark" mode="inline" items={items} selectedKeys={here.map(({ path }) => path)} />
    </nav>
  )
}
