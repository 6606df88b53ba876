import type { ChannelInfo, Field, Value, Verdict } from '@/api'

/** A value that can be changed: a field of the event, or what a rule read. */
export interface Slot {
  name: string
  zh: string
  en: string
  type: Field['type'] | 'value'
  unit: string | null
  values: string[] | null
  /** As it was; null where there was none. */
  was: Value
}

/** The id decides nothing, and the server judges the event as if it came now. */
const FIXED = new Set(['id', 'ts'])

/** The event's fields that may be changed. */
export function fieldSlots(verdict: Verdict, schema: ChannelInfo | undefined): Slot[] {
  return (schema?.fields ?? [])
    .filter(({ name }) => !FIXED.has(name))
    .map(({ name, zh, en, type, unit, values }) => ({
      name, zh, en, type, unit, values, was: verdict.event.fields[name] ?? null,
    }))
}

/** What rules and models read beyond the event's own fields, each once. */
export function valueSlots(
  verdict: Verdict,
  schema: ChannelInfo | undefined,
  named: Map<string, { zh: string; en: string; unit: string | null }>,
): Slot[] {
  const own = new Set(schema?.fields.map(({ name }) => name))
  const found = new Map<string, Slot>()
  for (const signal of [...verdict.signals, ...verdict.shadow]) {
    for (const [name, was] of Object.entries(signal.values)) {
      if (own.has(name) || found.has(name) || typeof was === 'string') continue
      const known = named.get(name)
      const names = { zh: known?.zh ?? name, en: known?.en ?? name, unit: known?.unit ?? null }
      found.set(name, { name, ...names, type: typeof was === 'boolean' ? 'flag' : 'value', values: null, was })
    }
  }
  return [...found.values()]
}

/** What is sent: only what differs from what was. */
export function changesOf(edited: Record<string, Value>, slots: Slot[]): Record<string, Value> {
  const out: Record<string, Value> = {}
  for (const slot of slots) {
    const value = edited[slot.name]
    if (value !== undefined && value !== slot.was) out[slot.name] = value
  }
  return out
}

/** The values as they were, for judging with what was known then. */
export function knownThen(slots: Slot[]): Record<string, Value> {
  return Object.fromEntries(slots.map(({ name, was }) => [name, was]))
}

/** Values as they are sent; flags as 0 and 1, missing ones not at all. */
export function asNumbers(changes: Record<string, Value>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([name, value]) => (value === null ? [] : [[name, Number(value)]])),
  )
}
