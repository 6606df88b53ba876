import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import type { Action, Health, Totals } from '@/api'
import { useTick } from '@/app/useLive'
import { useText } from '@/i18n'
import { compact, number, percent } from '@/lib/format'

const STOPPING: Action[] = ['delay', 'hold', 'block', 'restrict']

function sum(counts: Record<string, number | undefined>): number {
  return Object.values(counts).reduce<number>((all, each) => all + (each ?? 0), 0)
}

/** The totals in one strip. */
export function Figures({ totals, engine }: { totals: Totals; engine: Health }) {
  const t = useText()
  const tick = useTick()
  const current = tick?.totals ?? totals
  const all = sum(current.actions)
  const acted = all - (current.actions.allow ?? 0)
  const stopped = STOPPING.reduce((many, action) => many + (current.actions[action] ?? 0), 0)
  const share = (part: number) => (all ? t.now.figures.suspiciousShare(percent(part / all, 2)) : '')
  return (
    <section className="figures" aria-label={t.now.figures.label}>
      <Figure name={t.now.figures.rate} value={number(tick?.per_second ?? engine.events_per_second, 0)} />
      <Figure name={t.now.figures.events} value={compact(sum(current.events))} />
      <Figure name={t.now.figures.suspicious} value={compact(acted)} note={share(acted)} />
      <Figure name={t.now.figures.stopped} value={compact(stopped)} note={share(stopped)} help={t.now.figures.stoppedHelp} />
      <Figure
        name={t.now.figures.latency}
        value={`${number(engine.p50_ms, 1)} / ${number(engine.p99_ms, 1)}`}
        note={t.common.units['ms'] ?? ''}
      />
    </section>
  )
}

function Figure({ name, value, note, help }: { name: string; value: ReactNode; note?: string; help?: string }) {
  return (
    <div className="figure">
      <span className="quiet">
        {help ? (
          <Tooltip title={help}>
            <span className="helped" tabIndex={0}>
              {name}
            </span>
          </Tooltip>
        ) : (
          name
        )}
      </span>
      <span className="figure-value">
        <strong className="number">{value}</strong>
        {note ? <span className="quiet">{note}</span> : null}
      </span>
    </div>
  )
}
