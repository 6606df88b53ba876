import type { Texts } from '../zh'

export const jobs: Texts['jobs'] = {
  title: 'Jobs',
  intro:
    'Work that takes a while: files taken in, backtests, dry runs, retries. What was not done when the server stopped is marked as failed.',
  kind: 'Kind',
  state: 'State',
  progress: 'Progress',
  by: 'By',
  started: 'Started',
  took: 'Took',
  result: 'Result',
  states: { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed', cancelled: 'cancelled' },
  kinds: {
    ingest: 'File taken in',
    backtest: 'Backtest',
    dry_run: 'Dry run',
    dead_letters_retry: 'Retry of dead letters',
  },
  cancel: 'Cancel',
  cancelQuestion: 'Cancel this job?',
  cancelText: 'What is done stays done; the rest is left.',
  cancelled: 'The job is cancelled',
  none: 'No jobs',
  noneHint: 'When you backtest a rule or send a file, its progress is shown here.',
  open: 'Show result',
  details: 'Details',
}
