import type { Action, Health, Totals } from '@/api'
import { useTick } from '@/app/useLive'
import { useText } from '@/i18n'
import { compact, number, percent } from '@/lib/format'
import { Figure } from '@/parts/Figure'

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
        value={engine.p99_ms === null ? '–' : `${number(engine.p50_ms, 1)} / ${number(engine.p99_ms, 1)}`}
        {...(engine.p99_ms === null ? { help: t.now.figures.noLatency } : { note: t.common.units['ms'] ?? '' })}
      />
    </section>
  )
}
