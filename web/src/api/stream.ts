import { address, type Query } from './client'
import { SseParser, type Told } from './sse'

export type StreamState = 'connecting' | 'open' | 'waiting' | 'refused'

export interface Listener {
  told: (told: Told) => void
  state: (state: StreamState) => void
}

type Shared = { told: Told } | { state: StreamState } | { hello: string } | { to: string; recent: Told[] }

/** What a tab that joins late is told at once: this many of the newest events. */
const RECENT = 40

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
  return share(url, seen, { told: tell, state: listener.state }, stop)
}

/** One tab reads the stream for all that want the same. */
function share(url: string, seen: { id: string | null }, listener: Listener, stop: AbortController): () => void {
  const name = `xiezhi:${url}`
  const me = crypto.randomUUID()
  const channel = new BroadcastChannel(name)
  const say = (what: Shared) => {
    if (!stop.signal.aborted) channel.postMessage(what)
  }
  let recent: Told[] | null = null // only in the tab that reads
  channel.onmessage = ({ data }: MessageEvent<Shared>) => {
    if ('told' in data) listener.told(data.told)
    else if ('state' in data) listener.state(data.state)
    else if ('hello' in data) {
      if (recent) say({ to: data.hello, recent })
    } else if (data.to === me) for (const told of data.recent) listener.told(told)
  }
  const shared: Listener = {
    told: (told) => {
      listener.told(told)
      if (told.event === 'decisions' || told.event === 'now') recent = [...(recent ?? []), told].slice(-RECENT)
      say({ told })
    },
    state: (state) => {
      listener.state(state)
      say({ state })
    },
  }
  say({ hello: me })
  navigator.locks
    .request(name, { signal: stop.signal }, () => {
      recent = []
      return read(url, seen, shared, stop.signal)
    })
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
