const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const LENGTH = 5

/** A password of four groups of letters that are not taken for one another: 99 bits from the browser's own source. */
export function suggestion(): string {
  const group = () => Array.from({ length: LENGTH }, letter).join('')
  return Array.from({ length: GROUPS }, group).join('-')
}

function letter(): string {
  // Numbers at the upper end are thrown away, for they would favour the first letters.
  const most = 256 - (256 % LETTERS.length)
  for (;;) {
    const [found = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (found < most) return LETTERS.charAt(found % LETTERS.length)
  }
}
