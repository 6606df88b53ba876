import { describe, expect, it } from 'vitest'
import { isMasked, rowOf } from '@/pages/deadLetters/rows'
import { looksRight } from '@/pages/lists/values'
import { points } from '@/pages/models/card'
import { difference } from '@/pages/rules/condition/diff'
import { around, span, type Spot } from '@/pages/rules/condition/spot'
import { nameBefore, quoteBefore, tokens } from '@/pages/rules/condition/tokens'
import { grouped } from '@/pages/users/scopes'
import { suggestion } from '@/pages/users/suggestion'

const CONDITION = 'caller.calls.1h >= 60 and contains(text, "安全\\"账户") and caller not in list("deny_numbers")'

describe('the words of a condition', () => {
  it('are told apart and lose nothing', () => {
    expect(tokens(CONDITION).map(({ text }) => text).join('')).toBe(CONDITION)
    const kinds = tokens(CONDITION).map(({ kind, text }) => [kind, text])
    expect(kinds).toContainEqual(['name', 'caller.calls.1h'])
    expect(kinds).toContainEqual(['number', '60'])
    expect(kinds).toContainEqual(['keyword', 'and'])
    expect(kinds).toContainEqual(['function', 'contains'])
    expect(kinds).toContainEqual(['text', '"安全\\"账户"'])
  })

  it('are told apart in what is not finished', () => {
    for (let end = 0; end <= CONDITION.length; end += 1) {
      const begun = CONDITION.slice(0, end)
      expect(tokens(begun).map(({ text }) => text).join('')).toBe(begun)
    }
  })

  it('are found before the cursor', () => {
    expect(nameBefore('answered and caller.ca', 22)).toEqual({ start: 13, word: 'caller.ca' })
    expect(quoteBefore('caller in list("den', 19)).toEqual({ start: 16, list: true })
    expect(quoteBefore('gateway == "inter', 17)).toEqual({ start: 12, list: false })
    expect(quoteBefore('gateway == "domestic" and ', 26)).toBeNull()
  })
})

describe('the place of a fault', () => {
  const spot = (line: number, column: number, length: number): Spot => ({ line, column, length, message: '', cure: '', warning: false })

  it('is found on its line', () => {
    const text = 'answered\nand callr == 1'
    const { start, end } = span(text, spot(2, 5, 5))
    expect(text.slice(start, end)).toBe('callr')
    expect(around(text, spot(2, 5, 5))).toEqual(['and ', 'callr', ' == 1'])
  })

  it('stays within a text that has become shorter', () => {
    expect(span('ab', spot(1, 40, 5))).toEqual({ start: 1, end: 2 })
    expect(span('', spot(3, 1, 5))).toEqual({ start: 0, end: 0 })
  })
})

describe('the difference of two texts', () => {
  it('leads from one to the other', () => {
    const [before, after] = ['calls >= 30 and answered', 'calls >= 40 and not answered']
    const runs = difference(before, after)
    const side = (without: string) => runs.filter(({ change }) => change !== without).map(({ text }) => text).join('')
    expect(side('in')).toBe(before)
    expect(side('out')).toBe(after)
    expect(runs).toContainEqual({ change: 'out', text: '30' })
    expect(runs).toContainEqual({ change: 'in', text: '40' })
  })

  it('compares Chinese characters one by one', () => {
    expect(difference('一小时呼出', '一天呼出').filter(({ change }) => change !== 'same')).toEqual([
      { change: 'out', text: '小时' },
      { change: 'in', text: '天' },
    ])
  })
})

describe('values', () => {
  it('are looked at by their kind', () => {
    expect(looksRight('phone', '+852 5123 4567')).toBe(true)
    expect(looksRight('phone', 'not a number')).toBe(false)
    expect(looksRight('domain', '反诈.example.com')).toBe(true)
    expect(looksRight('domain', 'no domain')).toBe(false)
    expect(looksRight('person', ' ')).toBe(false)
  })

  it('of a rejected row are sent as their fields need them', () => {
    const field = { zh: '', en: '', kind: null, unit: null, required: false, sensitivity: null, masking: null, values: null }
    const channel = {
      name: 'call' as const, plural: 'calls', zh: '', en: '', subject: 'caller',
      fields: [{ ...field, name: 'duration', type: 'number' as const }, { ...field, name: 'caller', type: 'identifier' as const }],
    }
    expect(rowOf({ duration: '12', caller: '13800000000', note: '' }, channel)).toEqual({ duration: 12, caller: '13800000000' })
  })

  it('that are masked are known', () => {
    const letter = {
      id: 1, source: 's', row: 0, line: null, channel: 'call', reason: '', raw: null, seen_at: 0, state: 'waiting',
    }
    expect(isMasked({ ...letter, values: { caller: '138****0000' } })).toBe(true)
    expect(isMasked({ ...letter, values: { caller: '13800000000' } })).toBe(false)
  })
})

describe('cards, scopes and passwords', () => {
  it('have points where there is a curve', () => {
    expect(points({ kind: 'platt', curve: [[0.1, 0.2], [0.9, 'x']] })).toEqual([{ predicted: 0.1, observed: 0.2 }])
    expect(points({ kind: 'temperature', curve: [] })).toEqual([])
    expect(points('platt')).toEqual([])
  })

  it('have a group for every permission', () => {
    const held = ['decide.run', 'audit.read', 'unmask'] as const
    expect(grouped([...held]).flatMap(([, names]) => names).toSorted()).toEqual([...held].toSorted())
  })

  it('are made anew every time', () => {
    const made = new Set(Array.from({ length: 50 }, suggestion))
    expect(made.size).toBe(50)
    for (const each of made) expect(each).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  })
})
