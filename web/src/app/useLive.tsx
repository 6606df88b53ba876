import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { StreamState } from '@/api/stream'
import type { Tick } from '@/api'
import { LiveHub, type Kept } from './live'
import { useMay } from './session'

const Context = createContext<LiveHub | null>(null)

/** Opens the stream for everything below, for those who may see the present. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [hub] = useState(() => new LiveHub())
  const allowed = useMay()('now.read')
  useEffect(() => {
    if (!allowed) return
    hub.start()
    return () => hub.stop()
  }, [hub, allowed])
  return <Context.Provider value={hub}>{children}</Context.Provider>
}

export function useHub(): LiveHub {
  const hub = useContext(Context)
  if (!hub) throw new Error('LiveProvider is missing above')
  return hub
}

export function useTick(): Tick | null {
  const hub = useHub()
  return useSyncExternalStore(hub.subscribe, () => hub.tick)
}

export function useStreamState(): StreamState {
  const hub = useHub()
  return useSyncExternalStore(hub.subscribe, () => hub.state)
}

export function useKept(): readonly Kept[] {
  const hub = useHub()
  return useSyncExternalStore(hub.subscribe, () => hub.kept)
}
