import { App, Button, Flex, Progress, Typography } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, asProblem, part, type Job } from '@/api'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { ErrorPanel } from './ErrorPanel'

const OVER = new Set<Job['state']>(['done', 'failed', 'cancelled'])

/** Follows a job until it is over. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => api.get<Job>(`/jobs/${part(id ?? '')}`, {}, signal),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && OVER.has(query.state.data.state) ? false : 700),
  })
}

interface Given {
  id: string
  /** Called once, when the job is done; its result is the server's. */
  onDone?: (job: Job) => void
}

/** How far a job is, with a way to cancel it; when it failed, why. */
export function JobProgress({ id, onDone }: Given) {
  const t = useText()
  const { data: job, error, refetch } = useJob(id)
  const queries = useQueryClient()
  const { message, modal } = App.useApp()
  const told = useRef<string | null>(null)
  useEffect(() => {
    if (job?.state === 'done' && told.current !== job.id) {
      told.current = job.id
      onDone?.(job)
    }
  }, [job, onDone])
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />
  const state = job?.state ?? 'waiting'
  const cancel = () =>
    void modal.confirm({
      title: t.common.jobCancelAsk,
      okText: t.common.jobCancel,
      cancelText: t.common.close,
      onOk: async () => {
        try {
          await api.remove(`/jobs/${part(id)}`)
          await queries.invalidateQueries({ queryKey: ['jobs'] })
        } catch (refused) {
          void message.error(asProblem(refused).title)
        }
      },
    })
  return (
    <Flex vertical gap={4} aria-live="polite">
      <Flex gap={10} align="center">
        <Progress
          percent={Math.round((job?.progress ?? 0) * 100)}
          status={state === 'failed' ? 'exception' : state === 'done' ? 'success' : 'active'}
          style={{ flex: 1 }}
          aria-label={t.common.jobStates[state]}
        />
        {OVER.has(state) ? null : (
          <Button size="small" onClick={cancel}>
            {t.common.jobCancel}
          </Button>
        )}
      </Flex>
      <Typography.Text type="secondary">
        {t.common.jobStates[state]}
        {job?.total ? ` · ${t.common.jobAmount(number(job.done), number(job.total))}` : null}
      </Typography.Text>
      {job?.error ? <Typography.Text type="danger">{job.error}</Typography.Text> : null}
    </Flex>
  )
}
