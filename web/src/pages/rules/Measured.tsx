import { Tooltip } from 'antd'
import type { Rule } from '@/api'
import { useText } from '@/i18n'
import { percent } from '@/lib/format'

/** A share that comes from labels, with the number of labels it rests on; a dash when there are none. */
export function Measured({ share, labelled }: { share: number | null; labelled: number }) {
  const t = useText()
  if (share === null || !labelled) {
    return (
      <Tooltip title={t.rules.noLabels}>
        <span className="quiet">–</span>
      </Tooltip>
    )
  }
  return (
    <span className="number">
      {percent(share)}
      <span className="quiet">{t.rules.ofLabelled(labelled)}</span>
    </span>
  )
}

/** How many honest events a rule's false-block rate rests on. */
export function honestOf(rule: Rule & { honest?: number }): number {
  return rule.honest ?? rule.labelled
}
