import { useEffect, useState } from 'react'
import type { Now } from '@/api'
import { useTick } from '@/app/useLive'
import { advance, begin, type Seconds } from './seconds'

/** The counts of the last five minutes, kept up by the stream. */
export function useSeconds(now: Now | undefined): Seconds | null {
  const tick = useTick()
  const [held, setHeld] = useState<Seconds | null>(null)
  useEffect(() => {
    if (now) setHeld((before) => keepNewer(before, begin(now)))
  }, [now])
  useEffect(() => {
    if (tick) setHeld((before) => (before ? advance(before, tick) : before))
  }, [tick])
  return held
}

/** What the server tells as a whole wins, unless the stream is already further. */
function keepNewer(before: Seconds | null, fresh: Seconds): Seconds {
  return before && before.end > fresh.end ? before : fresh
}
