import { Button, Flex } from 'antd'
import { useInfiniteQuery } from '@tanstack/react-query'
import { api, type Page, type VerdictRow } from '@/api'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { useUrl } from '@/lib/useUrl'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { EventTable } from '@/parts/EventTable'
import { PageFrame } from '@/parts/PageFrame'
import './decisions.css'
import { Filters, FILTERS } from './Filters'

type Found = Page<VerdictRow> & { took_ms: number }

export default function DecisionsPage() {
  const t = useText()
  const may = useMay()
  const [query, change] = useUrl()
  const events = query.get('view') === 'events' || !may('verdicts.read')
  const wanted = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]))
  const filtered = Object.values(wanted).some(Boolean)
  const { data, error, refetch, isFetching, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['decisions', events, wanted],
    queryFn: ({ pageParam, signal }) =>
      api.get<Found>(events ? '/events' : '/verdicts', { ...wanted, after: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
  const rows = data?.pages.flatMap(({ items }) => items) ?? []
  const took = data?.pages.at(-1)?.took_ms
  return (
    <PageFrame title={t.decisions.title} line={t.decisions.line}>
      <section className="panel">
        <Filters query={query} change={change} events={events} onRefresh={() => void refetch()} busy={isFetching} />
        {error ? <ErrorPanel error={error} retry={() => void refetch()} className="decisions-error" /> : null}
        <EventTable
          rows={rows}
          loading={isFetching && !isFetchingNextPage && !rows.length}
          empty={
            data && !rows.length ? (
              <EmptyState
                title={filtered ? (events ? t.decisions.emptyEvents : t.decisions.empty) : t.decisions.nothingYet}
                help={filtered ? t.decisions.emptyHelp : t.decisions.nothingYetHelp}
              >
                {filtered ? (
                  <Button onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}>
                    {t.decisions.reset}
                  </Button>
                ) : events ? null : (
                  <Button onClick={() => change({ view: 'events' })}>{t.decisions.events}</Button>
                )}
              </EmptyState>
            ) : (
              <EmptyState small title={error ? t.decisions.empty : t.common.loading} />
            )
          }
        />
        {rows.length ? (
          <Flex justify="space-between" align="center" className="decisions-foot">
            <span className="quiet" role="status">
              {t.decisions.found(number(rows.length), number(took, 1))}
            </span>
            {hasNextPage ? (
              <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t.common.more}
              </Button>
            ) : (
              <span className="quiet">{t.decisions.end}</span>
            )}
          </Flex>
        ) : null}
      </section>
    </PageFrame>
  )
}
