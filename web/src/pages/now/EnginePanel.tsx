import { Alert, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import type { Health } from '@/api'
import { useText } from '@/i18n'
import { bytes, compact, duration, number } from '@/lib/format'

const MANY_WAITING = 20_000

/** How the engine is, with what to do when it is not well. */
export function EnginePanel({ engine }: { engine: Health }) {
  const t = useText()
  const fault = engine.status === 'fault'
  const rows: [string, ReactNode, string?][] = [
    [t.now.engine.uptime, duration(engine.uptime_s)],
    [t.now.engine.journal, compact(engine.journal_end)],
    [t.now.engine.waiting, number(engine.waiting)],
    [t.now.engine.late, number(engine.late), t.now.engine.lateHelp],
    [t.now.engine.forced, number(engine.forced), t.now.engine.forcedHelp],
    [t.now.engine.memory, bytes(engine.window_bytes)],
    [t.now.engine.keys, compact(engine.window_keys)],
    [t.now.engine.checkpoint, engine.checkpoint_age_s === null ? t.common.never : ago(engine.checkpoint_age_s)],
    [t.now.engine.rules, t.now.engine.rulesOf(number(engine.rules_live), number(engine.rules_shadow))],
    [t.now.engine.models, number(engine.models)],
  ]
  return (
    <section className="panel" aria-label={t.now.engine.title}>
      <div className="panel-head">
        <h2>{t.now.engine.title}</h2>
        <span className="engine-state">
          <i className={`dot ${fault ? 'dot-fault' : 'dot-ok'}`} aria-hidden />
          {fault ? t.now.engine.fault : t.now.engine.ok}
        </span>
      </div>
      {fault ? (
        <Alert type="error" showIcon title={engine.fault} description={t.now.engine.faultCure} className="engine-alert" />
      ) : null}
      {engine.waiting > MANY_WAITING ? (
        <Alert type="warning" showIcon title={t.now.engine.queueLong} className="engine-alert" />
      ) : null}
      <dl className="facts">
        {rows.map(([name, value, help]) => (
          <div key={name}>
            <dt>
              {help ? (
                <Tooltip title={help}>
                  <span className="helped" tabIndex={0}>
                    {name}
                  </span>
                </Tooltip>
              ) : (
                name
              )}
            </dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )

  function ago(seconds: number): string {
    return seconds < 60 ? t.common.ago.seconds(Math.round(seconds)) : t.common.ago.minutes(Math.round(seconds / 60))
  }
}
