import type { ChannelInfo, DeadLetter } from '@/api'

/** A rejected row: `values` by column or key where it could be read, `columns` of a table with a header. */
export type Letter = DeadLetter & { values?: Record<string, unknown> | null; columns?: string[] | null }

/** The values of a row that could be read as such; null for anything else. */
export function fieldsOf(letter: Letter): Record<string, unknown> | null {
  if (letter.values) return letter.values
  const { raw } = letter
  if (typeof raw !== 'string') return asRecord(raw)
  try {
    return asRecord(JSON.parse(raw) as unknown)
  } catch {
    return null
  }
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null
}

/** Whether parts of a row are hidden. Sent back as they are shown, they stand for what they were. */
export function isMasked(letter: Letter): boolean {
  return /\*{2,}|•{2,}/.test(JSON.stringify(letter.values ?? letter.raw ?? ''))
}

/** A row as it is sent: numbers that were typed into a form become numbers, empty fields are left out. */
export function rowOf(fields: Record<string, unknown>, channel: ChannelInfo | undefined): Record<string, unknown> {
  const types = new Map(channel?.fields.map((field) => [field.name, field.type]))
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (value === '' || value === undefined) return []
      const type = types.get(name)
      const numeric =
        (type === 'number' || type === 'integer') && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())
      return [[name, numeric ? Number(value) : value]]
    }),
  )
}
