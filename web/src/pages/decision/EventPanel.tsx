import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { Field, Value, Verdict } from '@/api'
import { useChannels } from '@/api/queries'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { AmountText } from '@/parts/AmountText'
import { IdentifierTag } from '@/parts/IdentifierTag'
import { TypeTag } from '@/parts/tags'
import { TimeText } from '@/parts/TimeText'

interface Given {
  verdict: Verdict
  whole: boolean
  busy: boolean
  onWhole: (whole: boolean) => void
}

/** The event with all its fields; who may, sees them in full, which is noted. */
export function EventPanel({ verdict, whole, busy, onWhole }: Given) {
  const t = useText()
  const named = useNamed()
  const may = useMay()
  const { event } = verdict
  const schema = useChannels().get(event.channel)
  const known = (schema?.fields ?? []).filter(({ name }) => hasValue(event.fields[name]))
  const extra = Object.keys(event.fields).filter((name) => !schema?.fields.some((field) => field.name === name))
  const references = new Map(verdict.identifiers.map((each) => [each.field, each.ref]))
  return (
    <section className="panel" aria-label={t.decision.event.title}>
      <div className="panel-head">
        <h2>{t.decision.event.title}</h2>
        {may('unmask') ? (
          <Button
            size="small"
            loading={busy}
            icon={whole ? <EyeInvisibleOutlined /> : <EyeOutlined />}
            title={whole ? t.decision.event.hide : t.common.showLogged}
            onClick={() => onWhole(!whole)}
          >
            {whole ? t.decision.event.hide : t.decision.event.show}
          </Button>
        ) : null}
      </div>
      <dl className="fields">
        {known.map((field) => (
          <Row key={field.name} name={named(field, field.name)}>
            <FieldValue field={field} value={event.fields[field.name] ?? null} reference={references.get(field.name)} />
          </Row>
        ))}
        {extra.map((name) => (
          <Row key={name} name={name}>
            <Told value={event.fields[name]} />
          </Row>
        ))}
      </dl>
    </section>
  )
}

function hasValue(value: Value | undefined): boolean {
  return value !== null && value !== undefined && value !== ''
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function FieldValue({ field, value, reference }: { field: Field; value: Value; reference: string | undefined }) {
  const t = useText()
  if (field.type === 'identifier') {
    return <IdentifierTag kind={field.kind} value={String(value)} reference={reference ?? null} />
  }
  if (field.type === 'time' && typeof value === 'number') return <TimeText at={value} />
  if (field.name === 'fraud_type') return <TypeTag type={String(value)} />
  const word = field.type === 'code' ? t.common.codes[String(value)] : undefined
  if (word) return <span>{word}</span>
  return <Told value={value} unit={field.unit} />
}

/** A value as it came: words in whatever language they are, numbers with their unit. */
function Told({ value, unit }: { value: unknown; unit?: string | null }) {
  return typeof value === 'string' ? <span lang="">{value}</span> : <AmountText value={value} unit={unit} />
}
