import { Form, Input, Modal, Select } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, part, type ListEntry, type ListInfo } from '@/api'
import { useNamed, useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Until } from './Until'
import { looksRight } from './values'

interface Given {
  list: ListInfo
  onClose: () => void
  onAdded: (entry: ListEntry) => void
}

/** Puts an identifier on a list: what it is, why, and until when. */
export function AddEntry({ list, onClose, onAdded }: Given) {
  const t = useText()
  const named = useNamed()
  const [kind, setKind] = useState(list.identifiers[0] ?? '')
  const [value, setValue] = useState('')
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState<number | null>(null)
  const [tried, setTried] = useState(false)
  const hints = t.lists.valueHint as Record<string, string>
  const wrong = tried && !looksRight(kind, value)
  const add = useMutation({
    mutationFn: () =>
      api.post<ListEntry>(`/lists/${part(list.name)}/entries`, {
        kind,
        value: value.trim(),
        reason: reason.trim(),
        ...(until === null ? {} : { until }),
      }),
    onSuccess: onAdded,
  })
  const save = () => {
    setTried(true)
    if (looksRight(kind, value) && reason.trim()) add.mutate()
  }
  return (
    <Modal
      open
      title={t.lists.addTo(named(list, list.name))}
      okText={t.lists.save}
      cancelText={t.lists.cancel}
      confirmLoading={add.isPending}
      onOk={save}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form layout="vertical" component={false}>
        {list.identifiers.length > 1 ? (
          <Form.Item label={t.lists.kind} htmlFor="entry-kind">
            <Select
              id="entry-kind"
              value={kind}
              onChange={setKind}
              options={list.identifiers.map((each) => ({ value: each, label: t.common.kinds[each] ?? each }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item
          label={t.common.kinds[kind] ?? t.lists.value}
          htmlFor="entry-value"
          required
          validateStatus={wrong ? 'error' : undefined}
          help={wrong ? (value.trim() ? t.lists.valueShape : t.lists.needed) : (hints[kind] ?? hints['other'])}
        >
          <Input
            id="entry-value"
            autoFocus
            autoComplete="off"
            maxLength={500}
            value={value}
            onChange={(event) => setValue(event.target.value)}
            onPressEnter={save}
          />
        </Form.Item>
        <Form.Item
          label={t.lists.reason}
          htmlFor="entry-reason"
          required
          validateStatus={tried && !reason.trim() ? 'error' : undefined}
          help={tried && !reason.trim() ? t.lists.needed : t.lists.reasonHint}
        >
          <Input
            id="entry-reason"
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onPressEnter={save}
          />
        </Form.Item>
        <Form.Item label={t.lists.until} htmlFor="entry-until">
          <Until id="entry-until" value={until} onChange={setUntil} />
        </Form.Item>
      </Form>
      {add.error ? <ErrorPanel error={add.error} /> : null}
    </Modal>
  )
}
