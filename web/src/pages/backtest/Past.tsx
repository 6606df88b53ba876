import { Flex } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, type Job, type Page } from '@/api'
import { useText } from '@/i18n'
import { TimeText } from '@/parts/TimeText'

/** Backtests of late, to look at again. */
export function Past({ shown }: { shown: string | null }) {
  const t = useText()
  const { data } = useQuery({
    queryKey: ['jobs', 'list', shown],
    queryFn: ({ signal }) => api.get<Page<Job>>('/jobs', { limit: 50 }, signal),
  })
  const past = (data?.items ?? []).filter((job) => job.kind === 'backtest').slice(0, 10)
  return (
    <section className="panel">
      <h2>{t.backtest.history}</h2>
      {past.length ? (
        <ol className="step-list">
          {past.map((job) => (
            <li key={job.id} aria-current={job.id === shown ? 'true' : undefined}>
              <Flex justify="space-between" gap={8}>
                <span>
                  <TimeText at={job.started_at} show="minute" /> · {job.by}
                </span>
                <span>
                  <span className="quiet">{t.common.jobStates[job.state]}</span>{' '}
                  <Link to={`/backtest?job=${encodeURIComponent(job.id)}`}>{t.backtest.show}</Link>
                </span>
              </Flex>
            </li>
          ))}
        </ol>
      ) : (
        <span className="quiet">{t.backtest.noResult}</span>
      )}
    </section>
  )
}
