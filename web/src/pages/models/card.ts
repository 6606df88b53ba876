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

/** One point of a calibration curve: the probability before and after. */
export interface Point {
  predicted: number
  observed: number
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

/** Points of a calibration curve; none where the card has no curve. */
export function points(calibration: unknown): Point[] {
  const curve = record(calibration)['curve']
  if (!Array.isArray(curve)) return []
  return curve.flatMap((pair: unknown) => {
    const [predicted, observed] = Array.isArray(pair) ? (pair as unknown[]) : []
    return typeof predicted === 'number' && typeof observed === 'number' ? [{ predicted, observed }] : []
  })
}

/** The name of the method. */
export function methodOf(card: Card, calibration: unknown): string | null {
  const held = record(calibration)['kind']
  return typeof held === 'string' ? held : (card.calibration ?? null)
}

function record(value: unknown): Record<string, unknown> {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function numeric(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
