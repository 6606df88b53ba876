import { Input, Select } from 'antd'
import type { ChannelInfo, Field } from '@/api'
import { useNamed, useText } from '@/i18n'

interface Given {
  fields: Record<string, unknown>
  channel: ChannelInfo | undefined
  /** Of a table whose columns have names of their own: which of them is which field is the server's to know. */
  columns: string[] | null
  onChange: (fields: Record<string, unknown>) => void
}

/** A row as a form: what it has, then what its channel needs and it lacks; further fields can be added. */
export function FieldsForm({ fields, channel, columns, onChange }: Given) {
  const t = useText()
  const named = useNamed()
  const known = new Map(channel?.fields.map((field) => [field.name, field]))
  const needed = [...known.values()]
    .filter((field) => field.required && !(field.name in fields))
    .map((field) => field.name)
  const names = [...new Set([...(columns ?? []), ...Object.keys(fields), ...needed])].filter((name) => name !== '')
  const left = [...known.values()].filter((field) => !names.includes(field.name))
  return (
    <div>
      {names.map((name) => {
        const field = known.get(name)
        const missing = needed.includes(name)
        return (
          <div key={name} className="mend-row">
            <label htmlFor={`mend-${name}`}>
              {named(field, name)}
              {field ? <div className="mono quiet">{name}</div> : null}
            </label>
            <Value
              name={name}
              field={field}
              value={fields[name]}
              missing={missing}
              onChange={(value) => onChange({ ...fields, [name]: value })}
            />
            {missing ? <span className="note is-bad">{t.deadLetters.missingField}</span> : null}
            {channel && !field && columns === null ? (
              <span className="note quiet">{t.deadLetters.unknownField}</span>
            ) : null}
          </div>
        )
      })}
      {left.length ? (
        <Select
          size="small"
          aria-label={t.deadLetters.addField}
          placeholder={t.deadLetters.addField}
          value={null}
          onSelect={(name: string | null) => (name ? onChange({ ...fields, [name]: '' }) : undefined)}
          options={left.map((field) => ({ value: field.name, label: `${named(field)} · ${field.name}` }))}
          style={{ width: 220 }}
          popupMatchSelectWidth={false}
        />
      ) : null}
    </div>
  )
}

interface Cell {
  name: string
  field: Field | undefined
  value: unknown
  missing: boolean
  onChange: (value: unknown) => void
}

function Value({ name, field, value, missing, onChange }: Cell) {
  const t = useText()
  const id = `mend-${name}`
  if (field?.type === 'flag') {
    return (
      <Select
        id={id}
        allowClear
        value={typeof value === 'boolean' ? value : null}
        onChange={onChange}
        options={[
          { value: true, label: t.common.yes },
          { value: false, label: t.common.no },
        ]}
      />
    )
  }
  const text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return (
    <Input
      id={id}
      status={missing ? 'error' : undefined}
      suffix={field?.unit ?? undefined}
      placeholder={field?.values?.join(' / ')}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
