/** The words of a rule condition, told apart for colouring. It judges nothing: the server does that. */

export type TokenKind =
  'name' | 'function' | 'keyword' | 'flag' | 'number' | 'text' | 'operator' | 'bracket' | 'space' | 'unknown'

export interface Token {
  kind: TokenKind
  text: string
  start: number
}

const KEYWORDS = new Set(['and', 'or', 'not', 'in'])
const FLAGS = new Set(['True', 'False'])

const SHAPES: [TokenKind, RegExp][] = [
  ['space', /\s+/y],
  ['text', /r?"(?:\\.|[^"\\\n])*"?|r?'(?:\\.|[^'\\\n])*'?/y],
  ['number', /\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['name', /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*/uy],
  ['operator', /[<>=!]=|[<>+\-*/]/y],
  ['bracket', /[()[\],]/y],
  ['unknown', /[^]/uy],
]

/** One token at a place of a text; the text must go on there. */
export function tokenAt(text: string, start: number): Token {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = start
    const found = shape.exec(text)
    if (found) return { kind: refine(kind, found[0], text, shape.lastIndex), text: found[0], start }
  }
  return { kind: 'unknown', text: text.slice(start), start }
}

function refine(kind: TokenKind, word: string, text: string, end: number): TokenKind {
  if (kind !== 'name') return kind
  if (KEYWORDS.has(word)) return 'keyword'
  if (FLAGS.has(word)) return 'flag'
  return /^\s*\(/.test(text.slice(end, end + 20)) ? 'function' : 'name'
}

/** All tokens of a text in order, spaces included, so that together they are the text again. */
export function tokens(text: string): Token[] {
  const found: Token[] = []
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at)
    found.push(token)
    at += token.text.length
  }
  return found
}

/** The name that ends at a place, for completion: `caller.ca|` gives `caller.ca`. */
export function nameBefore(text: string, end: number): { start: number; word: string } {
  const word = /[\p{L}_][\p{L}\p{N}_.]*$/u.exec(text.slice(0, end))?.[0] ?? ''
  return { start: end - word.length, word }
}

/** Whether a place lies within quotes, and after `list(`: then names of lists belong there. */
export function quoteBefore(text: string, end: number): { start: number; list: boolean } | null {
  const line = text.slice(text.lastIndexOf('\n', end - 1) + 1, end)
  const base = end - line.length
  for (let at = 0; at < line.length;) {
    const token = tokenAt(line, at)
    const stop = at + token.text.length
    if (token.kind === 'text' && stop === line.length && !closed(token.text)) {
      return { start: base + at + (token.text.startsWith('r') ? 2 : 1), list: /\blist\(\s*$/.test(line.slice(0, at)) }
    }
    at = stop
  }
  return null
}

function closed(text: string): boolean {
  const body = text.replace(/^r/, '')
  return body.length > 1 && body.endsWith(body[0] ?? '') && !/(^|[^\\])(\\\\)*\\.$/.test(body)
}
