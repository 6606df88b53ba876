import { Flex, Table, Tooltip } from 'antd'
import { Link } from 'react-router'
import type { Action, BacktestResult } from '@/api'
import { useText } from '@/i18n'
import { number, percent } from '@/lib/format'
import { ACTIONS } from '@/parts/colours'
import { ActionTag } from '@/parts/tags'
import './backtest.css'

type Trial = BacktestResult['rules'][number]

interface Given {
  trial: Trial
  /** Events that were run over. */
  events: number
  /** Whether there was something to judge by: without it there is no precision to show. */
  judged: boolean
}

/** What one rule would have done: how well, how far, and which decisions. */
export function TrialResult({ trial, events, judged }: Given) {
  const t = useText()
  const rate = events ? trial.hits / events : null
  return (
    <div className="stacked">
      <div className="trial-figures">
        {judged ? (
          <>
            <Gauge name={t.backtest.precision} tip={t.backtest.tip.precision} share={trial.precision} />
            <Gauge name={t.backtest.recall} tip={t.backtest.tip.recall} share={trial.recall} />
            <Gauge name={t.backtest.f1} tip={t.backtest.tip.f1} share={trial.f1} />
          </>
        ) : null}
        <Count name={t.backtest.hits} value={trial.hits} more={rate === null ? '' : percent(rate, 2)} />
        <Count name={t.backtest.identifiers} tip={t.backtest.tip.identifiers} value={trial.identifiers} />
        <Count
          name={t.backtest.changed}
          tip={t.backtest.tip.changed}
          value={trial.changed}
          strong={trial.changed > 0}
        />
      </div>
      <p className="blast">
        <b>{t.backtest.blast}</b>{' '}
        {trial.changed ? t.backtest.blastText(number(trial.changed), number(trial.identifiers)) : t.backtest.blastNone}
      </p>
      <Changes trial={trial} />
    </div>
  )
}

function Gauge({ name, tip, share }: { name: string; tip: string; share: number | null }) {
  return (
    <div className="figure-box">
      <Tooltip title={tip}>
        <span className="quiet explained">{name}</span>
      </Tooltip>
      <b>{percent(share, 1)}</b>
      <span className="trial-gauge" aria-hidden>
        <span style={{ width: `${(share ?? 0) * 100}%` }} />
      </span>
    </div>
  )
}

function Count({
  name,
  tip,
  value,
  more,
  strong,
}: {
  name: string
  tip?: string
  value: number
  more?: string
  strong?: boolean
}) {
  return (
    <div className={strong ? 'figure-box figure-strong' : 'figure-box'}>
      <Tooltip title={tip}>
        <span className={tip ? 'quiet explained' : 'quiet'}>{name}</span>
      </Tooltip>
      <b>
        {number(value)} {more ? <span className="quiet">{more}</span> : null}
      </b>
    </div>
  )
}

function Changes({ trial }: { trial: Trial }) {
  const t = useText()
  if (!trial.changes.length) return null
  const cut = trial.changed > trial.changes.length
  return (
    <div>
      <Flex gap={8} align="baseline" style={{ marginBottom: 6 }}>
        <b>{t.backtest.changes}</b>
        {cut ? <span className="quiet">{t.backtest.changesCut(trial.changes.length)}</span> : null}
      </Flex>
      <Table
        size="small"
        rowKey="offset"
        pagination={trial.changes.length > 10 ? { pageSize: 10, size: 'small', showSizeChanger: false } : false}
        dataSource={trial.changes}
        columns={[
          {
            title: t.backtest.event,
            render: (_, change) => <Link to={`/decisions/${change.offset}`}>#{number(change.offset)}</Link>,
            sorter: (a, b) => a.offset - b.offset,
          },
          { title: t.backtest.before, render: (_, change) => <ActionTag action={change.before as Action} /> },
          { title: t.backtest.after, render: (_, change) => <ActionTag action={change.after as Action} /> },
          {
            title: <span className="visually-hidden">{t.backtest.changed}</span>,
            render: (_, change) => {
              const harder = rank(change.after) > rank(change.before)
              return (
                <span className="quiet">
                  <span aria-hidden>{harder ? '▲' : '▼'}</span> {harder ? t.backtest.harder : t.backtest.milder}
                </span>
              )
            },
            sorter: (a, b) => rank(a.after) - rank(a.before) - rank(b.after) + rank(b.before),
          },
        ]}
      />
    </div>
  )
}

const rank = (action: string): number => ACTIONS.indexOf(action as Action)
