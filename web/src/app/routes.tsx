import {
  ApiOutlined, AuditOutlined, BuildOutlined, DashboardOutlined, ExperimentOutlined, FileSearchOutlined,
  InboxOutlined, NodeIndexOutlined, OrderedListOutlined, ScheduleOutlined, TeamOutlined,
} from '@ant-design/icons'
import { lazy, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react'
import type { Permission } from '@/api'
import type { Texts } from '@/i18n'

export type MenuGroup = keyof Texts['shell']['groups']

export interface PageRoute {
  /** Path pattern of react-router. */
  path: string
  /** Who lacks it does not see the page in the menu and gets a page that says so at its address. */
  permission: Permission
  Page: LazyExoticComponent<ComponentType>
  /** In the menu; pages without it are reached by links. */
  menu?: { group: MenuGroup; name: keyof Texts['shell']['nav']; icon: ReactNode; demoOnly?: boolean }
}

/** Every page: its address, the permission it needs, and its place in the menu. */
export const ROUTES: PageRoute[] = [
  {
    path: '/now',
    permission: 'now.read',
    Page: lazy(() => import('@/pages/now/NowPage')),
    menu: { group: 'watch', name: 'now', icon: <DashboardOutlined /> },
  },
  {
    path: '/demo',
    permission: 'demo.read',
    Page: lazy(() => import('@/pages/demo/DemoPage')),
    menu: { group: 'watch', name: 'demo', icon: <BuildOutlined />, demoOnly: true },
  },
  {
    path: '/decisions',
    permission: 'events.read',
    Page: lazy(() => import('@/pages/decisions/DecisionsPage')),
    menu: { group: 'judge', name: 'decisions', icon: <FileSearchOutlined /> },
  },
  {
    path: '/decisions/:offset',
    permission: 'verdicts.read',
    Page: lazy(() => import('@/pages/decision/DecisionPage')),
  },
  {
    path: '/identifiers/:kind/:value',
    permission: 'events.read',
    Page: lazy(() => import('@/pages/identifiers/IdentifierPage')),
  },
  {
    path: '/rules',
    permission: 'rules.read',
    Page: lazy(() => import('@/pages/rules/RulesPage')),
    menu: { group: 'shape', name: 'rules', icon: <NodeIndexOutlined /> },
  },
  { path: '/rules/new', permission: 'rules.draft', Page: lazy(() => import('@/pages/rules/editor/EditorPage')) },
  { path: '/rules/:id/edit', permission: 'rules.draft', Page: lazy(() => import('@/pages/rules/editor/EditorPage')) },
  { path: '/rules/:id', permission: 'rules.read', Page: lazy(() => import('@/pages/rules/RulePage')) },
  {
    path: '/backtest',
    permission: 'rules.backtest',
    Page: lazy(() => import('@/pages/backtest/BacktestPage')),
    menu: { group: 'shape', name: 'backtest', icon: <ExperimentOutlined /> },
  },
  {
    path: '/lists',
    permission: 'lists.read',
    Page: lazy(() => import('@/pages/lists/ListsPage')),
    menu: { group: 'shape', name: 'lists', icon: <OrderedListOutlined /> },
  },
  { path: '/lists/:name', permission: 'lists.read', Page: lazy(() => import('@/pages/lists/ListsPage')) },
  {
    path: '/models',
    permission: 'models.read',
    Page: lazy(() => import('@/pages/models/ModelsPage')),
    menu: { group: 'shape', name: 'models', icon: <ApiOutlined /> },
  },
  {
    path: '/dead-letters',
    permission: 'dead_letters.read',
    Page: lazy(() => import('@/pages/deadLetters/DeadLettersPage')),
    menu: { group: 'keep', name: 'deadLetters', icon: <InboxOutlined /> },
  },
  {
    path: '/jobs',
    permission: 'jobs.read',
    Page: lazy(() => import('@/pages/jobs/JobsPage')),
    menu: { group: 'keep', name: 'jobs', icon: <ScheduleOutlined /> },
  },
  {
    path: '/users',
    permission: 'users.manage',
    Page: lazy(() => import('@/pages/users/UsersPage')),
    menu: { group: 'keep', name: 'users', icon: <TeamOutlined /> },
  },
  {
    path: '/audit',
    permission: 'audit.read',
    Page: lazy(() => import('@/pages/audit/AuditPage')),
    menu: { group: 'keep', name: 'audit', icon: <AuditOutlined /> },
  },
]
