import { useMemo, type CSSProperties } from 'react'
import { Link } from 'react-router'
import type { EventRow } from '@/api'
import { useDark } from '@/app/theme'
import { useText } from '@/i18n'
import { clock, percent } from '@/lib/format'
import { scoreColour } from './colours'

const HEIGHT = 40
/** Even a score of nothing is seen. */
const LEAST = 3

interface Given {
  events: EventRow[]
  /** The decision that is looked at. */
  marked?: number
  height?: number
}

/** Events in time as dots that lead to their decisions: the higher, the higher the score. */
export function Timeline({ events, marked, height = HEIGHT }: Given) {
  const t = useText()
  const dark = useDark()
  const dots = useMemo(() => {
    const times = events.map(({ ts }) => ts)
    const first = Math.min(...times)
    const span = Math.max(Math.max(...times) - first, 1)
    return events.map((event) => ({
      event,
      left: events.length > 1 ? ((event.ts - first) / span) * 100 : 50,
      high: Math.max(LEAST, (event.score ?? 0) * (height - 4)),
    }))
  }, [events, height])
  if (!events.length) return null
  return (
    <div className="timeline" style={{ height }} role="group" aria-label={t.decision.identifiers.timeline(events.length)}>
      {dots.map(({ event, left, high }) => {
        const { offset, ts, channel, score, action } = event
        const title = `${clock(ts)} · ${t.common.channels[channel]} · ${percent(score)} · ${t.common.actions[action]}`
        const look = { left: `${left}%`, height: high, '--dot': scoreColour(score ?? 0, dark) } as CSSProperties
        return (
          <Link
            key={offset}
            to={`/decisions/${offset}`}
            className={offset === marked ? 'marked' : undefined}
            style={look}
            title={title}
            aria-label={title}
          />
        )
      })}
    </div>
  )
}
