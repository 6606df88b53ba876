import { describe, expect, it } from 'vitest'
import { Ring } from '@/lib/ring'

describe('Ring', () => {
  it('gives back the newest first', () => {
    const ring = new Ring<number>(3)
    for (const each of [1, 2, 3, 4, 5]) ring.push(each)
    expect(ring.newest()).toEqual([5, 4, 3])
    expect(ring.newest(2)).toEqual([5, 4])
    expect(ring.length).toBe(3)
    expect(ring.total).toBe(5)
  })

  it('holds what it has while it is not full', () => {
    const ring = new Ring<string>(4)
    ring.push('a')
    ring.push('b')
    expect(ring.newest()).toEqual(['b', 'a'])
    expect(ring.newest(10)).toEqual(['b', 'a'])
  })

  it('is empty after clearing, and takes up again', () => {
    const ring = new Ring<number>(2)
    ring.push(1)
    ring.push(2)
    ring.push(3)
    ring.clear()
    expect(ring.newest()).toEqual([])
    ring.push(9)
    expect(ring.newest()).toEqual([9])
  })

  it('refuses a size that holds nothing', () => {
    expect(() => new Ring(0)).toThrow(RangeError)
    expect(() => new Ring(1.5)).toThrow(RangeError)
  })
})
