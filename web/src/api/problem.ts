import { texts } from '@/i18n'

/** One fault in what was sent: where it is, what is wrong, what to do. */
export interface Fault {
  where: string
  message: string
  cure?: string | null
  caret?: string | null
}

/** A refusal of the server (RFC 9457), or of the network. `title` says what is wrong, `cure` what to do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly cure: string,
    readonly errors: Fault[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(title)
    this.name = 'Problem'
  }
}

/** Reads the problem out of a refused answer; answers of proxies that speak no problem+json get a plain one. */
export async function problemOf(answer: Response): Promise<Problem> {
  const after = Number(answer.headers.get('Retry-After'))
  const retryAfter = Number.isFinite(after) && after > 0 ? after : null
  const t = texts().common.problem
  try {
    const body = (await answer.json()) as { title?: string; detail?: string; errors?: Fault[] }
    if (body.title) return new Problem(answer.status, body.title, body.detail ?? '', body.errors ?? [], retryAfter)
  } catch {
    // Not JSON: fall through to the plain problem.
  }
  return new Problem(answer.status, t.status(answer.status), t.statusCure, [], retryAfter)
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const t = texts().common.problem
  return new Problem(0, t.unexpected, error instanceof Error ? error.message : String(error))
}
