import type { Now, Tick } from '@/api'

export const SECONDS = 300

/** Counts of each second by name; the last element is the newest second. */
export interface Seconds {
  /** Epoch second of the last element. */
  end: number
  channels: Record<string, number[]>
  actions: Record<string, number[]>
}

export function begin(now: Now): Seconds {
  const end = now.seconds.at(-1) ?? Math.floor(now.at / 1000)
  return { end, channels: trimmed(now.channels), actions: trimmed(now.actions) }
}

/** The seconds after one more tick; seconds that no tick told of count nothing. */
export function advance(held: Seconds, tick: Tick): Seconds {
  const end = Math.floor(tick.at / 1000)
  const step = end - held.end
  if (step <= 0) return held
  return {
    end,
    channels: shifted(held.channels, tick.channels, step),
    actions: shifted(held.actions, tick.actions, step),
  }
}

function trimmed(given: Record<string, number[] | undefined>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(given).map(([name, counts = []]) => [
      name,
      [...new Array<number>(Math.max(0, SECONDS - counts.length)).fill(0), ...counts.slice(-SECONDS)],
    ]),
  )
}

function shifted(
  held: Record<string, number[]>,
  fresh: Record<string, number | undefined>,
  step: number,
): Record<string, number[]> {
  const gap = Math.min(step, SECONDS)
  const out: Record<string, number[]> = {}
  for (const name of new Set([...Object.keys(held), ...Object.keys(fresh)])) {
    const before = held[name] ?? new Array<number>(SECONDS).fill(0)
    out[name] = [...before.slice(gap), ...new Array<number>(gap - 1).fill(0), fresh[name] ?? 0]
  }
  return out
}
