import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { api, onExpired, Problem, setCsrf, type Permission, type Session } from '@/api'

export type SessionState = 'asking' | 'out' | 'in' | 'expired' | 'unreachable'

interface Held {
  state: SessionState
  session: Session | null
  /** What went wrong when the session was asked for. */
  problem: Problem | null
  /** Takes over a session that a log-in has just made. */
  enter: (session: Session) => void
  leave: () => Promise<void>
  again: () => void
}

const Context = createContext<Held | null>(null)

/**
 * Knows who is logged in. When a session ends while somebody works, the page stays as it is: a log-in is asked for
 * over it, and the requests that were refused are sent again.
 */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SessionState>('asking')
  const [session, setSession] = useState<Session | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const waiting = useRef<((entered: boolean) => void)[]>([])
  const queries = useQueryClient()

  const settle = useCallback((entered: boolean) => {
    for (const tell of waiting.current.splice(0)) tell(entered)
  }, [])

  const enter = useCallback(
    (fresh: Session) => {
      setCsrf(fresh.csrf)
      setSession((before) => {
        if (before && before.user.name !== fresh.user.name) queries.clear()
        return fresh
      })
      setProblem(null)
      setState('in')
      settle(true)
    },
    [queries, settle],
  )

  const again = useCallback(() => {
    setState('asking')
    api.open
      .get<Session>('/session')
      .then(enter)
      .catch((error: unknown) => {
        const refused = error instanceof Problem ? error : null
        setProblem(refused)
        setState(refused?.status === 401 ? 'out' : 'unreachable')
      })
  }, [enter])

  const leave = useCallback(async () => {
    try {
      await api.open.remove('/session')
    } finally {
      setCsrf(null)
      setSession(null)
      setState('out')
      settle(false)
      queries.clear()
    }
  }, [queries, settle])

  useEffect(again, [again])

  useEffect(() => {
    onExpired(() => {
      setState((now) => (now === 'in' || now === 'expired' ? 'expired' : now))
      return new Promise((resolve) => waiting.current.push(resolve))
    })
    return () => onExpired(null)
  }, [])

  const held = useMemo(
    () => ({ state, session, problem, enter, leave, again }),
    [state, session, problem, enter, leave, again],
  )
  return <Context.Provider value={held}>{children}</Context.Provider>
}

export function useSessionState(): Held {
  const held = useContext(Context)
  if (!held) throw new Error('SessionProvider is missing above')
  return held
}

/** The session of whoever is logged in; only below the shell, where somebody is. */
export function useSession(): Session {
  const { session } = useSessionState()
  if (!session) throw new Error('nobody is logged in')
  return session
}

/** `const may = useMay()`, then `may('rules.publish')`. */
export function useMay(): (permission: Permission) => boolean {
  const { session } = useSessionState()
  const held = useMemo(() => new Set(session?.permissions), [session])
  return useCallback((permission) => held.has(permission), [held])
}
