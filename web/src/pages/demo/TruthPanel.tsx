import { CheckOutlined, CloseOutlined } from '@ant-design/icons'
import { Button, Flex, Segmented, Select, type TableColumnsType } from 'antd'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, type Gang, type Page, type TrueRow } from '@/api'
import { useNamed, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { EventTable } from '@/parts/EventTable'
import { roleName } from '@/parts/roleName'

const EVERY = 10_000

interface Given {
  gangs: Gang[]
  query: URLSearchParams
  change: (wanted: Record<string, string | null | undefined>) => void
}

/** Fraudulent events with what the engine made of them; the missed ones first. */
export function TruthPanel({ gangs, query, change }: Given) {
  const t = useText()
  const named = useNamed()
  const which = query.get('which') ?? 'missed'
  const gang = query.get('gang')
  const caught = which === 'all' ? null : which === 'caught'
  const { data, error, refetch, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['demo', 'truth', gang, caught],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<TrueRow>>('/demo/truth', { gang, caught, after: pageParam, limit: 25 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) > 1 ? false : EVERY),
  })
  const rows = data?.pages.flatMap(({ items }) => items) ?? []
  const more = useMemo<TableColumnsType<TrueRow>>(
    () => [
      {
        title: t.demo.truth.role,
        width: 210,
        render: (_, { truth }) => (
          <span className="truth-role">
            <span>{roleName(truth.role, t)}</span>
            <span className="mono quiet">{truth.gang}</span>
          </span>
        ),
      },
      {
        title: t.demo.truth.verdict,
        width: 104,
        render: (_, row) => (
          <span className={row.caught ? 'is-caught' : 'is-missed'}>
            {row.caught ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />}{' '}
            {row.caught ? t.demo.truth.isCaught : t.demo.truth.isMissed}
          </span>
        ),
      },
    ],
    [t],
  )
  return (
    <section className="panel" aria-label={t.demo.truth.title}>
      <div className="panel-head">
        <h2>{t.demo.truth.title}</h2>
        <Flex gap={8}>
          <Segmented
            size="small"
            aria-label={t.demo.truth.which}
            value={which}
            onChange={(value) => change({ which: value === 'missed' ? null : value })}
            options={(['missed', 'caught', 'all'] as const).map((value) => ({ value, label: t.demo.truth[value] }))}
          />
          <Select
            size="small"
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t.demo.gangs.id}
            placeholder={t.demo.truth.anyGang}
            className="truth-gang"
            value={gang}
            onChange={(value) => change({ gang: value })}
            options={gangs.map((each) => ({ value: each.id, label: `${named(each, each.kind)} · ${each.id}` }))}
          />
        </Flex>
      </div>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <EventTable
        rows={rows}
        loading={isLoading}
        more={more}
        empty={
          <EmptyState
            small
            title={which === 'missed' ? t.demo.truth.emptyMissed : t.demo.truth.empty}
            help={t.demo.truth.emptyHelp}
          />
        }
      />
      {hasNextPage ? (
        <Button className="truth-more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </section>
  )
}
