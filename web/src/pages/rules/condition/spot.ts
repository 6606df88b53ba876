/** A fault's place within a condition. */

export interface Spot {
  /** Counted from 1, as people do. */
  line: number
  /** Counted from 1. */
  column: number
  length: number
  message: string
  cure: string
  warning: boolean
}

/** Where a fault lies in a text, in characters from 0; kept within the text, which may have changed since. */
export function span(text: string, spot: Spot): { start: number; end: number } {
  const lines = text.split('\n')
  const before = lines.slice(0, spot.line - 1).reduce((sum, line) => sum + line.length + 1, 0)
  const start = Math.min(before + spot.column - 1, text.length)
  const end = Math.min(start + Math.max(1, spot.length), text.length)
  // A fault at the end of the text has nothing to underline but what stands before it.
  return start === end ? { start: Math.max(0, start - 1), end } : { start, end }
}

/** The line of a fault cut into what stands before, under and after the caret. */
export function around(text: string, spot: Spot): [string, string, string] {
  const line = text.split('\n')[spot.line - 1] ?? ''
  const start = Math.min(spot.column - 1, line.length)
  const end = Math.min(start + Math.max(1, spot.length), line.length)
  return [line.slice(0, start), line.slice(start, end), line.slice(end)]
}
