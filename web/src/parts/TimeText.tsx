import { Tooltip } from 'antd'
import { useText } from '@/i18n'
import { ago, clock, zone } from '@/lib/format'

interface Given {
  at: number | null | undefined
  /** What to show: the whole time, its day, its time of day, day and minute, or how long ago. */
  show?: 'full' | 'day' | 'time' | 'minute' | 'ago'
  /** Shown when there is no time. */
  none?: string
}

/** A time in the reader's zone; the tooltip has it to the millisecond, with the zone. */
export function TimeText({ at, show = 'full', none = '–' }: Given) {
  const t = useText()
  if (at === null || at === undefined) return <span className="quiet">{none}</span>
  const exact = `${clock(at)}.${String(Math.floor(at) % 1000).padStart(3, '0')} ${zone(new Date(at))}`
  return (
    <Tooltip title={t.common.exact(exact)}>
      <time dateTime={Number.isFinite(at) ? new Date(at).toISOString() : undefined} className="number">
        {show === 'ago' ? ago(at) : clock(at, show)}
      </time>
    </Tooltip>
  )
}
