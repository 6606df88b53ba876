import { Alert, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Job } from '@/api'
import { useText } from '@/i18n'
import { JobProgress } from '@/parts/JobProgress'

/** How far a retry of a whole source is, and what came of it. */
export function RetryAll({ job, onClose }: { job: string; onClose: () => void }) {
  const t = useText()
  const queries = useQueryClient()
  const [done, setDone] = useState<Job | null>(null)
  if (!done) {
    return (
      <section className="panel" aria-label={t.deadLetters.retrying}>
        <h2>{t.deadLetters.retrying}</h2>
        <JobProgress
          id={job}
          onDone={(over) => {
            setDone(over)
            void queries.invalidateQueries({ queryKey: ['dead-letters'] })
          }}
        />
      </section>
    )
  }
  const { taken, left } = counted(done)
  return (
    <Alert
      type={left ? 'warning' : 'success'}
      showIcon
      role="status"
      title={t.deadLetters.retryDone(taken, left)}
      action={
        <Button size="small" onClick={onClose}>
          {t.common.close}
        </Button>
      }
    />
  )
}

function counted(job: Job): { taken: number; left: number } {
  const result = (job.result ?? {}) as { taken?: number; rejected?: number }
  return { taken: result.taken ?? 0, left: result.rejected ?? 0 }
}
