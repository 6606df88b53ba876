import { SECONDS } from './seconds'

/** Seconds that one point of a picture stands for. */
export const BIN = 3
export const POINTS = SECONDS / BIN

/**
 * Means of three seconds each, the newest last. Bins lie on whole multiples of their width, so that a point that has
 * been drawn stays as it is; the newest second is left out while it is still being counted.
 */
export function binned(counts: readonly number[], end: number): number[] {
  const out = new Array<number>(POINTS).fill(0)
  const newest = Math.floor((end - 1) / BIN)
  const sums = new Map<number, [number, number]>()
  for (let at = 0; at < SECONDS - 1; at += 1) {
    const bin = Math.floor((end - (SECONDS - 1) + at) / BIN)
    const [sum, many] = sums.get(bin) ?? [0, 0]
    sums.set(bin, [sum + (counts[at] ?? 0), many + 1])
  }
  for (let point = 0; point < POINTS; point += 1) {
    const [sum, many] = sums.get(newest - (POINTS - 1) + point) ?? [0, 1]
    out[point] = Math.round((sum / many) * 10) / 10
  }
  return out
}
