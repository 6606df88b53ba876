import { ScheduleOutlined } from '@ant-design/icons'
import { App, Button, Progress, Table } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, asProblem, part, type Job, type Page } from '@/api'
import { useMay, useSession } from '@/app/session'
import { useText } from '@/i18n'
import { duration, number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { TimeText } from '@/parts/TimeText'
import '../rules/rules.css'

const BUSY = new Set<Job['state']>(['waiting', 'running'])

/** Long work of everybody: how far it is, what came of it. Asks again while something runs. */
export default function JobsPage() {
  const t = useText()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['jobs', 'all'],
    queryFn: ({ signal }) => api.get<Page<Job>>('/jobs', { limit: 200 }, signal),
    refetchInterval: (query) => (query.state.data?.items.some((job) => BUSY.has(job.state)) ? 1000 : 10_000),
  })
  const kinds = t.jobs.kinds as Record<string, string>
  return (
    <PageFrame title={t.jobs.title} line={t.jobs.intro}>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <div className="panel table-panel">
        <Table<Job>
          size="small"
          rowKey="id"
          loading={isPending}
          dataSource={data?.items ?? []}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: 900 }}
          columns={[
            { title: t.jobs.kind, width: 160, render: (_, job) => kinds[job.kind.replaceAll('-', '_')] ?? job.kind },
            { title: t.jobs.state, width: 100, render: (_, job) => t.common.jobStates[job.state] },
            { title: t.jobs.progress, width: 240, render: (_, job) => <HowFar job={job} /> },
            { title: t.jobs.by, width: 120, dataIndex: 'by' },
            { title: t.jobs.started, width: 140, render: (_, job) => <TimeText at={job.started_at} show="minute" /> },
            { title: t.jobs.took, width: 90, render: (_, job) => took(job) },
            { title: t.jobs.result, render: (_, job) => <Outcome job={job} /> },
          ]}
          locale={{
            emptyText: isPending ? (
              ' '
            ) : (
              <EmptyState title={t.jobs.none} help={t.jobs.noneHint} icon={<ScheduleOutlined />} />
            ),
          }}
        />
      </div>
    </PageFrame>
  )
}

function took(job: Job): string {
  if (job.started_at === null) return '–'
  return duration(((job.ended_at ?? Date.now()) - job.started_at) / 1000)
}

function HowFar({ job }: { job: Job }) {
  const t = useText()
  const status = job.state === 'failed' ? 'exception' : job.state === 'done' ? 'success' : 'normal'
  return (
    <div>
      <Progress
        percent={Math.round(job.progress * 100)}
        size="small"
        status={status}
        aria-label={t.common.jobStates[job.state]}
      />
      {job.total ? (
        <span className="quiet number">{t.common.jobAmount(number(job.done), number(job.total))}</span>
      ) : null}
    </div>
  )
}

function Outcome({ job }: { job: Job }) {
  const t = useText()
  if (BUSY.has(job.state)) return <Cancel job={job} />
  if (job.error) return <span className="is-bad">{job.error}</span>
  if (job.kind === 'backtest' && job.state === 'done')
    return <Link to={`/backtest?job=${part(job.id)}`}>{t.jobs.open}</Link>
  if (job.result === null || typeof job.result !== 'object') return <span className="quiet">–</span>
  return (
    <details>
      <summary>{t.jobs.details}</summary>
      <pre className="mono code-block">{JSON.stringify(job.result, null, 2)}</pre>
    </details>
  )
}

function Cancel({ job }: { job: Job }) {
  const t = useText()
  const may = useMay()
  const { user } = useSession()
  const queries = useQueryClient()
  const { modal, message } = App.useApp()
  if (job.by !== user.name && !may('rules.publish')) return null
  const ask = () =>
    void modal.confirm({
      title: t.jobs.cancelQuestion,
      content: t.jobs.cancelText,
      okText: t.jobs.cancel,
      cancelText: t.common.close,
      onOk: async () => {
        try {
          await api.remove(`/jobs/${part(job.id)}`)
          void message.success(t.jobs.cancelled)
          await queries.invalidateQueries({ queryKey: ['jobs'] })
        } catch (error) {
          void message.error(asProblem(error).title)
        }
      },
    })
  return (
    <Button size="small" onClick={ask}>
      {t.jobs.cancel}
    </Button>
  )
}
