import { DeleteOutlined, OrderedListOutlined, PlusOutlined, SearchOutlined } from '@ant-design/icons'
import { App, Button, Flex, Input, Table, Tag, Tooltip } from 'antd'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, part, type ListInfo, type Page } from '@/api'
import { useMay, useSession } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { IdentifierTag } from '@/parts/IdentifierTag'
import { TimeText } from '@/parts/TimeText'
import { AddEntry } from './AddEntry'
import { keyOf, type Entry as ListEntry } from './entry'
import { useRemove } from './useRemove'

/** What stands on one list. */
export function Entries({ list }: { list: ListInfo }) {
  const t = useText()
  const named = useNamed()
  const may = useMay()
  const { user } = useSession()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [text, setText] = useState('')
  const { remove, hidden } = useRemove(list)
  const found = useInfiniteQuery({
    queryKey: ['lists', list.name],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ListEntry>>(`/lists/${part(list.name)}`, { limit: 200, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
  const entries = (found.data?.pages ?? []).flatMap((page) => page.items).filter((entry) => !hidden.has(keyOf(entry)))
  const shown = entries.filter((entry) =>
    `${entry.shown} ${entry.reason} ${entry.by}`.toLowerCase().includes(text.toLowerCase()),
  )
  const writes = may('lists.write')
  return (
    <section className="panel">
      <div className="panel-head">
        <div>
          <h2>{named(list, list.name)}</h2>
          <span className="quiet">
            {t.lists.effectMeaning[list.effect]} · {t.lists.accepts}{' '}
            {list.identifiers.map((kind) => t.common.kinds[kind] ?? kind).join(' / ')}
          </span>
        </div>
        <Flex gap={8} wrap>
          <Input
            allowClear
            prefix={<SearchOutlined />}
            placeholder={t.lists.filter}
            aria-label={t.lists.filter}
            value={text}
            onChange={(event) => setText(event.target.value)}
            style={{ width: 220 }}
          />
          <Tooltip title={writes ? undefined : t.lists.mayNotWrite(t.common.roles[user.role])}>
            <Button type="primary" icon={<PlusOutlined />} disabled={!writes} onClick={() => setAdding(true)}>
              {t.lists.add}
            </Button>
          </Tooltip>
        </Flex>
      </div>
      {writes ? null : <p className="quiet">{t.lists.mayNotWrite(t.common.roles[user.role])}</p>}
      {found.error ? <ErrorPanel error={found.error} retry={() => void found.refetch()} /> : null}
      <Table<ListEntry>
        size="small"
        rowKey={keyOf}
        loading={found.isPending}
        dataSource={shown}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[
          {
            title: t.lists.entry,
            width: 190,
            render: (_, entry) => <IdentifierTag kind={null} value={entry.shown} reveal={() => inFull(list, entry)} />,
          },
          { title: t.lists.kind, width: 120, render: (_, entry) => t.common.kinds[entry.kind] ?? entry.kind },
          { title: t.lists.reason, dataIndex: 'reason' },
          {
            title: t.lists.until,
            width: 150,
            render: (_, entry) => <End until={entry.until} ended={entry.ended} />,
            sorter: byEnd,
          },
          { title: t.lists.by, width: 120, dataIndex: 'by' },
          { title: t.lists.at, width: 130, render: (_, entry) => <TimeText at={entry.at} show="ago" /> },
          {
            title: <span className="visually-hidden">{t.lists.remove}</span>,
            width: 60,
            align: 'right',
            render: (_, entry) =>
              writes ? (
                <Tooltip title={t.lists.remove}>
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={`${t.lists.remove} ${entry.shown}`}
                    onClick={() => remove(entry)}
                  />
                </Tooltip>
              ) : null,
          },
        ]}
        locale={{
          emptyText: found.isPending ? (
            ' '
          ) : (
            <Nothing any={entries.length > 0} add={writes ? () => setAdding(true) : null} />
          ),
        }}
      />
      {found.hasNextPage ? (
        <Flex justify="center" style={{ marginTop: 10 }}>
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t.common.more}
          </Button>
        </Flex>
      ) : null}
      {adding ? (
        <AddEntry
          list={list}
          onClose={() => setAdding(false)}
          onAdded={(entry) => {
            setAdding(false)
            void queries.invalidateQueries({ queryKey: ['lists'] })
            void message.success(t.lists.added(entry.shown))
          }}
        />
      ) : null}
    </section>
  )
}

const byEnd = (a: ListEntry, b: ListEntry): number => (a.until ?? Infinity) - (b.until ?? Infinity)

export function End({ until, ended }: { until: number | null; ended?: boolean }) {
  const t = useText()
  if (until === null) return <span className="quiet">{t.lists.forever}</span>
  return (
    <span>
      <TimeText at={until} show="day" /> {ended ? <Tag>{t.lists.ended}</Tag> : null}
    </span>
  )
}

/** The entry in clear; the server notes that it was read. Masked entries are named by a handle, so places are compared. */
async function inFull(list: ListInfo, entry: ListEntry): Promise<string | null> {
  const path = `/lists/${part(list.name)}`
  let after: string | null = null
  do {
    const query = { limit: 500, after }
    const masked: Page<ListEntry> = await api.get<Page<ListEntry>>(path, query)
    const at = masked.items.findIndex((each) => keyOf(each) === keyOf(entry))
    if (at >= 0) {
      const whole = (await api.get<Page<ListEntry>>(path, { ...query, unmask: true })).items[at]
      return whole?.kind === entry.kind && whole.at === entry.at ? whole.shown : null
    }
    after = masked.next
  } while (after !== null)
  return null
}

function Nothing({ any, add }: { any: boolean; add: (() => void) | null }) {
  const t = useText()
  if (any) return <EmptyState small title={t.lists.noMatch} help={t.lists.noMatchHint} />
  return (
    <EmptyState title={t.lists.none} help={t.lists.noneHint} icon={<OrderedListOutlined />}>
      {add ? <Button onClick={add}>{t.lists.add}</Button> : null}
    </EmptyState>
  )
}
