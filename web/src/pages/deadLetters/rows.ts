import type { ChannelInfo } from '@/api'

/** The fields of a row that came as an object, or as the JSON of one; null for anything else, such as a CSV line. */
export function fieldsOf(raw: unknown): Record<string, unknown> | null {
  if (typeof raw === 'string') {
    try {
      return fieldsOf(JSON.parse(raw) as unknown)
    } catch {
      return null
    }
  }
  return raw && typeof raw === 'object' && !Array.isArray(raw) ? (raw as Record<string, unknown>) : null
}

/** Whether parts of a row are hidden: sending it back would take the asterisks for the value. */
export function isMasked(raw: unknown): boolean {
  return /\*{2,}|•{2,}/.test(typeof raw === 'string' ? raw : JSON.stringify(raw ?? ''))
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
