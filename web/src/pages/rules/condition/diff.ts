/** What changed between two texts, as runs of words: the longest common subsequence of their parts. */

export type Change = 'same' | 'out' | 'in'

export interface Run {
  change: Change
  text: string
}

/** Parts of a text that are compared as wholes: words, numbers, single Chinese characters, signs, spaces. */
function parts(text: string): string[] {
  return text.match(/\p{Script=Han}|[\p{L}\p{N}_.]+|\s+|[^]/gu) ?? []
}

/** Runs that lead from `before` to `after`; joined without `in` they are `before`, without `out` `after`. */
export function difference(before: string, after: string): Run[] {
  const a = parts(before)
  const b = parts(after)
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const runs: Run[] = []
  const add = (change: Change, text: string): void => {
    const last = runs.at(-1)
    if (last?.change === change) last.text += text
    else runs.push({ change, text })
  }
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('same', a[i] ?? '')
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      add('out', a[i] ?? '')
      i++
    } else {
      add('in', b[j] ?? '')
      j++
    }
  }
  return runs
}
