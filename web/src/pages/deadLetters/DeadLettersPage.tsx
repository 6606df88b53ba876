import { DownloadOutlined, InboxOutlined, RedoOutlined } from '@ant-design/icons'
import { App, Button, Flex, Select, Switch, Table, Tooltip } from 'antd'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { address, api, asProblem, type Channel, type DeadLetter, type DeadLetters, type Job } from '@/api'
import { useMay, useSession } from '@/app/session'
import { useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { ChannelTag } from '@/parts/tags'
import { TimeText } from '@/parts/TimeText'
import { MendDrawer } from './MendDrawer'
import type { Letter } from './rows'
import { RetryAll } from './RetryAll'
import '../rules/rules.css'
import './deadLetters.css'

/** Rows that could not be taken in: by source and reason, mended one by one or retried together. */
export default function DeadLettersPage() {
  const t = useText()
  const may = useMay()
  const { user } = useSession()
  const [asked, ask] = useSearchParams()
  const [source, reason, retried] = [asked.get('source'), asked.get('reason'), asked.get('all') === '1']
  const [open, setOpen] = useState<Letter | null>(null)
  const [job, setJob] = useState<string | null>(null)
  const found = useLetters(source, retried)
  const letters = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.items), [found.data])
  const groups = useMemo(() => byReason(letters), [letters])
  const shown = reason === null ? letters : letters.filter((letter) => kindOf(letter.reason) === reason)
  const sources = found.data?.pages[0]?.sources ?? []
  const writes = may('dead_letters.write')
  const set = (name: string, value: string | null | undefined) =>
    ask(
      (now) => {
        const next = new URLSearchParams(now)
        if (value) next.set(name, value)
        else next.delete(name)
        if (name === 'source') next.delete('reason')
        return next
      },
      { replace: true },
    )
  return (
    <PageFrame
      title={t.deadLetters.title}
      line={t.deadLetters.intro}
      extra={
        <>
          <Button
            icon={<DownloadOutlined />}
            href={address('/dead-letters/export', { source })}
            download
            disabled={!letters.length}
          >
            {t.deadLetters.export}
          </Button>
          {writes ? <RetryButton source={source} sources={sources} onStarted={setJob} /> : null}
        </>
      }
    >
      {found.error ? <ErrorPanel error={found.error} retry={() => void found.refetch()} /> : null}
      {writes ? null : <p className="quiet no-margin">{t.deadLetters.mayNot(t.common.roles[user.role])}</p>}
      {job ? <RetryAll job={job} onClose={() => setJob(null)} /> : null}
      <Flex gap={8} wrap align="center">
        <Select
          allowClear
          aria-label={t.deadLetters.sources}
          placeholder={t.deadLetters.allSources}
          value={source}
          onChange={(value) => set('source', value)}
          popupMatchSelectWidth={false}
          options={sources.map((each) => ({
            value: each.source,
            label: `${nameOf(each.source)} · ${t.deadLetters.waiting(each.waiting)}`,
          }))}
          style={{ width: 320 }}
        />
        <Select
          allowClear
          aria-label={t.deadLetters.reasons}
          placeholder={t.deadLetters.allReasons}
          value={reason}
          onChange={(value) => set('reason', value)}
          popupMatchSelectWidth={false}
          options={groups.map(([value, count]) => ({ value, label: `${value} · ${count}` }))}
          style={{ width: 320 }}
        />
        <label className="switch-label">
          <Switch size="small" checked={retried} onChange={(on) => set('all', on ? '1' : null)} />{' '}
          {t.deadLetters.showRetried}
        </label>
      </Flex>
      <div className="panel table-panel">
        <Table<DeadLetter>
          size="small"
          rowKey="id"
          loading={found.isPending}
          dataSource={shown}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: 980 }}
          columns={[
            {
              title: t.deadLetters.row,
              width: 260,
              render: (_, letter) => (
                <div className="letter-place">
                  <Tooltip title={letter.source}>
                    <span className="cut">{nameOf(letter.source)}</span>
                  </Tooltip>
                  <span className="quiet">{t.deadLetters.rowNumber(letter.row, letter.line)}</span>
                </div>
              ),
            },
            {
              title: t.deadLetters.channel,
              width: 110,
              render: (_, letter) =>
                letter.channel ? (
                  <ChannelTag channel={letter.channel as Channel} />
                ) : (
                  <span className="quiet">{t.deadLetters.unknownChannel}</span>
                ),
            },
            { title: t.deadLetters.reason, render: (_, letter) => <span className="is-bad">{letter.reason}</span> },
            {
              title: t.deadLetters.raw,
              render: (_, letter) => <div className="mono letter-raw">{rawText(letter.raw)}</div>,
            },
            {
              title: t.deadLetters.seen,
              width: 120,
              render: (_, letter) => <TimeText at={letter.seen_at} show="ago" />,
            },
            {
              title: <span className="visually-hidden">{t.deadLetters.edit}</span>,
              width: 130,
              align: 'right',
              render: (_, letter) =>
                letter.state === 'waiting' ? (
                  <Button size="small" disabled={!writes} onClick={() => setOpen(letter)}>
                    {t.deadLetters.edit}
                  </Button>
                ) : (
                  <span className="quiet">
                    {(t.deadLetters.states as Record<string, string>)[letter.state] ?? letter.state}
                  </span>
                ),
            },
          ]}
          locale={{
            emptyText: found.isPending ? (
              ' '
            ) : (
              <EmptyState title={t.deadLetters.none} help={t.deadLetters.noneHint} icon={<InboxOutlined />} />
            ),
          }}
        />
      </div>
      {found.hasNextPage ? (
        <Flex justify="center">
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t.deadLetters.more}
          </Button>
        </Flex>
      ) : null}
      {open ? <MendDrawer key={open.id} letter={open} onClose={() => setOpen(null)} /> : null}
    </PageFrame>
  )
}

function useLetters(source: string | null, retried: boolean) {
  return useInfiniteQuery({
    queryKey: ['dead-letters', source, retried],
    queryFn: ({ pageParam, signal }) =>
      api.get<DeadLetters>(
        '/dead-letters',
        { source, state: retried ? null : 'waiting', limit: 200, after: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

function RetryButton({
  source,
  sources,
  onStarted,
}: {
  source: string | null
  sources: DeadLetters['sources']
  onStarted: (job: string) => void
}) {
  const t = useText()
  const { modal, message } = App.useApp()
  const queries = useQueryClient()
  const only = source ?? (sources.length === 1 ? (sources[0]?.source ?? null) : null)
  const waiting = sources.find((each) => each.source === only)?.waiting ?? 0
  const ask = (chosen: string) =>
    void modal.confirm({
      title: t.deadLetters.retryAllTitle(nameOf(chosen), waiting),
      content: t.deadLetters.retryAllText,
      okText: t.deadLetters.retryAll,
      cancelText: t.common.cancel,
      onOk: async () => {
        try {
          const job = await api.post<Job>('/dead-letters/retry', { source: chosen })
          onStarted(job.id)
          await queries.invalidateQueries({ queryKey: ['jobs'] })
        } catch (error) {
          void message.error(`${asProblem(error).title} ${asProblem(error).cure}`, 8)
        }
      },
    })
  return (
    <Tooltip title={only ? undefined : t.deadLetters.chooseSource}>
      <Button
        type="primary"
        icon={<RedoOutlined />}
        disabled={!only || !waiting}
        onClick={() => (only ? ask(only) : undefined)}
      >
        {t.deadLetters.retryAll}
      </Button>
    </Tooltip>
  )
}

/** The last piece of a path: sources of files are their whole names. */
function nameOf(source: string): string {
  return source.split(/[\\/]/).at(-1) ?? source
}

/** What reasons have in common: without the values that differ from row to row. */
export function kindOf(reason: string): string {
  return reason.replace(/(["'`«“]).*?(["'`»”])/g, '…').replace(/\d[\d.,:]*/g, '…')
}

function byReason(letters: DeadLetter[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const letter of letters) counts.set(kindOf(letter.reason), (counts.get(kindOf(letter.reason)) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])
}

function rawText(raw: unknown): string {
  if (raw === null || raw === undefined) return '–'
  return typeof raw === 'string' ? raw : JSON.stringify(raw)
}
