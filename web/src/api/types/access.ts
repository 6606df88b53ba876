import type { Named } from './common'

export type Permission =
  | 'now.read' | 'events.read' | 'verdicts.read' | 'rules.read' | 'lists.read' | 'models.read' | 'jobs.read'
  | 'demo.read' | 'dead_letters.read' | 'unmask' | 'verdicts.label' | 'whatif.run' | 'rules.draft'
  | 'rules.backtest' | 'decide.run' | 'rules.publish' | 'lists.write' | 'snoozes.write' | 'dead_letters.write'
  | 'events.ingest' | 'demo.control' | 'metrics.read' | 'users.manage' | 'keys.manage' | 'audit.read'

export type Role = 'viewer' | 'analyst' | 'operator' | 'administrator'

export interface Setup {
  needed: boolean
  demo: boolean
}

export interface Session {
  user: { name: string; role: Role; display: string }
  permissions: Permission[]
  csrf: string
  expires_at: number
  demo: boolean
}

export interface User {
  name: string
  display: string
  role: Role
  created_at: number
  last_login_at: number | null
  disabled: boolean
}

export interface Roles {
  items: (Named & { role: Role; permissions: Permission[] })[]
  permissions: (Named & { name: Permission })[]
}

export interface Key {
  id: string
  name: string
  prefix: string
  scopes: Permission[]
  created_by: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked: boolean
}

/** The answer to making a key: the only time its secret is shown. */
export interface NewKey extends Key {
  secret: string
}

export interface AuditEntry {
  number: number
  at: number
  who: string
  role: Role | null
  via: 'session' | 'key' | 'cli'
  address: string | null
  what: string
  target: string | null
  detail: unknown
}
