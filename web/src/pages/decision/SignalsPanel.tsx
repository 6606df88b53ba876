import { Collapse } from 'antd'
import { Link } from 'react-router'
import { part, type Signal, type Variable, type Verdict } from '@/api'
import { useGroups } from '@/api/queries'
import { useNamed, useText } from '@/i18n'
import { amount, number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { Bullet } from './Bullet'
import { ModelPart } from './ModelPart'
import { useVariables } from './useVerdict'

/** What each rule and model found, with its values against the thresholds; rules on trial apart. */
export function SignalsPanel({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const variables = useVariables(verdict.event.channel)
  return (
    <section className="panel" aria-label={t.decision.signals.title(verdict.signals.length)}>
      <div className="panel-head">
        <h2>{t.decision.signals.title(verdict.signals.length)}</h2>
      </div>
      {verdict.signals.length ? (
        <ol className="signals">
          {verdict.signals.map((signal) => (
            <SignalRow key={signal.id} signal={signal} variables={variables} verdict={verdict} />
          ))}
        </ol>
      ) : (
        <EmptyState small title={t.decision.none} help={t.decision.noneHelp} />
      )}
      {verdict.shadow.length ? (
        <Collapse
          ghost
          size="small"
          items={[
            {
              key: 'shadow',
              label: (
                <>
                  {t.decision.signals.shadow(verdict.shadow.length)}{' '}
                  <span className="quiet">{t.decision.signals.shadowHelp}</span>
                </>
              ),
              children: (
                <ol className="signals">
                  {verdict.shadow.map((signal) => (
                    <SignalRow key={signal.id} signal={signal} variables={variables} verdict={verdict} />
                  ))}
                </ol>
              ),
            },
          ]}
        />
      ) : null}
    </section>
  )
}

interface RowGiven {
  signal: Signal
  variables: Map<string, Variable>
  verdict: Verdict
}

function SignalRow({ signal, variables, verdict }: RowGiven) {
  const t = useText()
  const named = useNamed()
  const group = useGroups().get(signal.group)
  const rule = signal.kind === 'rule'
  const model = verdict.models.find(({ id }) => id === signal.id)
  const compared = new Set(signal.comparisons.map(({ name }) => name))
  const rest = Object.entries(signal.values).filter(([name]) => !compared.has(name))
  return (
    <li className="signal">
      <div className="signal-head">
        <strong>{signal.why || signal.id}</strong>
        <span className="signal-weight number">
          {signal.weight > 0 ? '+' : ''}
          {number(signal.weight, 2)}
        </span>
      </div>
      <div className="signal-from quiet">
        <span>{rule ? t.decision.signals.rule : t.decision.signals.model}</span>
        {rule ? (
          <Link to={`/rules/${part(signal.id)}`} className="mono" aria-label={t.decision.signals.openRule(signal.id)}>
            {signal.id}
          </Link>
        ) : (
          <span className="mono">{signal.id}</span>
        )}
        <span>{t.decision.signals.version(signal.version)}</span>
        {signal.stage ? <span>{t.decision.signals.stages[signal.stage] ?? signal.stage}</span> : null}
        <span>{named(group, signal.group)}</span>
      </div>
      {signal.comparisons.length ? (
        <ul className="bullets">
          {signal.comparisons.map((comparison, at) => (
            <Bullet key={at} comparison={comparison} variable={variables.get(comparison.name)} />
          ))}
        </ul>
      ) : null}
      {rule && rest.length ? (
        <dl className="rest">
          {rest.map(([name, value]) => (
            <div key={name}>
              <dt className="quiet" title={name}>
                {named(variables.get(name), name)}
              </dt>
              <dd className="number">{amount(value, variables.get(name)?.unit)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {model ? <ModelPart model={model} variables={variables} /> : null}
      {signal.condition ? (
        <details className="condition">
          <summary className="quiet">{t.decision.signals.condition}</summary>
          <code>{signal.condition}</code>
        </details>
      ) : null}
    </li>
  )
}
