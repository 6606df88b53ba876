import type { Action, Channel, Named } from './common'
import type { EventRow } from './decisions'

export interface Health {
  status: 'ok' | 'fault'
  fault?: string | null
  uptime_s: number
  journal_end: number
  waiting: number
  late: number
  forced: number
  events_per_second: number
  p50_ms: number | null
  p99_ms: number | null
  window_bytes: number
  window_keys: number
  checkpoint_age_s: number | null
  rules_live: number
  rules_shadow: number
  models: number
}

export interface Rising extends Named {
  type: string
  hour: number
  hour_before: number
  ratio: number | null
}

export interface Totals {
  events: Partial<Record<Channel, number>>
  actions: Partial<Record<Action, number>>
  types: Record<string, number>
}

/** The last five minutes, second by second, and all totals. */
export interface Now {
  at: number
  seconds: number[]
  channels: Partial<Record<Channel, number[]>>
  actions: Partial<Record<Action, number[]>>
  totals: Totals
  rising: Rising[]
  engine: Health
}

/** One second of the stream. */
export interface Tick {
  at: number
  channels: Partial<Record<Channel, number>>
  actions: Partial<Record<Action, number>>
  totals: Totals
  per_second: number
}

/** A decision as the stream tells it. */
export interface Live {
  offset: number
  ts: number
  channel: Channel
  subject: string | null
  subject_kind: string | null
  score: number
  type: string | null
  action: Action
  why: { zh: string[]; en: string[] }
}

export interface Notice extends Named {
  level: 'info' | 'warning' | 'error'
  link?: string | null
}

export interface Gang extends Named {
  id: string
  kind: string
  on: boolean
  events: number
  caught: number
  first_caught_after_s: number | null
  missed: number
}

export interface Demo {
  running: boolean
  speed: number
  people: number
  seed: number
  clock: number
  /** Why the city paused by itself. */
  fault?: string | null
  gangs: Gang[]
  totals: { fraud: number; caught: number; missed: number; false_alarms: number; honest: number }
}

/** A fraudulent event of the city with what the engine made of it. */
export interface TrueRow extends EventRow {
  truth: { gang: string; kind: string; role: string }
  caught: boolean
}
