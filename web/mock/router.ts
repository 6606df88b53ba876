import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Asked {
  /** Pieces of the path that a pattern names, such as `:offset`. */
  path: Record<string, string>
  query: URLSearchParams
  body: unknown
  request: IncomingMessage
  response: ServerResponse
}

/** What a route may answer: a body (200), a status with a body, or nothing because it answers itself. */
export type Answer = { status: number; body?: unknown } | { stream: true } | { ok: unknown }

/** Routes of one area: `'GET /rules/:id': (asked) => ({ ok: … })`. Paths begin behind `/v1`. */
export type Routes = Record<string, (asked: Asked) => Answer | Promise<Answer>>

export function refuse(status: number, title: string, detail: string): Answer {
  return { status, body: { type: 'about:blank', status, title, detail } }
}

export function find(routes: Routes, method: string, path: string): [Routes[string], Record<string, string>] | null {
  const wanted = path.split('/')
  for (const [pattern, handler] of Object.entries(routes)) {
    const [verb, template = ''] = pattern.split(' ')
    const pieces = template.split('/')
    if (verb !== method || pieces.length !== wanted.length) continue
    const named: Record<string, string> = {}
    const fits = pieces.every((piece, at) => {
      const given = wanted[at] ?? ''
      if (!piece.startsWith(':')) return piece === given
      named[piece.slice(1)] = decodeURIComponent(given)
      return true
    })
    if (fits) return [handler, named]
  }
  return null
}

export async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const text = Buffer.concat(pieces).toString('utf8')
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return text
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status
  if (body === undefined) return void response.end()
  response.setHeader('Content-Type', status >= 400 ? 'application/problem+json' : 'application/json')
  response.end(JSON.stringify(body))
}
