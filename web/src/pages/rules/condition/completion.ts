/** What may be written at a place of a condition: names, functions, lists and the values a field can have. */

import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { nameBefore, quoteBefore } from './tokens'

/** Everything a channel's conditions may name, with texts in the reader's language. */
export interface Words {
  variables: { name: string; kind: string; text: string; unit: string }[]
  functions: { name: string; signature: string; text: string; example: string }[]
  lists: { name: string; text: string }[]
  /** The values that a field can have, by the field's name. */
  values: Record<string, string[]>
}

const KEYWORDS = ['and', 'or', 'not', 'in', 'True', 'False']

/** Completions at the cursor, or null where nothing is known. */
export function complete(words: Words, context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString()
  const quote = quoteBefore(text, context.pos)
  if (quote) return inQuotes(words, text, quote)
  const { start, word } = nameBefore(text, context.pos)
  if (word === '' && !context.explicit) return null
  return { from: start, options: names(words), validFor: /^[\p{L}_][\p{L}\p{N}_.]*$/u }
}

function inQuotes(words: Words, text: string, quote: { start: number; list: boolean }): CompletionResult | null {
  if (quote.list) {
    return {
      from: quote.start,
      options: words.lists.map((list) => ({ label: list.name, detail: list.text, type: 'enum' })),
      validFor: /^[\w.]*$/,
    }
  }
  const before = text.slice(0, quote.start - 1)
  const field = /([\p{L}_][\p{L}\p{N}_.]*)\s*(?:[!=]=|(?:not\s+)?in\s*\([^)]*)\s*r?$/u.exec(before)?.[1]
  const values = field === undefined ? undefined : words.values[field]
  if (!values) return null
  return { from: quote.start, options: values.map((label) => ({ label, type: 'constant' })), validFor: /^[^"']*$/ }
}

function names(words: Words): Completion[] {
  return [
    ...words.variables.map((each) => ({
      label: each.name,
      detail: each.kind + (each.unit ? ` · ${each.unit}` : ''),
      info: each.text || undefined,
      type: 'variable',
    })),
    ...words.functions.map((each) => ({
      label: each.name,
      detail: each.signature.slice(each.name.length),
      info: `${each.text}\n${each.example}`,
      apply: `${each.name}(`,
      type: 'function',
      boost: -1,
    })),
    ...KEYWORDS.map((label) => ({ label, type: 'keyword', boost: -2 })),
  ]
}
