import { language, texts } from '@/i18n'

const LOCALE = { zh: 'zh-CN', en: 'en-GB' } as const

const cache = new Map<string, Intl.NumberFormat>()

function numbers(digits: number): Intl.NumberFormat {
  const key = `${language()}:${digits}`
  let found = cache.get(key)
  if (!found) {
    found = new Intl.NumberFormat(LOCALE[language()], { maximumFractionDigits: digits })
    cache.set(key, found)
  }
  return found
}

/** A number with thousands separated, at most `digits` after the point; '–' for none. */
export function number(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : numbers(digits).format(value)
}

/** A share of 1 as percent; what is neither 0 nor 1 is never shown as 0 % or 100 %. */
export function percent(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const step = 10 ** -digits
  const hundred = value * 100
  if (hundred > 0 && hundred < step / 2) return `<${step.toFixed(digits)}%`
  if (hundred < 100 && hundred > 100 - step / 2) return `>${(100 - step).toFixed(digits)}%`
  return `${hundred.toFixed(digits)}%`
}

/** A large number shortened: 12,345,678 → 1,234.6 万 or 12.3 M. */
export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (Math.abs(value) < 10_000) return number(value, value % 1 ? 1 : 0)
  const steps = Object.entries(texts().common.powers).map(([power, name]): [number, string] => [10 ** Number(power), name])
  const [size, name] = steps.sort(([one], [other]) => other - one).find(([least]) => Math.abs(value) >= least) ?? [1, '']
  return name ? `${number(value / size, 1)} ${name}` : number(value, 1)
}

/** Bytes in the unit that fits. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1)
  return `${number(value / 1024 ** step, step ? 1 : 0)} ${units[step]}`
}

/** Seconds in words with the unit that fits: 93 784 s → 26.1 h. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–'
  const t = texts().common.duration
  const size = Math.abs(seconds)
  if (size > 0 && size < 1) return t.ms(number(seconds * 1000, size < 0.01 ? 1 : 0))
  if (size < 120) return t.seconds(number(seconds, size < 10 ? 1 : 0))
  if (size < 7200) return t.minutes(number(seconds / 60, size < 600 ? 1 : 0))
  if (size < 172_800) return t.hours(number(seconds / 3600, 1))
  return t.days(number(seconds / 86_400, 1))
}

/** How long ago, roughly, as people say it. */
export function ago(then: number, now = Date.now()): string {
  const t = texts().common.ago
  const seconds = Math.max(0, Math.round((now - then) / 1000))
  if (seconds < 5) return t.now
  if (seconds < 60) return t.seconds(seconds)
  if (seconds < 3600) return t.minutes(Math.floor(seconds / 60))
  if (seconds < 86_400) return t.hours(Math.floor(seconds / 3600))
  return t.days(Math.floor(seconds / 86_400))
}

/** A time in the reader's zone: 2026-03-01 08:05:09. */
export function clock(ms: number, parts: 'full' | 'day' | 'time' | 'minute' = 'full'): string {
  const at = new Date(ms)
  if (Number.isNaN(at.getTime())) return texts().common.invalidTime
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const minute = `${two(at.getHours())}:${two(at.getMinutes())}`
  const time = `${minute}:${two(at.getSeconds())}`
  if (parts === 'day') return day
  if (parts === 'time') return time
  if (parts === 'minute') return `${day.slice(5)} ${minute}`
  return `${day} ${time}`
}

/** The reader's zone as people write it: UTC+8 (Asia/Shanghai). */
export function zone(at = new Date()): string {
  const offset = -at.getTimezoneOffset()
  const hours = Math.floor(Math.abs(offset) / 60)
  const minutes = Math.abs(offset) % 60
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone
  return `UTC${offset < 0 ? '−' : '+'}${hours}${minutes ? `:${String(minutes).padStart(2, '0')}` : ''} (${name})`
}

/** A value with its unit, as a reader expects it: money with two digits, shares as percent, seconds in words. */
export function amount(value: unknown, unit: string | null | undefined): string {
  const t = texts().common
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (typeof value !== 'number') return String(value)
  if (unit === 'CNY') return `¥${new Intl.NumberFormat(LOCALE[language()], { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value)}`
  if (unit === 's') return duration(value)
  if (unit === 'share') return percent(value, 1)
  const known = unit ? (t.units[unit] ?? unit) : ''
  const shown = number(value, Number.isInteger(value) ? 0 : 3)
  return known ? `${shown}${known === '°' ? '' : ' '}${known}` : shown
}
