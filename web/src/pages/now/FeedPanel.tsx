import { ThunderboltOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode, type RefObject } from 'react'
import { useSearchParams } from 'react-router'
import type { Action, Channel } from '@/api'
import { typing } from '@/app/keys'
import { useHub, useStreamState } from '@/app/useLive'
import { useText } from '@/i18n'
import { compact } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { Feed } from './feed'
import { FeedFilters } from './FeedFilters'
import { FeedRows, ROW } from './FeedRows'

const SUSPICIOUS = 0.1

/** The newest decisions as they are made: pausable, filtered by channel, action and least score. */
export function FeedPanel() {
  const t = useText()
  const hub = useHub()
  const [feed] = useState(() => new Feed())
  const [query, setQuery] = useSearchParams()
  const channel = query.get('channel') as Channel | null
  const action = query.get('action') as Action | null
  const level = Number(query.get('min_score') ?? SUSPICIOUS)
  const [paused, setPaused] = useState(false)
  const [away, setAway] = useState(false)
  const place = useRef<HTMLDivElement>(null)

  useEffect(() => {
    feed.clear()
    return hub.watch({ min_score: level, channel, action }, feed.take)
  }, [hub, feed, level, channel, action])
  useEffect(() => feed.hold(paused || away), [feed, paused, away])
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'p' && !event.ctrlKey && !event.metaKey && !typing(event.target)) setPaused((now) => !now)
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])

  const change = useCallback(
    (name: string, value: string | number | null | undefined) =>
      setQuery(
        (now) => {
          const next = new URLSearchParams(now)
          if (value === null || value === undefined) next.delete(name)
          else next.set(name, String(value))
          return next
        },
        { replace: true },
      ),
    [setQuery],
  )
  const filtered = Boolean(level || channel || action)
  return (
    <section className="panel feed" aria-label={t.now.feed.title}>
      <div className="panel-head">
        <h2>{t.now.feed.title}</h2>
        <FeedFilters {...{ level, channel, action, change, paused }} pause={setPaused} />
      </div>
      <Status feed={feed} paused={paused} away={away} back={() => place.current?.scrollTo({ top: 0 })} />
      <Table feed={feed} place={place} onAway={setAway}>
        {filtered ? (
          <Button size="small" onClick={() => setQuery({ min_score: '0' }, { replace: true })}>
            {t.now.feed.showAll}
          </Button>
        ) : null}
      </Table>
    </section>
  )
}

/** How many decisions wait while the feed is held. */
function Status({ feed, paused, away, back }: { feed: Feed; paused: boolean; away: boolean; back: () => void }) {
  const t = useText()
  const missed = useSyncExternalStore(feed.subscribe, () => feed.missed)
  return (
    <div className="feed-status" role="status">
      {paused ? t.now.feed.paused(compact(missed)) : null}
      {!paused && away && missed ? (
        <Button type="link" size="small" onClick={back}>
          {t.now.feed.held(compact(missed))}
        </Button>
      ) : null}
    </div>
  )
}

interface TableGiven {
  feed: Feed
  place: RefObject<HTMLDivElement | null>
  onAway: (away: boolean) => void
  /** What helps when nothing is shown. */
  children: ReactNode
}

function Table({ feed, place, onAway, children }: TableGiven) {
  const t = useText()
  const stream = useStreamState()
  const shown = useSyncExternalStore(feed.subscribe, () => feed.shown)
  return (
    <div className="feed-table" role="table" aria-label={t.now.feed.title} aria-rowcount={shown.length}>
      <div className="feed-row feed-names" role="row">
        {[t.common.time, t.common.channel, t.now.feed.subject, t.common.score, t.common.action, t.common.type, t.now.feed.why].map(
          (name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ),
        )}
      </div>
      <div
        className="feed-body"
        role="rowgroup"
        ref={place}
        tabIndex={0}
        onScroll={(event) => onAway(event.currentTarget.scrollTop > ROW)}
      >
        {shown.length ? (
          <FeedRows shown={shown} place={place} />
        ) : (
          <div role="row">
            <div role="cell">
              <EmptyState
                icon={<ThunderboltOutlined />}
                title={stream === 'open' ? t.now.feed.empty : t.now.feed.connecting}
                help={t.now.feed.emptyHelp}
              >
                {children}
              </EmptyState>
            </div>
          </div>
        )}
      </div>
    </div>
  )
}
