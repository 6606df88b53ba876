import { CheckOutlined, CloseOutlined } from '@ant-design/icons'
import type { Comparison, Value, Variable } from '@/api'
import { useNamed, useText } from '@/i18n'
import { amount } from '@/lib/format'

const OPS: Record<string, string> = { '>=': '≥', '<=': '≤', '==': '=', '!=': '≠', is: '=' }
/** How far beyond the larger of value and threshold the scale goes. */
const ROOM = 1.15

/** One comparison of a rule: its value against the threshold as a bullet bar, and whether it was met. */
export function Bullet({ comparison, variable }: { comparison: Comparison; variable: Variable | undefined }) {
  const t = useText()
  const named = useNamed()
  const { name, value, threshold, met } = comparison
  const op = OPS[comparison.op] ?? t.decision.signals.ops[comparison.op] ?? comparison.op
  const shown = (what: Value) => amount(what, variable?.unit)
  const title = named(variable, name)
  const label = t.decision.signals.bar(title, shown(value), op, shown(threshold), met ? t.decision.signals.met : t.decision.signals.unmet)
  const numeric = typeof value === 'number' && typeof threshold === 'number' && value >= 0 && threshold >= 0
  const most = numeric ? Math.max(value, threshold, 1e-9) * ROOM : 1
  return (
    <li className={met ? 'bullet met' : 'bullet'}>
      <span className="bullet-name">
        <span className="cut" title={comparison.text}>
          {title}
        </span>
        {title === name ? null : <span className="mono quiet cut">{name}</span>}
      </span>
      {numeric ? (
        <span className="bullet-rail" role="img" aria-label={label} title={comparison.text}>
          <span className="bullet-value" style={{ width: `${(value / most) * 100}%` }} />
          <span className="bullet-mark" style={{ left: `${(threshold / most) * 100}%` }} />
        </span>
      ) : (
        <span className="mono cut quiet" title={comparison.text}>
          {comparison.text === name ? null : comparison.text}
        </span>
      )}
      <strong className="number bullet-number cut">{shown(value)}</strong>
      <span className="quiet number bullet-threshold cut">
        {op} {shown(threshold)}
      </span>
      <span className="bullet-met" title={met ? t.decision.signals.met : t.decision.signals.unmet}>
        {met ? <CheckOutlined aria-label={t.decision.signals.met} /> : <CloseOutlined aria-label={t.decision.signals.unmet} />}
      </span>
    </li>
  )
}
