import { describe, expect, it } from 'vitest'
import { SseParser } from '@/api/sse'
import { Feed } from '@/pages/now/feed'
import type { Live } from '@/api'

describe('SseParser', () => {
  it('puts events together however the text is cut', () => {
    const text = 'id: 7\nevent: now\ndata: {"a":1}\n\n: alive\n\ndata: x\ndata: y\n\n'
    for (let size = 1; size <= text.length; size += 1) {
      const parser = new SseParser()
      const told = []
      for (let at = 0; at < text.length; at += size) told.push(...parser.push(text.slice(at, at + size)))
      expect(told).toEqual([
        { event: 'now', data: '{"a":1}', id: '7' },
        { event: 'message', data: 'x\ny', id: '7' },
      ])
    }
  })

  it('takes line ends of every system and keeps the wish for a pause', () => {
    const parser = new SseParser()
    expect(parser.push('retry: 2500\r\nevent: a\r\ndata: 1\r\n\r\n')).toEqual([{ event: 'a', data: '1', id: null }])
    expect(parser.retry).toBe(2500)
  })

  it('tells nothing of an event without data', () => {
    expect(new SseParser().push('event: empty\nid: 3\n\n')).toEqual([])
  })
})

const live = (offset: number): Live => ({
  offset, ts: offset, channel: 'call', subject: null, subject_kind: null, score: 0.5, type: null, action: 'warn',
  why: { zh: [], en: [] },
})

describe('Feed', () => {
  it('keeps what is shown while it is held, counts what comes, and catches up', () => {
    const feed = new Feed()
    feed.take([live(1), live(2)])
    feed.hold(false)
    expect(feed.shown.map(({ offset }) => offset)).toEqual([2, 1])
    feed.hold(true)
    feed.take([live(3), live(4), live(5)])
    expect(feed.missed).toBe(3)
    expect(feed.shown.map(({ offset }) => offset)).toEqual([2, 1])
    feed.hold(false)
    expect(feed.missed).toBe(0)
    expect(feed.shown[0]?.offset).toBe(5)
  })

  it('keeps a bounded number however many come', () => {
    const feed = new Feed()
    feed.take(Array.from({ length: 5000 }, (_, at) => live(at)))
    feed.hold(false)
    expect(feed.shown).toHaveLength(1000)
    expect(feed.shown[0]?.offset).toBe(4999)
  })
})
