import type { AuditEntry } from '@/api'
import { useText, type Texts } from '@/i18n'
import { clock } from '@/lib/format'

/** An entry as a sentence: who, did what, with what. */
export function Sentence({ row }: { row: AuditEntry }) {
  const t = useText()
  const detail = asRecord(row.detail)
  const say = t.audit.did[row.what]
  const target = row.target ?? ''
  const refused = detail['refused']
  const details = Object.entries(detail).filter(
    ([name, value]) => name in t.audit.detailNames && value !== '' && value !== null,
  )
  return (
    <span>
      <b>{row.who}</b> <span className="quiet">{row.role ? (t.common.roles[row.role] ?? row.role) : ''}</span>{' '}
      {say ? say(target) : t.audit.other(row.what, target)}
      {typeof refused === 'string' ? <span className="is-bad">{t.audit.refused(refused)}</span> : null}
      {detail['failed'] ? <span className="is-bad">{t.audit.failed}</span> : null}
      {details.length ? (
        <span className="quiet">
          {' '}
          · {details.map(([name, value]) => `${t.audit.detailNames[name]} ${shown(name, value, t)}`).join(' · ')}
        </span>
      ) : null}
    </span>
  )
}

function shown(name: string, value: unknown, t: Texts): string {
  if (name === 'kind' && typeof value === 'string') return t.common.kinds[value] ?? value
  if ((name === 'until' || name === 'expires_at') && typeof value === 'number') return clock(value, 'day')
  if (name === 'role' && typeof value === 'string') return (t.common.roles as Record<string, string>)[value] ?? value
  if ((name === 'from' || name === 'to') && typeof value === 'string')
    return (t.rules.stages as Record<string, string>)[value] ?? value
  if (typeof value === 'boolean') return value ? t.common.yes : t.common.no
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function asRecord(detail: unknown): Record<string, unknown> {
  return detail && typeof detail === 'object' && !Array.isArray(detail) ? (detail as Record<string, unknown>) : {}
}
