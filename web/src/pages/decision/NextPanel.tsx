import { CheckOutlined, CloseOutlined } from '@ant-design/icons'
import { Typography } from 'antd'
import type { ReactNode } from 'react'
import type { Verdict } from '@/api'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { roleName } from '@/parts/roleName'
import { ActionTag } from '@/parts/tags'
import { TimeText } from '@/parts/TimeText'
import { LabelPart } from './LabelPart'

const HASH_SHOWN = 12

/** What came of the decision: actions, the label, its place in the ledger, and in the demo the truth. */
export function NextPanel({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const { ledger } = verdict
  return (
    <section className="panel" aria-label={t.decision.next.title}>
      <div className="panel-head">
        <h2>{t.decision.next.title}</h2>
      </div>
      <div className="next">
        <Piece name={t.decision.next.label}>
          <LabelPart verdict={verdict} />
        </Piece>
        <Piece name={t.decision.next.actions}>
          {verdict.actions.length ? (
            <ul className="next-actions">
              {verdict.actions.map((each) => (
                <li key={each.id}>
                  <ActionTag action={each.action} />
                  <span className="identifier cut">{each.target ?? '–'}</span>
                  <span className="quiet">
                    {each.delivered_at === null ? (
                      t.decision.next.waiting
                    ) : (
                      <>
                        {t.decision.next.delivered} <TimeText at={each.delivered_at} show="time" />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <span className="quiet">{t.decision.next.noActions}</span>
          )}
        </Piece>
        <Truth verdict={verdict} />
        <Piece name={t.decision.next.ledger}>
          {ledger ? (
            <>
              <div>
                {t.decision.next.ledgerPlace(
                  number(ledger.block_first),
                  number(ledger.block_last),
                  number(ledger.position + 1),
                )}
              </div>
              <div className="quiet">
                {t.decision.next.ledgerHead}{' '}
                <Typography.Text className="mono" copyable={{ text: ledger.head }} title={ledger.head}>
                  {ledger.head.slice(0, HASH_SHOWN)}…
                </Typography.Text>
              </div>
            </>
          ) : (
            <span className="quiet">{t.decision.next.noLedger}</span>
          )}
          {verdict.rules_version === null ? null : (
            <div className="quiet">
              {t.decision.next.rulesVersion} <span className="number">{number(verdict.rules_version)}</span>
            </div>
          )}
        </Piece>
      </div>
    </section>
  )
}

function Truth({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const { truth } = verdict
  if (!truth) return null
  const right = verdict.action !== 'allow'
  return (
    <Piece name={t.decision.truth.title}>
      <div>{t.decision.truth.gang(truth.gang, roleName(truth.role, t))}</div>
      <div className={right ? 'truth-right' : 'truth-wrong'}>
        {right ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />}{' '}
        {right ? t.decision.truth.right : t.decision.truth.wrong}
      </div>
    </Piece>
  )
}

function Piece({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="piece">
      <h3>{name}</h3>
      {children}
    </div>
  )
}
