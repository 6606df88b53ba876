import { language } from '@/i18n/language'
import { texts } from '@/i18n'
import { Problem, problemOf } from './problem'

export type Query = Record<string, string | number | boolean | null | undefined>

interface Ask {
  query?: Query
  body?: unknown
  signal?: AbortSignal
  /** The log-in itself must not wait for a log-in. */
  anonymous?: boolean
}

let csrf: string | null = null
let relogin: (() => Promise<boolean>) | null = null

/** The token that goes with every unsafe request; the session provider sets it. */
export function setCsrf(token: string | null): void {
  csrf = token
}

/** What to do when the session has ended: resolves to true once somebody has logged in again. */
export function onExpired(ask: (() => Promise<boolean>) | null): void {
  relogin = ask
}

export function address(path: string, query: Query = {}): string {
  const wanted = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') wanted.set(name, String(value))
  }
  const text = wanted.toString()
  return `/v1${path}${text ? `?${text}` : ''}`
}

async function send(method: string, path: string, ask: Ask, raw?: BodyInit): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language() }
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf
  let body: BodyInit | undefined = raw
  if (ask.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(ask.body)
  }
  try {
    return await fetch(address(path, ask.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(ask.signal ? { signal: ask.signal } : {}),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    const t = texts().common.problem
    throw new Problem(0, t.network, t.networkCure)
  }
}

/** Sends; when the session has ended, waits for the log-in over the page and sends once more. */
async function request(method: string, path: string, ask: Ask, raw?: BodyInit): Promise<Response> {
  let answer = await send(method, path, ask, raw)
  if (answer.status === 401 && !ask.anonymous && relogin && (await relogin())) {
    answer = await send(method, path, ask, raw)
  }
  if (!answer.ok) throw await problemOf(answer)
  return answer
}

async function json<T>(answer: Response): Promise<T> {
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** The server's operations. All refusals are thrown as `Problem`. Paths begin behind `/v1`. */
export const api = {
  get: async <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
    json<T>(await request('GET', path, signal ? { query, signal } : { query })),
  post: async <T>(path: string, body?: unknown, query: Query = {}): Promise<T> =>
    json<T>(await request('POST', path, { body, query })),
  put: async <T>(path: string, body?: unknown): Promise<T> => json<T>(await request('PUT', path, { body })),
  patch: async <T>(path: string, body?: unknown): Promise<T> => json<T>(await request('PATCH', path, { body })),
  remove: async (path: string): Promise<void> => {
    await request('DELETE', path, {})
  },
  /** A file or other body as it is. */
  upload: async <T>(path: string, body: Blob, query: Query = {}): Promise<T> =>
    json<T>(await request('POST', path, { query }, body)),
  text: async (path: string, query: Query = {}): Promise<string> => (await request('GET', path, { query })).text(),
  /** Without a session, and never waiting for one: log-in and first set-up. */
  open: {
    get: async <T>(path: string): Promise<T> => json<T>(await request('GET', path, { anonymous: true })),
    post: async <T>(path: string, body: unknown): Promise<T> =>
      json<T>(await request('POST', path, { body, anonymous: true })),
    remove: async (path: string): Promise<void> => {
      await request('DELETE', path, { anonymous: true })
    },
  },
}

/** A piece of a path that came from outside. */
export function part(value: string | number): string {
  return encodeURIComponent(String(value))
}
