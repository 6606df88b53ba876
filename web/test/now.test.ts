import { describe, expect, it } from 'vitest'
import type { Now, Tick } from '@/api'
import { BIN, binned, POINTS } from '@/pages/now/bins'
import { advance, begin, SECONDS } from '@/pages/now/seconds'

const now = { at: 1_000_000, seconds: [998, 999, 1000], channels: { call: [1, 2, 3] }, actions: {} } as unknown as Now
const tick = (second: number, call: number): Tick =>
  ({ at: second * 1000, channels: { call }, actions: { warn: 1 }, totals: {}, per_second: call }) as unknown as Tick

describe('seconds', () => {
  it('begins with what the server has, the newest last', () => {
    const held = begin(now)
    expect(held.channels['call']).toHaveLength(SECONDS)
    expect(held.channels['call']?.slice(-4)).toEqual([0, 1, 2, 3])
    expect(held.end).toBe(1000)
  })

  it('goes on with ticks, and fills seconds that nobody told of', () => {
    const held = advance(advance(begin(now), tick(1001, 7)), tick(1004, 9))
    expect(held.channels['call']?.slice(-6)).toEqual([2, 3, 7, 0, 0, 9])
    expect(held.actions['warn']?.slice(-4)).toEqual([1, 0, 0, 1])
    expect(held.channels['call']).toHaveLength(SECONDS)
  })

  it('takes no second twice, and survives a break longer than what is kept', () => {
    const held = begin(now)
    expect(advance(held, tick(1000, 5))).toBe(held)
    expect(advance(held, tick(9000, 5)).channels['call']).toEqual([...new Array<number>(SECONDS - 1).fill(0), 5])
  })
})

describe('bins', () => {
  it('are means, and stay as they are when a second passes', () => {
    const counts = Array.from({ length: SECONDS }, (_, at) => at)
    const first = binned(counts, 3000)
    const later = binned([...counts.slice(BIN), 300, 301, 302], 3000 + BIN)
    expect(first).toHaveLength(POINTS)
    expect(later.slice(1, -2)).toEqual(first.slice(2, -1))
  })

  it('of an even stream are even', () => {
    expect(new Set(binned(new Array<number>(SECONDS).fill(5), 4242))).toEqual(new Set([5]))
  })
})
