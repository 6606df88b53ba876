import { describe, expect, it } from 'vitest'
import { TEXTS } from '@/i18n'

type Tree = Record<string, unknown>

function leaves(tree: Tree, at = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = at ? `${at}.${key}` : key
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value)
    return inner ? leaves(value as Tree, path) : [[path, value] as [string, unknown]]
  })
}

const said = (value: unknown): string => {
  if (typeof value !== 'function') return Array.isArray(value) ? value.join(' ') : String(value)
  const given = Array.from({ length: value.length }, () => 1)
  try {
    return String((value as (...all: unknown[]) => unknown)(...given))
  } catch {
    // It wants texts, not numbers.
    return String((value as (...all: unknown[]) => unknown)(...given.map(String)))
  }
}

/** Which powers of ten have names differs between languages. */
const OWN = /^common\.powers\./
const shared = (all: [string, unknown][]) => all.filter(([key]) => !OWN.test(key))

const zh = new Map(shared(leaves(TEXTS.zh as unknown as Tree)))
const en = new Map(shared(leaves(TEXTS.en as unknown as Tree)))
const HAN = /\p{Script=Han}/u
/** Texts that name the other language on purpose. */
const OTHER_ON_PURPOSE = new Set(['shell.languageSwitch', 'shell.languageShort'])

describe('dictionaries', () => {
  it('have the same keys', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
  })

  it('have a text for every key, of the same sort', () => {
    for (const [key, value] of zh) {
      expect(typeof en.get(key), key).toBe(typeof value)
      const empty = [key, said(value).trim() === '', said(en.get(key)).trim() === '']
      // A unit may be silent in one language.
      if (!key.includes('units.')) expect(empty).toEqual([key, false, false])
    }
  })

  it('take the same number of arguments', () => {
    for (const [key, value] of zh) {
      if (typeof value === 'function') expect((en.get(key) as { length: number }).length, key).toBe(value.length)
    }
  })

  it('have no Chinese in English', () => {
    const left = [...en].filter(([key, value]) => !OTHER_ON_PURPOSE.has(key) && HAN.test(said(value)))
    expect(left.map(([key]) => key)).toEqual([])
  })

  it('do not leave English sentences in Chinese', () => {
    const sentence = /[a-z]{3,} [a-z]{3,} [a-z]{3,}/i
    const left = [...zh].filter(([key, value]) => !OTHER_ON_PURPOSE.has(key) && !HAN.test(said(value)) && sentence.test(said(value)))
    expect(left.map(([key]) => key)).toEqual([])
  })
})
