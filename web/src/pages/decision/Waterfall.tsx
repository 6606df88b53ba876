import { Tooltip } from 'antd'
import type { Verdict } from '@/api'
import { useDark } from '@/app/theme'
import { useNamed, useText } from '@/i18n'
import { number, percent } from '@/lib/format'
import { scoreColour } from '@/parts/colours'
import { stepsOf, type Step } from './steps'

/** How the score came about: from the prior over each group's share to log-odds and to a probability. */
export function Waterfall({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const named = useNamed()
  const dark = useDark()
  const { steps, from, to, total } = stepsOf(verdict)
  const place = (value: number) => ((value - from) / (to - from)) * 100
  const signed = (value: number) => `${value > 0 ? '+' : ''}${number(value, 2)}`
  const nameOf = (step: Step) => (step.kind === 'base' ? t.decision.score.base : named(step.named, step.id))
  return (
    <section className="panel" aria-label={t.decision.score.title}>
      <div className="panel-head">
        <h2>
          <Tooltip title={t.decision.score.help}>
            <span className="helped" tabIndex={0}>
              {t.decision.score.title}
            </span>
          </Tooltip>
        </h2>
        <span className="quiet">{t.decision.score.logOdds}</span>
      </div>
      <ol className="waterfall">
        {steps.map((step) => {
          const left = place(Math.min(step.before, step.after))
          const width = Math.abs(place(step.after) - place(step.before))
          const capped = step.kind === 'group' && Math.abs(step.sum) > Math.abs(step.counted) + 1e-9
          const note = capped ? t.decision.score.capped(signed(step.sum), number(step.cap, 1)) : null
          return (
            <li key={step.id}>
              <span className="cut" title={nameOf(step)}>
                {nameOf(step)}
              </span>
              <Tooltip title={note}>
                <span className="waterfall-rail">
                  <i className="waterfall-zero" style={{ left: `${place(0)}%` }} />
                  <span
                    className={`waterfall-bar waterfall-${step.kind} ${step.counted < 0 ? 'less' : 'more'} ${capped ? 'capped' : ''}`}
                    style={{ left: `${left}%`, width: `${Math.max(width, 0.6)}%` }}
                  />
                </span>
              </Tooltip>
              <span className="number waterfall-value">{signed(step.counted)}</span>
            </li>
          )
        })}
        <li className="waterfall-total">
          <strong>{t.decision.score.total}</strong>
          <span className="waterfall-rail">
            <i className="waterfall-zero" style={{ left: `${place(0)}%` }} />
            <span
              className="waterfall-mark"
              style={{ left: `${place(total)}%`, background: scoreColour(verdict.score, dark) }}
            />
          </span>
          <strong className="number waterfall-value">{signed(total)}</strong>
        </li>
      </ol>
      <p className="quiet waterfall-line">
        {t.decision.score.becomes(signed(total), percent(verdict.score, 1))}
      </p>
    </section>
  )
}
