import { address, type Query } from './client'
import { SseParser, type Told } from './sse'

export type StreamState = 'connecting' | 'open' | 'waiting' | 'refused'

export interface Listener {
  told: (told: Told) => void
  state: (state: StreamState) => void
}

type Shared = { told: Told } | { state: StreamState }

const SOONEST = 500
const LATEST = 15_000

/**
 * Follows `/v1/stream` until closed, and after every break goes on where it stopped (`Last-Event-ID`).
 *
 * A browser opens only six connections to a server, so tabs that want the same stream share one: the tab that
 * holds the lock reads it and passes everything on; when it closes, the next one takes over.
 * Returns the function that closes it.
 */
export function follow(query: Query, listener: Listener): () => void {
  const stop = new AbortController()
  const url = address('/stream', query)
  const seen: { id: string | null } = { id: null }
  const tell = (told: Told) => {
    if (told.id !== null) seen.id = told.id
    listener.told(told)
  }
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
    void read(url, seen, { told: tell, state: listener.state }, stop.signal)
    return () => stop.abort()
  }
  const channel = new BroadcastChannel(`xiezhi:${url}`)
  channel.onmessage = (message: MessageEvent<Shared>) => {
    if ('told' in message.data) tell(message.data.told)
    else listener.state(message.data.state)
  }
  const shared: Listener = {
    told: (told) => {
      tell(told)
      channel.postMessage({ told } satisfies Shared)
    },
    state: (state) => {
      listener.state(state)
      channel.postMessage({ state } satisfies Shared)
    },
  }
  navigator.locks
    .request(`xiezhi:${url}`, { signal: stop.signal }, () => read(url, seen, shared, stop.signal))
    .catch(() => undefined) // closed before its turn came
  return () => {
    stop.abort()
    channel.close()
  }
}

async function read(url: string, seen: { id: string | null }, listener: Listener, signal: AbortSignal): Promise<void> {
  let wait = SOONEST
  while (!signal.aborted) {
    listener.state('connecting')
    const parser = new SseParser()
    try {
      const answer = await fetch(url, {
        signal,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { Accept: 'text/event-stream', ...(seen.id === null ? {} : { 'Last-Event-ID': seen.id }) },
      })
      if (answer.ok && answer.body) {
        listener.state('open')
        wait = SOONEST
        await pump(answer.body, parser, listener)
      } else if (answer.status === 401 || answer.status === 403) {
        listener.state('refused')
        wait = LATEST
      }
    } catch {
      // A break of the connection: wait, and go on below.
    }
    if (signal.aborted) return
    listener.state('waiting')
    await pause(parser.retry ?? wait, signal)
    wait = Math.min(wait * 2, LATEST)
  }
}

async function pump(body: ReadableStream<Uint8Array>, parser: SseParser, listener: Listener): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    for (const told of parser.push(decoder.decode(value, { stream: true }))) listener.told(told)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
