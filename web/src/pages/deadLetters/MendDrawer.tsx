import { Alert, App, Button, Drawer, Flex, Input, Segmented } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, part, type Channel, type DeadLetter, type DeadLetters } from '@/api'
import { useChannels } from '@/api/queries'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { FieldsForm } from './FieldsForm'
import { fieldsOf, isMasked, rowOf } from './rows'

interface Given {
  letter: DeadLetter
  onClose: () => void
}

/** One rejected row: why, as it came, and mended as a form or as JSON. */
export function MendDrawer({ letter, onClose }: Given) {
  const t = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const channel = useChannels().get(letter.channel as Channel)
  const [raw, setRaw] = useState(letter.raw)
  const [text, setText] = useState(() => JSON.stringify(fieldsOf(letter.raw) ?? {}, null, 2))
  const [asJson, setAsJson] = useState(fieldsOf(letter.raw) === null)
  const fields = parsed(text)
  const masked = isMasked(raw)
  const retry = useMutation({
    mutationFn: (row: Record<string, unknown>) => api.post(`/dead-letters/${part(letter.id)}/retry`, { row }),
    onSuccess: async () => {
      void message.success(t.deadLetters.retried)
      onClose()
      await queries.invalidateQueries({ queryKey: ['dead-letters'] })
    },
  })
  const show = useMutation({
    mutationFn: () => inFull(letter),
    onSuccess: (whole) => {
      setRaw(whole)
      setText(JSON.stringify(fieldsOf(whole) ?? {}, null, 2))
    },
    onError: (error) => void message.error(asProblem(error).title),
  })
  return (
    <Drawer
      open
      size={640}
      title={t.deadLetters.editTitle(letter.row)}
      onClose={onClose}
      footer={
        <Flex justify="flex-end" gap={8}>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button
            type="primary"
            disabled={!fields || masked}
            loading={retry.isPending}
            onClick={() => (fields ? retry.mutate(rowOf(fields, channel)) : undefined)}
          >
            {t.deadLetters.retry}
          </Button>
        </Flex>
      }
    >
      <Flex vertical gap={14}>
        <Alert
          type="warning"
          showIcon
          title={letter.reason}
          description={t.deadLetters.rowNumber(letter.row, letter.line)}
        />
        {masked ? <Masked busy={show.isPending} show={() => show.mutate()} /> : null}
        <div>
          <b>{t.deadLetters.raw}</b>
          <pre className="code-block mono raw-block">
            {typeof raw === 'string' ? raw : JSON.stringify(raw, null, 2)}
          </pre>
        </div>
        <Segmented
          value={asJson ? 'json' : 'form'}
          onChange={(value) => setAsJson(value === 'json')}
          options={[
            { value: 'form', label: t.deadLetters.asForm, disabled: !fields },
            { value: 'json', label: t.deadLetters.asJson },
          ]}
        />
        {fieldsOf(raw) === null ? <span className="quiet">{t.deadLetters.noFields}</span> : null}
        {asJson || !fields ? (
          <JsonField text={text} onChange={setText} wrong={!fields} />
        ) : (
          <FieldsForm fields={fields} channel={channel} onChange={(next) => setText(JSON.stringify(next, null, 2))} />
        )}
        {retry.error ? <ErrorPanel error={retry.error} /> : null}
        <span className="quiet">{t.deadLetters.late}</span>
      </Flex>
    </Drawer>
  )
}

function JsonField({ text, onChange, wrong }: { text: string; onChange: (text: string) => void; wrong: boolean }) {
  const t = useText()
  return (
    <div>
      <Input.TextArea
        className="mono"
        aria-label={t.deadLetters.asJson}
        aria-invalid={wrong}
        status={wrong ? 'error' : undefined}
        autoSize={{ minRows: 8, maxRows: 22 }}
        spellCheck={false}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      {wrong ? <span className="bad">{t.deadLetters.jsonFault}</span> : null}
    </div>
  )
}

function Masked({ busy, show }: { busy: boolean; show: () => void }) {
  const t = useText()
  const may = useMay()
  return (
    <Alert
      type="info"
      showIcon
      title={t.deadLetters.masked}
      description={t.deadLetters.maskedCure}
      action={
        may('unmask') ? (
          <Button size="small" loading={busy} onClick={show}>
            {t.deadLetters.show}
          </Button>
        ) : null
      }
    />
  )
}

async function inFull(letter: DeadLetter): Promise<unknown> {
  let after: string | null = null
  do {
    const page: DeadLetters = await api.get<DeadLetters>('/dead-letters', {
      source: letter.source,
      limit: 500,
      after,
      unmask: true,
    })
    const found = page.items.find((each) => each.id === letter.id)
    if (found) return found.raw
    after = page.next
  } while (after !== null)
  return letter.raw
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
