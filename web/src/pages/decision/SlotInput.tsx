import { Input, InputNumber, Select } from 'antd'
import type { Value } from '@/api'
import { useNamed, useText } from '@/i18n'
import type { Slot } from './whatIfForm'

interface Given {
  slot: Slot
  /** undefined: as it was. */
  edited: Value | undefined
  onEdit: (value: Value | undefined) => void
}

/** The control that fits what a slot holds. */
export function SlotInput({ slot, edited, onEdit }: Given) {
  const t = useText()
  const named = useNamed()
  const changed = edited !== undefined && edited !== slot.was
  const id = `what-if-${slot.name}`
  return (
    <div className={changed ? 'slot changed' : 'slot'}>
      <label htmlFor={id} className="cut" title={slot.name}>
        {named(slot, slot.name)}
      </label>
      <Control id={id} slot={slot} edited={edited} onEdit={onEdit} keep={t.decision.whatIf.keep} />
    </div>
  )
}

function Control({ id, slot, edited, onEdit, keep }: Given & { id: string; keep: string }) {
  const t = useText()
  const unit = slot.unit ? (t.common.units[slot.unit] ?? slot.unit) : null
  if (slot.type === 'flag') {
    const options = [
      { value: 'true', label: t.common.yes },
      { value: 'false', label: t.common.no },
    ]
    const shown = edited === undefined ? slot.was : edited
    return (
      <Select
        id={id}
        options={options}
        placeholder={keep}
        value={shown === null ? undefined : String(shown)}
        onChange={(value) => onEdit(value === 'true')}
      />
    )
  }
  if (slot.type === 'code' && slot.values?.length) {
    return (
      <Select
        id={id}
        placeholder={keep}
        value={(edited === undefined ? slot.was : edited) ?? undefined}
        options={slot.values.map((value) => ({ value, label: t.common.codes[value] ?? value }))}
        onChange={(value: Value) => onEdit(value)}
      />
    )
  }
  if (slot.type === 'number' || slot.type === 'integer' || slot.type === 'value') {
    const shown = edited === undefined ? slot.was : edited
    return (
      <InputNumber
        id={id}
        className="slot-number"
        placeholder={typeof slot.was === 'string' ? slot.was : keep}
        value={typeof shown === 'number' ? shown : null}
        {...(unit ? { suffix: unit } : {})}
        {...(slot.type === 'integer' ? { precision: 0 } : {})}
        onChange={(value) => onEdit(value ?? undefined)}
      />
    )
  }
  // What is masked can be replaced, but is not sent back as it is shown.
  return (
    <Input
      id={id}
      placeholder={slot.was === null ? keep : String(slot.was)}
      value={edited === undefined || edited === null ? '' : String(edited)}
      maxLength={2000}
      onChange={(event) => onEdit(event.target.value === '' ? undefined : event.target.value)}
    />
  )
}
