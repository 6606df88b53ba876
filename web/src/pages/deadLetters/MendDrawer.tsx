import { Alert, App, Button, Drawer, Flex, Input, Segmented } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { api, asProblem, part, type Channel } from '@/api'
import { useChannels } from '@/api/queries'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { FieldsForm } from './FieldsForm'
import { fieldsOf, isMasked, rowOf, type Letter } from './rows'

interface Given {
  letter: Letter
  onClose: () => void
}

/** What became of a row that was taken in. */
interface Taken {
  offset: number
}

/** One rejected row: why, as it came, and mended as a form or as JSON. */
export function MendDrawer({ letter, onClose }: Given) {
  const t = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const go = useNavigate()
  const channel = useChannels().get(letter.channel as Channel)
  const [shown, setShown] = useState(letter)
  const [text, setText] = useState(() => written(letter))
  const [asJson, setAsJson] = useState(fieldsOf(letter) === null)
  const fields = parsed(text)
  const retry = useMutation({
    mutationFn: (row: Record<string, unknown>) => api.post<Taken>(`/dead-letters/${part(letter.id)}/retry`, { row }),
    onSuccess: async (taken) => {
      void message.success(
        <span>
          {t.deadLetters.retried}{' '}
          <Button type="link" size="small" onClick={() => void go(`/decisions/${taken.offset}`)}>
            {t.deadLetters.toDecision}
          </Button>
        </span>,
        6,
      )
      onClose()
      await queries.invalidateQueries({ queryKey: ['dead-letters'] })
    },
  })
  const show = useMutation({
    mutationFn: () => api.get<Letter>(`/dead-letters/${part(letter.id)}`, { unmask: true }),
    onSuccess: (whole) => {
      setShown(whole)
      setText(written(whole))
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
            disabled={!fields}
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
        {isMasked(shown) ? <Masked busy={show.isPending} show={() => show.mutate()} /> : null}
        <div>
          <b>{t.deadLetters.raw}</b>
          <pre className="code-block mono raw-block">{rawText(shown.raw)}</pre>
        </div>
        <Segmented
          aria-label={t.deadLetters.raw}
          value={asJson ? 'json' : 'form'}
          onChange={(value) => setAsJson(value === 'json')}
          options={[
            { value: 'form', label: t.deadLetters.asForm, disabled: !fields },
            { value: 'json', label: t.deadLetters.asJson },
          ]}
        />
        {fieldsOf(shown) === null ? <span className="quiet">{t.deadLetters.noFields}</span> : null}
        {asJson || !fields ? (
          <JsonField text={text} onChange={setText} wrong={!fields} />
        ) : (
          <FieldsForm
            fields={fields}
            channel={channel}
            columns={letter.columns ?? null}
            onChange={(next) => setText(JSON.stringify(next, null, 2))}
          />
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
      {wrong ? <span className="is-bad">{t.deadLetters.jsonFault}</span> : null}
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

/** The values of a row as JSON, to be mended. */
function written(letter: Letter): string {
  return JSON.stringify(fieldsOf(letter) ?? {}, null, 2)
}

function rawText(raw: unknown): string {
  return typeof raw === 'string' ? raw : JSON.stringify(raw, null, 2)
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
