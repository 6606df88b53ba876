import type { Permission } from '@/api'
import type { Texts } from '@/i18n'

export type ScopeGroup = keyof Texts['users']['scopeGroups']

const GROUPS: [ScopeGroup, Permission[]][] = [
  ['decide', ['decide.run', 'events.ingest', 'whatif.run']],
  [
    'read',
    [
      'now.read',
      'events.read',
      'verdicts.read',
      'rules.read',
      'lists.read',
      'models.read',
      'jobs.read',
      'dead_letters.read',
      'demo.read',
      'metrics.read',
    ],
  ],
  ['rules', ['rules.draft', 'rules.backtest', 'rules.publish']],
  ['upkeep', ['verdicts.label', 'lists.write', 'snoozes.write', 'dead_letters.write', 'demo.control']],
  ['sensitive', ['unmask']],
  ['manage', ['users.manage', 'keys.manage', 'audit.read']],
]

/** Permissions in groups that belong together; ones that no group names stand with management. */
export function grouped(permissions: Permission[]): [ScopeGroup, Permission[]][] {
  const named = new Set(GROUPS.flatMap(([, names]) => names))
  return GROUPS.map(([group, names]): [ScopeGroup, Permission[]] => {
    const found = names.filter((name) => permissions.includes(name))
    return [group, group === 'manage' ? [...found, ...permissions.filter((name) => !named.has(name))] : found]
  }).filter(([, names]) => names.length > 0)
}
