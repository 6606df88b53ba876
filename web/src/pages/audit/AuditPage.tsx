import { AuditOutlined } from '@ant-design/icons'
import { Button, DatePicker, Flex, Input, Select, Table } from 'antd'
import { useInfiniteQuery } from '@tanstack/react-query'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, type AuditEntry, type Page } from '@/api'
import { useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { TimeText } from '@/parts/TimeText'
import { Sentence } from './Sentence'
import '../rules/rules.css'

type Row = AuditEntry & { key?: string | null }

/** Who did and read what, newest first. The filters stand in the address. */
export default function AuditPage() {
  const t = useText()
  const [asked, ask] = useSearchParams()
  const filters = {
    who: asked.get('who'),
    what: asked.get('what'),
    since: asked.get('since'),
    until: asked.get('until'),
  }
  const set = (changes: Record<string, string | null>) =>
    ask(
      (now) => {
        const next = new URLSearchParams(now)
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value)
          else next.delete(name)
        }
        return next
      },
      { replace: true },
    )
  const found = useInfiniteQuery({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Row>>('/audit', { ...filters, limit: 100, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  })
  const rows = (found.data?.pages ?? []).flatMap((page) => page.items)
  const some = Object.values(filters).some((value) => value !== null)
  return (
    <PageFrame title={t.audit.title} line={t.audit.intro}>
      <Filters filters={filters} set={set} clear={some ? () => ask({}, { replace: true }) : null} />
      {found.error ? <ErrorPanel error={found.error} retry={() => void found.refetch()} /> : null}
      <div className="panel table-panel">
        <Table<Row>
          size="small"
          rowKey="number"
          loading={found.isPending}
          dataSource={rows}
          pagination={false}
          scroll={{ x: 900 }}
          expandable={{
            rowExpandable: (row) => hasDetail(row),
            expandedRowRender: (row) => <pre className="mono code-block">{JSON.stringify(row.detail, null, 2)}</pre>,
          }}
          columns={[
            { title: t.audit.at, width: 170, render: (_, row) => <TimeText at={row.at} /> },
            {
              title: t.audit.sentence,
              render: (_, row) => <Sentence row={row} />,
            },
            {
              title: t.audit.via,
              width: 170,
              render: (_, row) => (row.key ? t.audit.viaKey(row.key) : (t.audit.vias[row.via] ?? row.via)),
            },
            {
              title: t.audit.address,
              width: 130,
              render: (_, row) => <span className="mono">{row.address || '–'}</span>,
            },
            {
              title: t.audit.number,
              width: 80,
              align: 'right',
              render: (_, row) => <span className="number quiet">{row.number}</span>,
            },
          ]}
          locale={{
            emptyText: found.isPending ? (
              ' '
            ) : (
              <EmptyState title={t.audit.none} help={t.audit.noneHint} icon={<AuditOutlined />} />
            ),
          }}
        />
      </div>
      {found.hasNextPage ? (
        <Flex justify="center">
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t.common.more}
          </Button>
        </Flex>
      ) : null}
    </PageFrame>
  )
}

function hasDetail(row: Row): boolean {
  return !!row.detail && typeof row.detail === 'object' && Object.keys(row.detail).length > 0
}

interface Given {
  filters: { who: string | null; what: string | null; since: string | null; until: string | null }
  set: (changes: Record<string, string | null>) => void
  clear: (() => void) | null
}

function Filters({ filters, set, clear }: Given) {
  const t = useText()
  const [who, setWho] = useState(filters.who ?? '')
  const day = (ms: string | null) => (ms === null ? null : dayjs(Number(ms)))
  return (
    <Flex gap={8} wrap align="center" role="search">
      <Input.Search
        allowClear
        aria-label={t.audit.who}
        placeholder={t.audit.whoHint}
        value={who}
        onChange={(event) => setWho(event.target.value)}
        onSearch={(value) => set({ who: value.trim() })}
        style={{ width: 200 }}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t.audit.what}
        placeholder={t.audit.anything}
        value={filters.what}
        onChange={(value: string | undefined) => set({ what: value ?? null })}
        options={Object.entries(t.audit.did).map(([value, say]) => ({ value, label: say('…') }))}
        popupMatchSelectWidth={false}
        style={{ width: 220 }}
      />
      <DatePicker.RangePicker
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        allowEmpty={[true, true]}
        aria-label={t.audit.span}
        placeholder={[t.audit.since, t.audit.until]}
        value={[day(filters.since), day(filters.until)]}
        onChange={(days) =>
          set({
            since: days?.[0] ? String(days[0].valueOf()) : null,
            until: days?.[1] ? String(days[1].valueOf()) : null,
          })
        }
      />
      {clear ? (
        <Button
          onClick={() => {
            setWho('')
            clear()
          }}
        >
          {t.audit.clear}
        </Button>
      ) : null}
    </Flex>
  )
}
