import type { Channel, Named } from './common'

export type Stage = 'draft' | 'shadow' | 'share' | 'live' | 'retired'

/** A rule as it is written and sent. */
export interface RuleText {
  id: string
  channel: Channel
  when: string
  weight: number
  group: string
  fraud_type: string | null
  explain: Named
  source: string | null
}

export interface Rule extends RuleText {
  version: number
  stage: Stage
  share: number | null
  author: string | null
  hits: number
  shadow_hits: number
  labelled: number
  precision: number | null
  false_block_rate: number | null
  changed_at: number | null
  changed_by: string | null
  versions: number[]
  /** The version that acts, when it is not this one. */
  acting?: number | null
}

export interface RuleHistory extends Rule {
  all: Rule[]
  history: { at: number; by: string; version: number; what: string }[]
  next_stages: Stage[]
}

export interface RuleFault {
  where: string
  message: string
  cure: string | null
  line: number | null
  column: number | null
  length: number | null
}

export interface Validation {
  ok: boolean
  errors: RuleFault[]
  warnings: (RuleFault | string)[]
  reads: string[]
}

export interface BacktestResult {
  events: number
  rules: {
    rule: string
    hits: number
    identifiers: number
    changed: number
    precision: number | null
    recall: number | null
    f1: number | null
    changes: { offset: number; before: string; after: string }[]
  }[]
}

export interface ListInfo extends Named {
  name: string
  effect: 'deny' | 'allow'
  identifiers: string[]
  entries: number
}

export interface ListEntry {
  kind: string
  value: string
  shown: string
  until: number | null
  reason: string
  by: string
  at: number
}

export interface Snooze {
  rule: string
  identifier: string
  value: string
  until: number
}

export interface DeadLetter {
  id: number
  source: string
  row: number
  line: number | null
  channel: string
  reason: string
  raw: unknown
  seen_at: number
  state: string
}

export interface DeadLetters {
  items: DeadLetter[]
  next: string | null
  sources: { source: string; waiting: number }[]
}

export interface Model {
  id: string
  channel: Channel
  version: number
  kind: string
  weight_cap: number
  card: unknown
  calibration: unknown
  shipped: boolean
}
