// Writes a .gz beside every file of the console that is worth it, so that the server need not compress.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const ROOT = new URL('../../src/xiezhi/api/console/', import.meta.url).pathname
const KINDS = new Set(['.js', '.css', '.html', '.svg', '.json'])

for (const name of readdirSync(ROOT, { recursive: true })) {
  const path = join(ROOT, name)
  if (!KINDS.has(extname(path))) continue
  const whole = readFileSync(path)
  const packed = gzipSync(whole, { level: 9 })
  if (packed.length < whole.length * 0.9) writeFileSync(`${path}.gz`, packed)
}
