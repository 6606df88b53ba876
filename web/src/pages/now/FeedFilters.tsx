import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons'
import { Button, Segmented, Select } from 'antd'
import { memo } from 'react'
import type { Action, Channel } from '@/api'
import { useText } from '@/i18n'
import { ACTIONS, CHANNELS } from '@/parts/colours'

const LEVELS = [0, 0.1, 0.5, 0.9] as const

interface Given {
  level: number
  channel: Channel | null
  action: Action | null
  change: (name: string, value: string | number | null | undefined) => void
  paused: boolean
  pause: (paused: boolean) => void
}

/** What the feed shows. Drawn anew only when one of these changes, not with every decision. */
export const FeedFilters = memo(function FeedFilters({ level, channel, action, change, paused, pause }: Given) {
  const t = useText()
  const names = { 0: t.now.feed.all, 0.1: t.now.feed.suspicious, 0.5: t.now.feed.likely, 0.9: t.now.feed.sure }
  return (
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
        onClick={() => pause(!paused)}
      >
        {paused ? t.now.feed.resume : t.now.feed.pause}
      </Button>
    </div>
  )
})
