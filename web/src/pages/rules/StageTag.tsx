import { Tooltip } from 'antd'
import type { Stage } from '@/api'
import { useText } from '@/i18n'
import { percent } from '@/lib/format'

/** Marks tell stages apart without colour: the fuller the disc, the more traffic. */
const MARKS: Record<Stage, { mark: string; colour: string }> = {
  draft: { mark: '✎', colour: 'var(--quiet)' },
  shadow: { mark: '◌', colour: '#7a5ea8' },
  share: { mark: '◐', colour: 'var(--amber)' },
  live: { mark: '●', colour: 'var(--good)' },
  retired: { mark: '✕', colour: 'var(--quiet)' },
}

/** A rule's stage as word and mark; the share of traffic with it where there is one. */
export function StageTag({ stage, share }: { stage: Stage; share?: number | null }) {
  const t = useText()
  const look = MARKS[stage]
  const part = stage === 'share' && share !== null && share !== undefined ? ` ${percent(share)}` : ''
  return (
    <Tooltip title={t.rules.stageMeaning[stage]}>
      <span className="tag" style={{ '--tag': look.colour } as React.CSSProperties}>
        <span aria-hidden className="tag-mark">
          {look.mark}
        </span>
        {t.rules.stages[stage]}
        {part}
      </span>
    </Tooltip>
  )
}
