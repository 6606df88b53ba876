import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, type Now } from '@/api'
import { useText } from '@/i18n'
import { number, zone } from '@/lib/format'
import { useMay } from './session'
import { useStreamState, useTick } from './useLive'

const EVERY = 15_000

/** How the engine is, in one line, on every page. */
export function Footer() {
  const t = useText()
  const may = useMay()('now.read')
  const state = useStreamState()
  const tick = useTick()
  const { data } = useQuery({
    queryKey: ['now'],
    queryFn: ({ signal }) => api.get<Now>('/now', {}, signal),
    enabled: may,
    refetchInterval: EVERY,
  })
  const engine = data?.engine
  const fault = engine?.status === 'fault'
  const look = fault ? 'fault' : state === 'open' ? 'ok' : 'wait'
  const words = fault ? t.shell.health.fault : state === 'open' ? t.shell.health.ok : t.shell.health[state]
  return (
    <footer className="shell-foot">
      {may ? (
        <Link to="/now" className="foot-health" title={t.shell.health.label}>
          <i className={`dot dot-${look}`} aria-hidden />
          <span role="status">{words}</span>
        </Link>
      ) : null}
      {tick && state === 'open' ? <span>{t.shell.health.perSecond(number(tick.per_second, 0))}</span> : null}
      {engine?.p99_ms !== null && engine?.p99_ms !== undefined ? (
        <span>{t.shell.health.p99(number(engine.p99_ms, 1))}</span>
      ) : null}
      {engine && engine.waiting > 0 ? <span>{t.shell.health.queue(number(engine.waiting))}</span> : null}
      <span className="foot-zone">{t.shell.health.zone(zone())}</span>
    </footer>
  )
}
