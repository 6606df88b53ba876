import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseLanguage } from '@/i18n'
import { ago, amount, bytes, clock, compact, duration, number, percent } from '@/lib/format'

beforeEach(() => chooseLanguage('zh'))
afterEach(() => chooseLanguage('zh'))

describe('numbers', () => {
  it('separates thousands and shows nothing for none', () => {
    expect(number(1234567)).toBe('1,234,567')
    expect(number(1.256, 1)).toBe('1.3')
    expect(number(null)).toBe('–')
    expect(number(Number.NaN)).toBe('–')
  })

  it('never rounds a share to nothing or to all', () => {
    expect(percent(0)).toBe('0%')
    expect(percent(1)).toBe('100%')
    expect(percent(0.0004)).toBe('<1%')
    expect(percent(0.9999)).toBe('>99%')
    expect(percent(0.952, 1)).toBe('95.2%')
    expect(percent(undefined)).toBe('–')
  })

  it('shortens large numbers as the language does', () => {
    expect(compact(9_999)).toBe('9,999')
    expect(compact(12_345)).toBe('1.2 万')
    expect(compact(234_000_000)).toBe('2.3 亿')
    chooseLanguage('en')
    expect(compact(12_345)).toBe('12.3 k')
    expect(compact(2_340_000)).toBe('2.3 M')
  })

  it('finds the unit of bytes', () => {
    expect(bytes(0)).toBe('0 B')
    expect(bytes(1536)).toBe('1.5 KiB')
    expect(bytes(3 * 1024 ** 3)).toBe('3 GiB')
  })
})

describe('times', () => {
  it('says durations in the unit that fits', () => {
    expect(duration(0.0042)).toBe('4.2 毫秒')
    expect(duration(42)).toBe('42 秒')
    expect(duration(600)).toBe('10 分钟')
    expect(duration(22_300)).toBe('6.2 小时')
    chooseLanguage('en')
    expect(duration(864_000)).toBe('10 d')
  })

  it('says how long ago', () => {
    const now = 1_790_000_000_000
    expect(ago(now - 1_000, now)).toBe('刚刚')
    expect(ago(now - 90_000, now)).toBe('1 分钟前')
    chooseLanguage('en')
    expect(ago(now - 3 * 86_400_000, now)).toBe('3 d ago')
  })

  it('writes a time in the zone of the reader', () => {
    const at = new Date(2026, 2, 1, 8, 5, 9).getTime()
    expect(clock(at)).toBe('2026-03-01 08:05:09')
    expect(clock(at, 'day')).toBe('2026-03-01')
    expect(clock(at, 'time')).toBe('08:05:09')
    expect(clock(at, 'minute')).toBe('03-01 08:05')
    expect(clock(Number.NaN)).toBe('时间无效')
  })
})

describe('amounts', () => {
  it('shows values with their units', () => {
    expect(amount(9400, 'CNY')).toBe('¥9,400.00')
    expect(amount(7, 's')).toBe('7 秒')
    expect(amount(0.81, 'share')).toBe('81.0%')
    expect(amount(-93, 'dBm')).toBe('-93 dBm')
    expect(amount(true, null)).toBe('是')
    expect(amount(null, 'CNY')).toBe('–')
  })

  it('leaves masked values as they are', () => {
    expect(amount('****', 'CNY')).toBe('****')
  })
})
