import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { untranslated } from './untranslated'

/** Reading every source takes a while on a busy machine. */
const PATIENCE = 60_000
const ROOT = join(__dirname, '../src')

describe('texts in pages', () => {
  it('are found where they should not be', () => {
    const found = (source: string) => untranslated('made.tsx', source).map(({ text }) => text)
    expect(found('const a = <b>Hello there</b>')).toEqual(['Hello there'])
    expect(found('const a = <b title="Save it" className="big one" />')).toEqual(['Save it'])
    expect(found('const a = <b>{open ? "Close" : t.open}</b>')).toEqual(['Close'])
    expect(found('const a = { label: "Rules", key: "rules" }')).toEqual(['Rules'])
    expect(found('const a = `${n} 条`')).toEqual(['条'])
    expect(found('const a = <b title={`Open ${n}`} />')).toEqual(['Open'])
    expect(found('const a = <b className="x">{t.title} · {n}</b>')).toEqual([])
    expect(found('const a = <kbd>Ctrl K</kbd>')).toEqual([])
    expect(found('const a = <b aria-label={t.of("rule")}>{kind === "rule" ? t.a : t.b}</b>')).toEqual([])
  })

  it('all come from the dictionaries', () => {
    const names = (readdirSync(ROOT, { recursive: true }) as string[]).filter(
      (name) => /\.tsx?$/.test(name) && !/^i18n[\\/](zh|en)[\\/]/.test(name),
    )
    expect(names.length).toBeGreaterThan(50)
    const left = names.flatMap((name) =>
      untranslated(name, readFileSync(join(ROOT, name), 'utf8')).map(({ line, text }) => `${name}:${line} ${text}`),
    )
    expect(left).toEqual([])
  }, PATIENCE)
})
