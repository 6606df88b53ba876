import type { Variable, Verdict } from '@/api'
import { useNamed, useText } from '@/i18n'
import { amount, percent } from '@/lib/format'

interface Given {
  model: Verdict['models'][number]
  variables: Map<string, Variable>
}

/** What one model said: its probability and the features that moved it. */
export function ModelPart({ model, variables }: Given) {
  const t = useText()
  const named = useNamed()
  const most = Math.max(1e-9, ...model.reasons.map(({ share }) => Math.abs(share ?? 0)))
  const shares = model.reasons.some(({ share }) => share !== null)
  return (
    <div className="model-part">
      <span className="quiet">
        {model.score === null ? t.decision.models.capped : t.decision.models.score(percent(model.score, 1))}
        {model.reasons.length ? ` · ${t.decision.models.reasons}` : null}
      </span>
      {shares ? null : (
        <dl className="rest">
          {model.reasons.map(({ name, value }) => (
            <div key={name}>
              <dt className="quiet" title={name}>
                {named(variables.get(name), name)}
              </dt>
              <dd className="number">{amount(value, variables.get(name)?.unit)}</dd>
            </div>
          ))}
        </dl>
      )}
      <ul className="bullets">
        {(shares ? model.reasons : []).map(({ name, value, share }) => {
          const variable = variables.get(name)
          const side = share === null ? '' : share >= 0 ? t.decision.models.raises : t.decision.models.lowers
          return (
            <li key={name} className="bullet reason">
              <span className="bullet-name">
                <span className="cut">{named(variable, name)}</span>
                {variable ? <span className="mono quiet cut">{name}</span> : null}
              </span>
              {share === null ? (
                <span />
              ) : (
                <span className="bullet-rail" role="img" aria-label={side} title={side}>
                  <span
                    className={share >= 0 ? 'bullet-value' : 'bullet-value lowers'}
                    style={{ width: `${(Math.abs(share) / most) * 100}%` }}
                  />
                </span>
              )}
              <strong className="number bullet-number cut">{amount(value, variable?.unit)}</strong>
              <span className="quiet number bullet-threshold">
                {share === null ? null : `${share >= 0 ? '+' : '−'}${percent(Math.abs(share))}`}
              </span>
              <span />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
