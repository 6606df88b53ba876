import { Tooltip } from 'antd'
import type { Action, Channel } from '@/api'
import { useDark } from '@/app/theme'
import { useFraudTypes } from '@/api/queries'
import { useNamed, useText } from '@/i18n'
import { percent } from '@/lib/format'
import { ACTION_COLOURS, CHANNEL_COLOURS, scoreColour } from './colours'

/** An action as word and mark; the colour only helps. */
export function ActionTag({ action }: { action: Action }) {
  const t = useText()
  const dark = useDark()
  const look = ACTION_COLOURS[action] ?? ACTION_COLOURS.allow
  return (
    <span className="tag" style={{ '--tag': dark ? look.dark : look.light } as React.CSSProperties}>
      <span aria-hidden className="tag-mark">
        {look.mark}
      </span>
      {t.common.actions[action] ?? action}
    </span>
  )
}

export function ChannelTag({ channel }: { channel: Channel }) {
  const t = useText()
  const dark = useDark()
  const look = CHANNEL_COLOURS[channel]
  return (
    <span className="channel-tag">
      <i aria-hidden style={{ background: look ? (dark ? look.dark : look.light) : undefined }} />
      {t.common.channels[channel] ?? channel}
    </span>
  )
}

/** A fraud type by its name, with its line of business in the tooltip. */
export function TypeTag({ type }: { type: string | null | undefined }) {
  const t = useText()
  const named = useNamed()
  const types = useFraudTypes()
  if (!type) return <span className="quiet">{t.common.noType}</span>
  const known = types.get(type)
  return (
    <Tooltip title={known?.line ? `${named(known.line)} · ${type}` : type}>
      <span className="type-tag">{named(known, type)}</span>
    </Tooltip>
  )
}

/** A score between 0 and 1 as bar and number. */
export function ScoreBar({ score, width = 56 }: { score: number | null | undefined; width?: number }) {
  const t = useText()
  const dark = useDark()
  if (score === null || score === undefined) return <span className="quiet">–</span>
  const shown = percent(score)
  return (
    <span className="score" role="img" aria-label={t.common.scoreOf(shown)}>
      <span className="score-rail" style={{ width }}>
        <span style={{ width: `${Math.max(2, score * 100)}%`, background: scoreColour(score, dark) }} />
      </span>
      <span className="score-number">{shown}</span>
    </span>
  )
}
