import type { GroupSum, Named, Verdict } from '@/api'

export interface Step {
  id: string
  kind: 'base' | 'group'
  named: Named | null
  /** Log-odds before and after this step. */
  before: number
  after: number
  counted: number
  sum: number
  cap: number
}

export interface Steps {
  steps: Step[]
  total: number
  /** Ends of the scale. */
  from: number
  to: number
}

/** The way from nothing over the prior and the groups' counted sums to the log-odds of the score. */
export function stepsOf(verdict: Pick<Verdict, 'base' | 'groups'>): Steps {
  const base = verdict.base.log_odds
  const steps: Step[] = [
    { id: 'base', kind: 'base', named: null, before: 0, after: base, counted: base, sum: base, cap: 0 },
  ]
  let reached = base
  const heaviest = (one: GroupSum, other: GroupSum) => Math.abs(other.counted) - Math.abs(one.counted)
  for (const group of [...verdict.groups].sort(heaviest)) {
    const { counted, sum, cap } = group
    steps.push({ id: group.group, kind: 'group', named: group, before: reached, after: reached + counted, counted, sum, cap })
    reached += counted
  }
  const ends = steps.flatMap(({ before, after }) => [before, after])
  return { steps, total: reached, from: Math.min(0, ...ends) - 0.5, to: Math.max(0, ...ends) + 0.5 }
}
