import { CaretRightOutlined, PauseOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Button, Segmented, Select } from 'antd'
import { memo, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Action, Channel, FraudType, Live } from '@/api'
import { useFraudTypes } from '@/api/queries'
import { typing } from '@/app/keys'
import { useHub, useStreamState } from '@/app/useLive'
import { useNamed, useText } from '@/i18n'
import { clock, compact } from '@/lib/format'
import { ACTIONS, CHANNELS } from '@/parts/colours'
import { EmptyState } from '@/parts/EmptyState'
import { ActionTag, ChannelTag, ScoreBar } from '@/parts/tags'
import { Feed } from './feed'

const ROW = 32
const LEVELS = [0, 0.1, 0.5, 0.9] as const
const SUSPICIOUS = 0.1

/** The newest decisions as they are made: pausable, filtered by channel, action and least score. */
export function FeedPanel() {
  const t = useText()
  const hub = useHub()
  const stream = useStreamState()
  const [feed] = useState(() => new Feed())
  const [query, setQuery] = useSearchParams()
  const channel = query.get('channel') as Channel | null
  const action = query.get('action') as Action | null
  const level = Number(query.get('min_score') ?? SUSPICIOUS)
  const shown = useSyncExternalStore(feed.subscribe, () => feed.shown)
  const missed = useSyncExternalStore(feed.subscribe, () => feed.missed)
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

  const change = (name: string, value: string | number | null | undefined) => {
    const next = new URLSearchParams(query)
    if (value === null || value === undefined) next.delete(name)
    else next.set(name, String(value))
    setQuery(next, { replace: true })
  }
  const names = { 0: t.now.feed.all, 0.1: t.now.feed.suspicious, 0.5: t.now.feed.likely, 0.9: t.now.feed.sure }
  return (
    <section className="panel feed" aria-label={t.now.feed.title}>
      <div className="panel-head">
        <h2>{t.now.feed.title}</h2>
        <div className="feed-filters">
          <Segmented
            size="small"
            aria-label={t.now.feed.level}
            value={level}
            onChange={(value) => change('min_score', value)}
            options={LEVELS.map((value) => ({ value, label: names[value] }))}
          />
          <Select
            size="small"
            aria-label={t.common.channel}
            className="feed-select"
            allowClear
            placeholder={t.now.feed.anyChannel}
            value={channel}
            onChange={(value) => change('channel', value)}
            options={CHANNELS.map((value) => ({ value, label: t.common.channels[value] }))}
          />
          <Select
            size="small"
            aria-label={t.common.action}
            className="feed-select"
            allowClear
            placeholder={t.now.feed.anyAction}
            value={action}
            onChange={(value) => change('action', value)}
            options={ACTIONS.map((value) => ({ value, label: t.common.actions[value] }))}
          />
          <Button
            size="small"
            icon={paused ? <CaretRightOutlined /> : <PauseOutlined />}
            aria-pressed={paused}
            onClick={() => setPaused(!paused)}
          >
            {paused ? t.now.feed.resume : t.now.feed.pause}
          </Button>
        </div>
      </div>
      <div className="feed-status" role="status">
        {paused ? t.now.feed.paused(compact(missed)) : null}
        {!paused && away && missed ? (
          <Button type="link" size="small" onClick={() => place.current?.scrollTo({ top: 0 })}>
            {t.now.feed.held(compact(missed))}
          </Button>
        ) : null}
      </div>
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
          onScroll={(event) => setAway(event.currentTarget.scrollTop > ROW)}
        >
          {shown.length ? (
            <Rows shown={shown} place={place} />
          ) : (
            <div role="row">
              <div role="cell">
                <EmptyState
                  icon={<ThunderboltOutlined />}
                  title={stream === 'open' ? t.now.feed.empty : t.now.feed.connecting}
                  help={t.now.feed.emptyHelp}
                >
                  {level || channel || action ? (
                    <Button size="small" onClick={() => setQuery({ min_score: '0' }, { replace: true })}>
                      {t.now.feed.showAll}
                    </Button>
                  ) : null}
                </EmptyState>
              </div>
            </div>
          )}
        </div>
      </div>
    </section>
  )
}

function Rows({ shown, place }: { shown: readonly Live[]; place: React.RefObject<HTMLDivElement | null> }) {
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
