import { PauseCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Form, Input, Modal, Select, Table } from 'antd'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { api, asProblem, part, type Page, type Snooze } from '@/api'
import { useChannels } from '@/api/queries'
import { useRules } from '@/api/rules'
import { useMay, useSession } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { End } from './Entries'
import { Until } from './Until'
import { looksRight } from './values'

/** Rules that keep silent about something for a while. */
export function Snoozes() {
  const t = useText()
  const may = useMay()
  const { user } = useSession()
  const [adding, setAdding] = useState(false)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['snoozes'],
    queryFn: ({ signal }) => api.get<Page<Snooze & { shown?: string }>>('/snoozes', { limit: 500 }, signal),
  })
  const writes = may('snoozes.write')
  const end = useEnd()
  const add = writes ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {t.lists.addSnooze}
    </Button>
  ) : null
  return (
    <section className="panel">
      <div className="panel-head">
        <div>
          <h2>{t.lists.snoozes}</h2>
          <span className="quiet">{t.lists.snoozesIntro}</span>
        </div>
        {add}
      </div>
      {writes ? null : <p className="quiet">{t.lists.mayNotWrite(t.common.roles[user.role])}</p>}
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <Table
        size="small"
        rowKey={(each) => `${each.rule} ${each.identifier} ${each.value}`}
        loading={isPending}
        dataSource={data?.items ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[
          {
            title: t.lists.rule,
            render: (_, each) => (
              <Link className="mono" to={`/rules/${encodeURIComponent(each.rule)}`}>
                {each.rule}
              </Link>
            ),
          },
          {
            title: t.lists.entry,
            render: (_, each) => <span className="identifier">{each.shown ?? each.value}</span>,
          },
          { title: t.lists.kind, render: (_, each) => t.common.kinds[each.identifier] ?? each.identifier },
          { title: t.lists.ends, render: (_, each) => <End until={each.until} /> },
          {
            title: <span className="visually-hidden">{t.lists.endSnooze}</span>,
            align: 'right',
            render: (_, each) =>
              writes ? (
                <Button size="small" aria-label={`${t.lists.endSnooze} ${each.rule}`} onClick={() => end(each)}>
                  {t.lists.endSnooze}
                </Button>
              ) : null,
          },
        ]}
        locale={{
          emptyText: isPending ? (
            ' '
          ) : (
            <EmptyState title={t.lists.noSnoozes} help={t.lists.noSnoozesHint} icon={<PauseCircleOutlined />} />
          ),
        }}
      />
      {adding ? <AddSnooze onClose={() => setAdding(false)} /> : null}
    </section>
  )
}

/** Ends a snooze at once, and offers to have it back. */
function useEnd(): (snooze: Snooze) => void {
  const t = useText()
  const queries = useQueryClient()
  const { message, notification } = App.useApp()
  const refused = (error: unknown) => void message.error(`${asProblem(error).title} ${asProblem(error).cure}`, 8)
  const again = () => queries.invalidateQueries({ queryKey: ['snoozes'] })
  const restore = async ({ rule, identifier, value, until }: Snooze) => {
    await api.post('/snoozes', { rule, identifier, value, until }).catch(refused)
    await again()
  }
  return (snooze) => {
    const key = `ended ${snooze.rule} ${snooze.value}`
    api
      .remove(`/snoozes/${part(snooze.rule)}/${part(snooze.identifier)}/${part(snooze.value)}`)
      .then(async () => {
        await again()
        notification.open({
          key,
          title: t.lists.snoozeEnded(snooze.rule),
          duration: 10,
          placement: 'bottomRight',
          actions: (
            <Button
              size="small"
              onClick={() => {
                notification.destroy(key)
                void restore(snooze)
              }}
            >
              {t.lists.undo}
            </Button>
          ),
        })
      })
      .catch(refused)
  }
}

function AddSnooze({ onClose }: { onClose: () => void }) {
  const t = useText()
  const named = useNamed()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { data: rules } = useRules()
  const channels = useChannels()
  const [rule, setRule] = useState<string | null>(null)
  const [kind, setKind] = useState<string | null>(null)
  const [value, setValue] = useState('')
  const [until, setUntil] = useState<number | null>(null)
  const [tried, setTried] = useState(false)
  const channel = rules?.find((each) => each.id === rule)?.channel
  const fields = (channel && channels.get(channel)?.fields) ?? []
  const kinds = [...new Set(fields.flatMap((field) => (field.kind ? [field.kind] : [])))]
  const chosen = kind && kinds.includes(kind) ? kind : (kinds[0] ?? null)
  const whole = rule !== null && chosen !== null && looksRight(chosen, value) && until !== null && until > Date.now()
  const add = useMutation({
    mutationFn: () => api.post('/snoozes', { rule, identifier: chosen, value: value.trim(), until }),
    onSuccess: async () => {
      onClose()
      void message.success(t.lists.snoozed(rule ?? ''))
      await queries.invalidateQueries({ queryKey: ['snoozes'] })
    },
  })
  const need = (missing: boolean) =>
    tried && missing ? { validateStatus: 'error' as const, help: t.lists.needed } : {}
  return (
    <Modal
      open
      title={t.lists.addSnooze}
      okText={t.lists.save}
      cancelText={t.lists.cancel}
      confirmLoading={add.isPending}
      onCancel={onClose}
      onOk={() => {
        setTried(true)
        if (whole) add.mutate()
      }}
    >
      <Form layout="vertical" component={false}>
        <Form.Item label={t.lists.rule} htmlFor="snooze-rule" required {...need(rule === null)}>
          <Select
            id="snooze-rule"
            showSearch={{ optionFilterProp: 'search' }}
            value={rule}
            onChange={setRule}
            options={(rules ?? []).map((each) => ({
              value: each.id,
              label: each.id,
              search: `${each.id} ${named(each.explain)}`,
            }))}
          />
        </Form.Item>
        <Form.Item label={t.lists.kind} htmlFor="snooze-kind" required>
          <Select
            id="snooze-kind"
            disabled={!kinds.length}
            value={chosen}
            onChange={setKind}
            options={kinds.map((each) => ({ value: each, label: t.common.kinds[each] ?? each }))}
          />
        </Form.Item>
        <Form.Item label={t.lists.value} htmlFor="snooze-value" required {...need(!looksRight(chosen ?? '', value))}>
          <Input
            id="snooze-value"
            autoComplete="off"
            maxLength={500}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </Form.Item>
        <Form.Item label={t.lists.ends} htmlFor="snooze-until" required {...need(until === null)}>
          <Until id="snooze-until" value={until} onChange={setUntil} days={[1, 7, 30]} endless={false} />
        </Form.Item>
      </Form>
      {add.error ? <ErrorPanel error={add.error} /> : null}
    </Modal>
  )
}
