import { CheckCircleOutlined, CloseCircleOutlined, InfoCircleOutlined, WarningOutlined } from '@ant-design/icons'
import { Flex, Spin, Tag } from 'antd'
import type { RuleFault, RuleText, Validation } from '@/api'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { around, type Spot } from '../condition/spot'
import { asFault, conditionFirst, fieldOf, isMissing, spots } from './check'

interface Given {
  found: Validation | undefined
  error: unknown
  asked: boolean
  busy: boolean
  draft: RuleText
}

/** What the check says: every fault with its place, what is wrong and how to mend it. */
export function CheckPanel({ found, error, asked, busy, draft }: Given) {
  const t = useText()
  return (
    <section className="panel" aria-label={t.editor.check}>
      <div className="panel-head">
        <h2>{t.editor.check}</h2>
        {busy ? <Spin size="small" aria-label={t.editor.checking} /> : null}
      </div>
      <div id="check-result" aria-live="polite">
        {error ? <ErrorPanel error={error} /> : null}
        {!asked ? (
          <span className="quiet">
            <InfoCircleOutlined /> {t.editor.empty}
          </span>
        ) : found ? (
          <Result found={found} draft={draft} />
        ) : error ? null : (
          <span className="quiet">{t.editor.checking}</span>
        )}
      </div>
    </section>
  )
}

function Result({ found, draft }: { found: Validation; draft: RuleText }) {
  const t = useText()
  const names = t.editor.whereNames as Record<string, string>
  const { when } = draft
  const warnings = found.warnings.map(asFault)
  const needed = found.errors.filter((fault) => isMissing(fault, draft))
  const errors = found.errors.filter((fault) => !needed.includes(fault)).toSorted(conditionFirst)
  return (
    <div className="stacked">
      {errors.length ? (
        <div>
          <b className="is-bad">
            <CloseCircleOutlined /> {t.editor.faults(errors.length)}
          </b>
          {errors.map((fault, at) => (
            <Told key={at} fault={fault} when={when} warning={false} />
          ))}
        </div>
      ) : (
        <b className="is-good">
          <CheckCircleOutlined /> {t.editor.ok}
        </b>
      )}
      {needed.length ? (
        <div>
          <span className="quiet">{t.editor.stillNeeded}</span>{' '}
          {needed.map((fault) => names[fieldOf(fault)] ?? fault.where).join(t.users.listComma)}
        </div>
      ) : null}
      {warnings.length ? (
        <div>
          <b className="is-doubtful">
            <WarningOutlined /> {t.editor.doubts(warnings.length)}
          </b>
          {warnings.map((fault, at) => (
            <Told key={at} fault={fault} when={when} warning />
          ))}
        </div>
      ) : null}
      {found.reads.length ? (
        <div>
          <div className="quiet">{t.editor.reads}</div>
          <Flex gap={4} wrap>
            {found.reads.map((name) => (
              <Tag key={name} className="mono">
                {name}
              </Tag>
            ))}
          </Flex>
        </div>
      ) : null}
    </div>
  )
}

function Told({ fault, when, warning }: { fault: RuleFault; when: string; warning: boolean }) {
  const t = useText()
  const spot = spots([fault], warning)[0]
  const names = t.editor.whereNames as Record<string, string>
  const place = names[fieldOf(fault)]
  return (
    <div className="fault-told">
      <div>
        {spot || !place ? null : <span className="quiet">{place} · </span>}
        {fault.message}
      </div>
      {spot ? <Caret when={when} spot={spot} /> : null}
      {fault.cure ? (
        <div>
          <span className="quiet">{t.editor.cure}</span> {fault.cure}
        </div>
      ) : null}
    </div>
  )
}

function Caret({ when, spot }: { when: string; spot: Spot }) {
  const [before, at, after] = around(when, spot)
  return (
    <pre className={spot.warning ? 'code-caret doubt' : 'code-caret'}>
      {before}
      <mark>{at || ' '}</mark>
      {after}
    </pre>
  )
}
