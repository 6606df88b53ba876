/** A model card as the training wrote it. All of it may be missing: cards of one's own can say less. */
export interface Card {
  task?: string
  features?: string[]
  data?: { name?: string; rows?: number; source?: string; licence?: string }[]
  licence?: string
  split?: string
  scores?: Record<string, unknown>
  date?: string
  digest?: string
  calibration?: string
  base_rate?: number | null
  notes?: string[]
}

/** One point of a calibration curve: what was predicted and what came of it, over so many rows. */
export interface Point {
  predicted: number
  observed: number
  rows: number | null
}

export interface ClassScore {
  name: string
  precision: number | null
  recall: number | null
  f1: number | null
  rows: number | null
}

const KNOWN = new Set(['rows', 'repetitions', 'spread', 'classes'])

export function asCard(card: unknown): Card {
  return card && typeof card === 'object' && !Array.isArray(card) ? (card as Card) : {}
}

/** The figures of a whole, such as AUC, each with its spread where there is one. */
export function measures(card: Card): { name: string; value: number; spread: number | null }[] {
  const scores = card.scores ?? {}
  const spreads = record(scores['spread'])
  return Object.entries(scores).flatMap(([name, value]) =>
    typeof value === 'number' && !KNOWN.has(name) ? [{ name, value, spread: numeric(spreads[name]) || null }] : [],
  )
}

export function classes(card: Card): ClassScore[] {
  return Object.entries(record(card.scores?.['classes'])).map(([name, value]) => {
    const found = record(value)
    return {
      name,
      precision: numeric(found['precision']),
      recall: numeric(found['recall']),
      f1: numeric(found['f1']),
      rows: numeric(found['rows']),
    }
  })
}

/** How the model did on data that it was not made for: groups of figures beside the whole. */
export function elsewhere(card: Card): { name: string; figures: [string, string | number][] }[] {
  return Object.entries(card.scores ?? {}).flatMap(([name, value]) =>
    KNOWN.has(name) || typeof value !== 'object' || value === null
      ? []
      : [
          {
            name,
            figures: Object.entries(value).filter(
              (each): each is [string, string | number] => typeof each[1] !== 'object',
            ),
          },
        ],
  )
}

/** Points of a calibration curve in the shapes that they come in: lists of points, or parallel lists. */
export function points(calibration: unknown): Point[] {
  const held = record(calibration)
  const list = Array.isArray(calibration) ? calibration : (held['points'] ?? held['bins'] ?? held['curve'])
  if (Array.isArray(list)) return list.flatMap(point)
  const [predicted, observed] = [held['predicted'], held['observed']]
  if (!Array.isArray(predicted) || !Array.isArray(observed)) return []
  const rows = Array.isArray(held['rows']) ? held['rows'] : []
  return predicted.flatMap((each: unknown, at) => point([each, observed[at], rows[at]]))
}

function point(given: unknown): Point[] {
  const held = record(given)
  const [predicted, observed, rows] = Array.isArray(given)
    ? (given as unknown[])
    : [held['predicted'] ?? held['mean_predicted'], held['observed'] ?? held['share'], held['rows'] ?? held['count']]
  if (typeof predicted !== 'number' || typeof observed !== 'number') return []
  return [{ predicted, observed, rows: numeric(rows) }]
}

/** The name of the method, wherever it stands. */
export function methodOf(card: Card, calibration: unknown): string | null {
  const held = typeof calibration === 'string' ? calibration : record(calibration)['method']
  return typeof held === 'string' ? held : (card.calibration ?? null)
}

function record(value: unknown): Record<string, unknown> {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function numeric(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
