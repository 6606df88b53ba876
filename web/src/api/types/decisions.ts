import type { Action, Channel, Named, Value } from './common'

export interface EventRow {
  offset: number
  ts: number
  channel: Channel
  id: string | null
  subject: string | null
  subject_kind: string | null
  score: number | null
  type: string | null
  action: Action
  fields: Record<string, Value>
}

/** A row of the search over verdicts. */
export interface VerdictRow extends EventRow {
  signals: string[]
}

export interface Comparison {
  text: string
  name: string
  value: Value
  op: string
  threshold: Value
  met: boolean
}

export interface Signal {
  id: string
  version: number
  kind: 'rule' | 'model'
  group: string
  weight: number
  why: string
  type: string | null
  stage: string
  condition: string | null
  values: Record<string, Value>
  comparisons: Comparison[]
}

export interface Label {
  offset: number
  fraud: boolean
  type: string | null
  note: string | null
  by: string
  at: number
}

export interface IdentifierInEvent extends Named {
  field: string
  kind: string
  value: string
  /** Stands for it in addresses, also for who sees it masked: `@offset.field`. */
  ref: string
}

export interface GroupSum extends Named {
  group: string
  sum: number
  cap: number
  counted: number
}

/** What is believed of one event, and why. */
export interface Verdict {
  event: EventRow
  score: number
  type: string | null
  type_name: Named | null
  action: Action
  allowed: boolean
  base: { log_odds: number }
  groups: GroupSum[]
  signals: Signal[]
  shadow: Signal[]
  models: { id: string; version: number; score: number | null; reasons: { name: string; value: Value; share: number | null }[] }[]
  actions: { id: string; action: Action; target: string | null; delivered_at: number | null }[]
  label: Label | null
  ledger: { block_first: number; block_last: number; head: string; position: number } | null
  rules_version: number | null
  identifiers: IdentifierInEvent[]
  truth: { gang: string; role: string; type: string | null } | null
}

export interface Judged {
  score: number
  type: string | null
  action: Action
  signals: { id: string; weight: number; why: string }[]
}

export interface WhatIf {
  before: Judged | null
  after: Judged
  note: string | null
}

export interface WindowValue extends Named {
  name: string
  value: Value
  unit: string | null
}

export interface IdentifierLife {
  kind: string
  value: string
  shown: string
  first_seen: number | null
  last_seen: number | null
  counts: Partial<Record<Channel, number>>
  verdicts: number
  lists: { list: string; until: number | null; reason: string }[]
  windows: WindowValue[]
  recent: EventRow[]
}

export interface Found {
  kind: string
  value: string
  shown: string
  events: number
  verdicts: number
  link: string
}
