// Prints what a first visit (shell, log-in, Now) loads, gzipped, and fails when it is too much.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMIT = 1_000_000
const ROOT = new URL('../../src/xiezhi/api/console/', import.meta.url).pathname
const FIRST = ['index.html', 'src/pages/login/LoginPage.tsx', 'src/pages/now/NowPage.tsx']

const manifest = JSON.parse(readFileSync(join(ROOT, '.vite/manifest.json'), 'utf8'))
const files = new Map([['index.html', 'page']])

function follow(key, seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return
  seen.add(key)
  for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.set(file, key)
  for (const next of chunk.imports ?? []) follow(next, seen)
}

for (const key of FIRST) {
  if (!manifest[key]) throw new Error(`${key} is not in the manifest: mend the list in scripts/size.mjs`)
  follow(key)
}

let total = 0
for (const file of files.keys()) {
  const size = gzipSync(readFileSync(join(ROOT, file)), { level: 9 }).length
  total += size
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`)
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  first load, gzipped (limit ${LIMIT / 1000} kB)`)
if (total > LIMIT) {
  console.error('The first load is too large: load something later, or import less of it.')
  process.exit(1)
}
