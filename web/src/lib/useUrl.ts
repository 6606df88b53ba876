import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

type Change = Record<string, string | number | boolean | null | undefined>

/** The address's query as state: `const [query, change] = useUrl()`; what becomes empty leaves the address. */
export function useUrl(): [URLSearchParams, (change: Change) => void] {
  const [query, setQuery] = useSearchParams()
  const change = useCallback(
    (wanted: Change) =>
      setQuery(
        (before) => {
          const next = new URLSearchParams(before)
          for (const [name, value] of Object.entries(wanted)) {
            if (value === null || value === undefined || value === '') next.delete(name)
            else next.set(name, String(value))
          }
          return next
        },
        { replace: true },
      ),
    [setQuery],
  )
  return [query, change]
}
