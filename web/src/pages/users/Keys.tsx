import { KeyOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Flex, Switch, Table, Tag, Tooltip } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, part, type Key, type NewKey, type Page } from '@/api'
import { useNamed, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { TimeText } from '@/parts/TimeText'
import { CreateKey } from './CreateKey'
import { useRoles } from './NewUser'
import { Secret } from './Secret'

/** Keys of programs: what each may do, until when, and when it was last used. */
export function Keys() {
  const t = useText()
  const named = useNamed()
  const { data: roles } = useRoles()
  const [creating, setCreating] = useState(false)
  const [made, setMade] = useState<NewKey | null>(null)
  const [revoked, setRevoked] = useState(false)
  const revoke = useRevoke()
  const queries = useQueryClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => api.get<Page<Key>>('/keys', {}, signal),
  })
  const keys = (data?.items ?? []).filter((key) => revoked || !key.revoked)
  const scopeName = (scope: string) =>
    named(
      roles?.permissions.find((each) => each.name === scope),
      scope,
    )
  return (
    <section>
      <Flex justify="space-between" align="center" style={{ marginBottom: 10 }}>
        <label className="switch-label">
          <Switch size="small" checked={revoked} onChange={setRevoked} /> {t.users.showRevoked}
        </label>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
          {t.users.createKey}
        </Button>
      </Flex>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <div className="panel table-panel">
        <Table<Key>
          size="small"
          rowKey="id"
          loading={isPending}
          dataSource={keys}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: 980 }}
          columns={[
            {
              title: t.users.keyName,
              render: (_, key) => (
                <div>
                  <b>{key.name}</b>
                  <div className="mono quiet">{key.prefix}…</div>
                </div>
              ),
            },
            {
              title: t.users.scopes,
              render: (_, key) => (
                <Flex gap={4} wrap>
                  {key.scopes.map((scope) => (
                    <Tooltip key={scope} title={scope}>
                      <Tag>{scopeName(scope)}</Tag>
                    </Tooltip>
                  ))}
                </Flex>
              ),
            },
            { title: t.users.state, width: 90, render: (_, key) => <State of={key} /> },
            {
              title: t.users.expires,
              width: 110,
              render: (_, key) => <TimeText at={key.expires_at} show="day" none={t.users.forever} />,
            },
            {
              title: t.users.lastUsed,
              width: 120,
              render: (_, key) => <TimeText at={key.last_used_at} show="ago" none={t.users.never} />,
            },
            {
              title: t.users.createdBy,
              width: 170,
              render: (_, key) => (
                <span>
                  {key.created_by} <TimeText at={key.created_at} show="day" />
                </span>
              ),
            },
            {
              title: <span className="visually-hidden">{t.users.revoke}</span>,
              width: 90,
              align: 'right',
              render: (_, key) =>
                key.revoked ? null : (
                  <Button size="small" danger onClick={() => revoke(key)} aria-label={`${t.users.revoke} ${key.name}`}>
                    {t.users.revoke}
                  </Button>
                ),
            },
          ]}
          locale={{
            emptyText: isPending ? (
              ' '
            ) : (
              <EmptyState title={t.users.noKeys} help={t.users.noKeysHint} icon={<KeyOutlined />} />
            ),
          }}
        />
      </div>
      {creating ? (
        <CreateKey
          onClose={() => setCreating(false)}
          onMade={(key) => {
            setCreating(false)
            setMade(key)
            void queries.invalidateQueries({ queryKey: ['keys'] })
          }}
        />
      ) : null}
      {made ? <Secret made={made} onClose={() => setMade(null)} /> : null}
    </section>
  )
}

function State({ of: key }: { of: Key }) {
  const t = useText()
  if (key.revoked) return <span className="is-bad">✕ {t.users.revoked}</span>
  if (key.expires_at !== null && key.expires_at < Date.now())
    return <span className="is-doubtful">◔ {t.users.expired}</span>
  return <span className="is-good">● {t.users.valid}</span>
}

function useRevoke(): (key: Key) => void {
  const t = useText()
  const queries = useQueryClient()
  const { modal, message } = App.useApp()
  return (key) =>
    void modal.confirm({
      title: t.users.revokeQuestion(key.name),
      content: t.users.revokeText,
      okText: t.users.revoke,
      okButtonProps: { danger: true },
      cancelText: t.users.cancel,
      onOk: async () => {
        try {
          await api.remove(`/keys/${part(key.id)}`)
          await queries.invalidateQueries({ queryKey: ['keys'] })
          void message.success(t.users.revokedDone(key.name))
        } catch (error) {
          void message.error(`${asProblem(error).title} ${asProblem(error).cure}`, 8)
        }
      },
    })
}
