import { describe, expect, it } from 'vitest'
import type { ChannelInfo, Verdict } from '@/api'
import { stepsOf } from '@/pages/decision/steps'
import { asNumbers, changesOf, fieldSlots, knownThen, valueSlots } from '@/pages/decision/whatIfForm'

const group = (id: string, sum: number, counted: number) => ({ group: id, zh: id, en: id, sum, cap: 6, counted })

describe('waterfall', () => {
  it('adds up from the prior to the log-odds of the score', () => {
    const { steps, total, from, to } = stepsOf({
      base: { log_odds: -7 },
      groups: [group('small', 2, 2), group('large', 7.5, 6), group('less', -1, -1)],
    })
    expect(steps.map(({ id }) => id)).toEqual(['base', 'large', 'small', 'less'])
    expect(total).toBeCloseTo(0)
    expect(steps.at(-1)?.after).toBeCloseTo(total)
    for (const [at, step] of steps.entries()) if (at) expect(step.before).toBeCloseTo(steps[at - 1]?.after ?? NaN)
    expect(from).toBeLessThan(-7)
    expect(to).toBeGreaterThan(1)
  })
})

const field = (name: string, type: string) => ({ name, type, zh: name, en: name, unit: null, values: null })
const schema = { fields: [field('id', 'code'), field('ts', 'time'), field('amount', 'number'), field('note', 'text')] } as unknown as ChannelInfo
const verdict = {
  event: { fields: { id: 'a', ts: 1, amount: 10, note: '****' } },
  signals: [{ values: { 'payee.in.1h': 3, amount: 10, 'pair.is_new': true, city: 'x' } }],
  shadow: [{ values: { 'payee.in.1h': 3, 'payee.age': null } }],
} as unknown as Verdict

describe('what if', () => {
  it('offers fields that decide something, and each read value once', () => {
    expect(fieldSlots(verdict, schema).map(({ name }) => name)).toEqual(['amount', 'note'])
    expect(valueSlots(verdict, schema, new Map()).map(({ name }) => name)).toEqual(['payee.in.1h', 'pair.is_new', 'payee.age'])
  })

  it('sends only what differs, never a masked value', () => {
    const slots = fieldSlots(verdict, schema)
    expect(changesOf({ amount: 10 }, slots)).toEqual({})
    expect(changesOf({ amount: 12 }, slots)).toEqual({ amount: 12 })
    expect(changesOf({}, slots)).toEqual({})
  })

  it('sends values as numbers, missing ones not at all', () => {
    const slots = valueSlots(verdict, schema, new Map())
    expect(asNumbers({ ...knownThen(slots), 'payee.in.1h': 9 })).toEqual({ 'payee.in.1h': 9, 'pair.is_new': 1 })
  })
})
