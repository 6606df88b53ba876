import { ExperimentOutlined } from '@ant-design/icons'
import { Flex } from 'antd'
import { useSearchParams } from 'react-router'
import type { BacktestResult, Job } from '@/api'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { JobProgress, useJob } from '@/parts/JobProgress'
import { PageFrame } from '@/parts/PageFrame'
import { draftChoice } from './choice'
import { Past } from './Past'
import { Setup } from './Setup'
import { TrialResult } from './TrialResult'
import '../rules/rules.css'

/** Tries rules on what has happened. The job stands in the address: leave, come back, pass it on. */
export default function BacktestPage() {
  const t = useText()
  const [asked, ask] = useSearchParams()
  const job = asked.get('job')
  const draft = asked.get('draft')
  return (
    <PageFrame title={t.backtest.title} line={t.backtest.intro}>
      <Setup
        key={`${asked.get('rule') ?? ''} ${draft ?? ''}`}
        rule={asked.get('rule')}
        draft={draft === null ? null : draftChoice(draft)}
        onStarted={(id) =>
          ask((now) => {
            const next = new URLSearchParams(now)
            next.set('job', id)
            return next
          })
        }
      />
      <div className="page-columns">
        <section className="panel" aria-label={t.backtest.result}>
          {job === null ? (
            <EmptyState title={t.backtest.noResult} help={t.backtest.noResultHint} icon={<ExperimentOutlined />} />
          ) : (
            <Outcome id={job} />
          )}
        </section>
        <Past shown={job} />
      </div>
    </PageFrame>
  )
}

function Outcome({ id }: { id: string }) {
  const t = useText()
  const { data: job } = useJob(id)
  if (!job || job.state === 'waiting' || job.state === 'running') {
    return (
      <>
        <div className="panel-head">
          <h2>{t.backtest.running}</h2>
        </div>
        <JobProgress id={id} />
      </>
    )
  }
  if (job.state === 'cancelled') return <EmptyState title={t.backtest.cancelled} help={t.backtest.noResultHint} />
  if (job.state === 'failed') return <Failed job={job} />
  const result = job.result as BacktestResult
  const judged = result.rules.some((trial) => trial.precision !== null || trial.recall !== null)
  return (
    <Flex vertical gap={18}>
      <div className="panel-head">
        <h2>{t.backtest.result}</h2>
        <span className="quiet">{t.backtest.over(number(result.events))}</span>
      </div>
      {result.rules.map((trial) => (
        <article key={trial.rule}>
          <h3 className="mono trial-name">{trial.rule}</h3>
          <TrialResult trial={trial} events={result.events} judged={judged} />
        </article>
      ))}
    </Flex>
  )
}

function Failed({ job }: { job: Job }) {
  const t = useText()
  return (
    <EmptyState title={t.backtest.failed} help={t.backtest.failedCure}>
      <span className="is-bad">{job.error}</span>
    </EmptyState>
  )
}
