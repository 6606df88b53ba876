import { CheckCircleOutlined, StopOutlined, UndoOutlined } from '@ant-design/icons'
import { App, Button, Flex, Input, Select } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, part, type Label, type Verdict } from '@/api'
import { useFraudTypes } from '@/api/queries'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { TimeText } from '@/parts/TimeText'
import { TypeTag } from '@/parts/tags'

interface Sent {
  fraud: boolean
  type?: string | null
  note?: string | null
}

function useLabel(offset: number) {
  const t = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  return useMutation({
    mutationFn: async (label: Sent | null) => {
      const path = `/verdicts/${part(offset)}/label`
      if (label) return api.put<Label>(path, label)
      await api.remove(path)
      return null
    },
    onSuccess: async (label) => {
      void message.success(label ? t.decision.label.saved : t.decision.label.undone)
      await queries.invalidateQueries({ queryKey: ['verdict', String(offset)] })
    },
    onError: (error) => void message.error(asProblem(error).title),
  })
}

/** The label of a decision: fraud or honest, with type and note, and a way to undo it. */
export function LabelPart({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const may = useMay()('verdicts.label')
  const { label, event } = verdict
  const send = useLabel(event.offset)
  if (!label) {
    return (
      <Flex vertical gap={6}>
        <span className="quiet">
          {t.decision.label.none} · {t.decision.label.noneHelp}
        </span>
        {may ? (
          <Flex gap={8} wrap>
            <Button
              icon={<StopOutlined />}
              loading={send.isPending && send.variables?.fraud === true}
              onClick={() => send.mutate({ fraud: true, ...(verdict.type ? { type: verdict.type } : {}) })}
            >
              {t.decision.label.fraud}
            </Button>
            <Button
              icon={<CheckCircleOutlined />}
              loading={send.isPending && send.variables?.fraud === false}
              onClick={() => send.mutate({ fraud: false })}
            >
              {t.decision.label.honest}
            </Button>
          </Flex>
        ) : null}
      </Flex>
    )
  }
  return (
    <Flex vertical gap={6}>
      <Flex gap={8} align="center" wrap>
        <strong className={label.fraud ? 'label-fraud' : 'label-honest'}>
          {label.fraud ? t.decision.label.isFraud : t.decision.label.isHonest}
        </strong>
        {label.type ? <TypeTag type={label.type} /> : null}
        {may ? (
          <Button size="small" icon={<UndoOutlined />} loading={send.isPending} onClick={() => send.mutate(null)}>
            {t.decision.label.undo}
          </Button>
        ) : null}
      </Flex>
      <span className="quiet">
        {t.decision.label.by(label.by)} · <TimeText at={label.at} />
      </span>
      {may ? <NoteForm key={label.at} label={label} busy={send.isPending} onSave={send.mutate} /> : <span>{label.note}</span>}
    </Flex>
  )
}

function NoteForm({ label, busy, onSave }: { label: Label; busy: boolean; onSave: (sent: Sent) => void }) {
  const t = useText()
  const named = useNamed()
  const types = useFraudTypes()
  const [type, setType] = useState(label.type)
  const [note, setNote] = useState(label.note ?? '')
  const changed = type !== label.type || note !== (label.note ?? '')
  return (
    <Flex vertical gap={6}>
      {label.fraud ? (
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          allowClear
          aria-label={t.decision.label.type}
          placeholder={t.decision.label.type}
          value={type}
          onChange={(value) => setType(value ?? null)}
          options={[...types.values()].map((each) => ({ value: each.id, label: named(each, each.id) }))}
        />
      ) : null}
      <Input
        aria-label={t.decision.label.note}
        placeholder={t.decision.label.note}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.target.value)}
      />
      {changed ? (
        <Button
          type="primary"
          size="small"
          loading={busy}
          onClick={() => onSave({ fraud: label.fraud, ...(label.fraud && type ? { type } : {}), ...(note ? { note } : {}) })}
        >
          {t.decision.label.save}
        </Button>
      ) : null}
    </Flex>
  )
}
