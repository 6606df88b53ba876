import type { Rule } from '@/api'
import { useText } from '@/i18n'
import { difference, type Run } from './condition/diff'
import './condition/condition.css'

type FieldName = 'when' | 'weight' | 'group' | 'fraud_type' | 'zh' | 'en' | 'source'

const FIELDS: [FieldName, (rule: Rule) => string][] = [
  ['when', (rule) => rule.when],
  ['weight', (rule) => String(rule.weight)],
  ['group', (rule) => rule.group],
  ['fraud_type', (rule) => rule.fraud_type ?? ''],
  ['zh', (rule) => rule.explain.zh],
  ['en', (rule) => rule.explain.en],
  ['source', (rule) => rule.source ?? ''],
]

interface Given {
  before: Rule
  after: Rule
  beside?: boolean
  /** Said instead when nothing differs. */
  equal: string
}

/** What differs between two versions, field by field, as words taken out and put in. */
export function Difference({ before, after, beside = false, equal }: Given) {
  const t = useText()
  const changed = FIELDS.filter(([, read]) => read(before) !== read(after))
  if (!changed.length) return <p className="quiet">{equal}</p>
  return (
    <div className={beside ? 'version-compare beside' : 'version-compare'}>
      {beside ? (
        <>
          <span />
          <b>{t.rules.version(before.version)}</b>
          <b>{t.rules.version(after.version)}</b>
        </>
      ) : null}
      {changed.map(([name, read]) => {
        const runs = difference(read(before), read(after))
        return (
          <Row key={name} name={t.rules.field[name]}>
            {beside ? (
              <>
                <Text runs={runs.filter((run) => run.change !== 'in')} />
                <Text runs={runs.filter((run) => run.change !== 'out')} />
              </>
            ) : (
              <Text runs={runs} />
            )}
          </Row>
        )
      })}
    </div>
  )
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <span className="quiet">{name}</span>
      {children}
    </>
  )
}

function Text({ runs }: { runs: Run[] }) {
  return (
    <span className="change-text">
      {runs.map((run, at) =>
        run.change === 'same' ? (
          <span key={at}>{run.text}</span>
        ) : run.change === 'in' ? (
          <ins key={at} className="change-in">
            {run.text}
          </ins>
        ) : (
          <del key={at} className="change-out">
            {run.text}
          </del>
        ),
      )}
    </span>
  )
}
