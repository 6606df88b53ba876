import { useEffect } from 'react'

/** Whether keys belong to a field that is being typed in. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && Boolean(target.closest('input, textarea, select, [contenteditable="true"]'))
}

/** Second keys after `g`, and where they lead. */
export const GO: Record<string, string> = {
  n: '/now',
  d: '/decisions',
  r: '/rules',
  b: '/backtest',
  l: '/lists',
  m: '/models',
  x: '/dead-letters',
  c: '/demo',
}

const PATIENCE = 1200

interface Doing {
  search: () => void
  help: () => void
  go: (path: string) => void
}

/** The keys that work everywhere: Ctrl/⌘-K, ?, and g followed by a page's letter. */
export function useGlobalKeys({ search, help, go }: Doing): void {
  useEffect(() => {
    let begun = 0
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        return search()
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      if (event.key === '?') return help()
      if (event.key === 'g') begun = event.timeStamp
      else if (event.timeStamp - begun < PATIENCE) {
        const path = GO[event.key]
        begun = 0
        if (path) go(path)
      }
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [search, help, go])
}
