import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type RefObject } from 'react'
import { Link } from 'react-router'
import type { FraudType, Live } from '@/api'
import { useFraudTypes } from '@/api/queries'
import { useNamed, useText } from '@/i18n'
import { clock } from '@/lib/format'
import { ActionTag, ChannelTag, ScoreBar } from '@/parts/tags'

/** Height of a row in pixels. */
export const ROW = 32

/** The rows in sight; the others are only room to scroll through. */
export function FeedRows({ shown, place }: { shown: readonly Live[]; place: RefObject<HTMLDivElement | null> }) {
  const types = useFraudTypes()
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW,
    overscan: 6,
  })
  return (
    <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
      {rows.getVirtualItems().map(({ index, start }) => {
        const decision = shown[index]
        // Keyed by place: as decisions rush by, rows change their words instead of being made anew.
        return decision ? <Row key={index} decision={decision} top={start} kind={types.get(decision.type ?? '')} /> : null
      })}
    </div>
  )
}

const Row = memo(function Row({ decision, top, kind }: { decision: Live; top: number; kind: FraudType | undefined }) {
  const t = useText()
  const named = useNamed()
  const why = named({ zh: decision.why.zh.join('；'), en: decision.why.en.join('; ') })
  return (
    <div className="feed-row" role="row" style={{ transform: `translateY(${top}px)` }}>
      <span role="cell" className="number">
        <Link
          to={`/decisions/${decision.offset}`}
          className="feed-link"
          aria-label={`${clock(decision.ts, 'time')} ${t.now.feed.open(String(decision.offset))}`}
        >
          {clock(decision.ts, 'time')}
        </Link>
      </span>
      <span role="cell">
        <ChannelTag channel={decision.channel} />
      </span>
      <span role="cell" className="identifier cut" title={decision.subject ?? undefined}>
        {decision.subject ?? '–'}
      </span>
      <span role="cell">
        <ScoreBar score={decision.score} width={44} />
      </span>
      <span role="cell">
        <ActionTag action={decision.action} />
      </span>
      <span role="cell" className="cut">
        {decision.type ? named(kind, decision.type) : <span className="quiet">–</span>}
      </span>
      <span role="cell" className="cut quiet" title={why}>
        {why || '–'}
      </span>
    </div>
  )
})
