import { PlayCircleOutlined } from '@ant-design/icons'
import { Button, Flex } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type BacktestResult, type Job, type RuleText } from '@/api'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { JobProgress } from '@/parts/JobProgress'
import { TrialResult } from '@/pages/backtest/TrialResult'
import { sent } from './check'

/** Tries a draft on the events of the last hour. */
export function DryRun({ draft, ready }: { draft: RuleText; ready: boolean }) {
  const t = useText()
  const [job, setJob] = useState<string | null>(null)
  const [tried, setTried] = useState<RuleText | null>(null)
  const [result, setResult] = useState<BacktestResult | null>(null)
  const start = useMutation({
    mutationFn: (rule: RuleText) => api.post<Job>('/rules/dry-run', { rule: sent(rule) }),
    onSuccess: (begun, rule) => {
      setResult(null)
      setTried(rule)
      setJob(begun.id)
    },
  })
  return (
    <section className="panel" aria-label={t.editor.dryRun}>
      <div className="panel-head">
        <h2>{t.editor.dryRun}</h2>
        <Button
          icon={<PlayCircleOutlined />}
          disabled={!ready}
          loading={start.isPending}
          onClick={() => start.mutate(draft)}
        >
          {result ? t.editor.dryRunAgain : t.editor.dryRunStart}
        </Button>
      </div>
      <Flex vertical gap={10}>
        {job ? null : <span className="quiet">{t.editor.dryRunHint}</span>}
        {start.error ? <ErrorPanel error={start.error} /> : null}
        {job && !result ? <JobProgress id={job} onDone={(done) => setResult(done.result as BacktestResult)} /> : null}
        {result && tried !== draft ? <span className="is-doubtful">{t.editor.dryRunStale}</span> : null}
        {result?.rules.map((trial) => (
          <TrialResult key={trial.rule} trial={trial} events={result.events} judged={false} />
        ))}
      </Flex>
    </section>
  )
}
