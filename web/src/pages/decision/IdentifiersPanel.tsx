import { Skeleton } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, part, type IdentifierInEvent, type IdentifierLife, type Verdict, type WindowValue } from '@/api'
import { useNamed, useText } from '@/i18n'
import { amount, compact } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { identifierLink, IdentifierTag } from '@/parts/IdentifierTag'
import { TimeText } from '@/parts/TimeText'
import { Timeline } from '@/parts/Timeline'

const WINDOWS = 4

/** The event's identifiers, each with its recent life. */
export function IdentifiersPanel({ verdict }: { verdict: Verdict }) {
  const t = useText()
  return (
    <section className="panel" aria-label={t.decision.identifiers.title}>
      <div className="panel-head">
        <h2>{t.decision.identifiers.title}</h2>
      </div>
      <div className="lives">
        {verdict.identifiers.map((identifier) => (
          <Life key={identifier.field} identifier={identifier} marked={verdict.event.offset} />
        ))}
      </div>
    </section>
  )
}

/** The first few windows, those that hold something before the empty ones. */
function telling(windows: WindowValue[]): WindowValue[] {
  const empty = ({ value }: WindowValue) => value === 0 || value === false || value === null
  return [...windows.filter((each) => !empty(each)), ...windows.filter(empty)].slice(0, WINDOWS)
}

function Life({ identifier, marked }: { identifier: IdentifierInEvent; marked: number }) {
  const t = useText()
  const named = useNamed()
  const { kind, value, ref } = identifier
  const { data, error, refetch } = useQuery({
    queryKey: ['identifier', kind, ref],
    queryFn: ({ signal }) => api.get<IdentifierLife>(`/identifiers/${part(kind)}/${part(ref)}`, {}, signal),
    staleTime: 15_000,
  })
  return (
    <div className="life">
      <div className="life-head">
        <span className="quiet">{named(identifier)}</span>
        <IdentifierTag kind={kind} value={value} reference={ref} />
      </div>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton active title={false} paragraph={{ rows: 2 }} /> : null}
      {data ? (
        <>
          {data.recent.length ? (
            <>
              <Timeline events={data.recent} marked={marked} />
              <div className="life-ends quiet">
                <TimeText at={Math.min(...data.recent.map(({ ts }) => ts))} show="minute" />
                <TimeText at={Math.max(...data.recent.map(({ ts }) => ts))} show="minute" />
              </div>
            </>
          ) : (
            <EmptyState small title={t.decision.identifiers.nothing} />
          )}
          <div className="life-facts quiet">
            {data.verdicts ? (
              <strong className="life-bad">{t.decision.identifiers.verdicts(compact(data.verdicts))}</strong>
            ) : null}
            {Object.entries(data.counts).map(([channel, many]) => (
              <span key={channel}>
                {t.common.channels[channel as keyof typeof t.common.channels] ?? channel} {compact(many)}
              </span>
            ))}
          </div>
          {data.lists.map(({ list }) => (
            <div key={list} className="life-list">
              {t.decision.identifiers.onList(list)}
            </div>
          ))}
          {data.windows.length ? (
            <dl className="facts">
              {telling(data.windows).map((window) => (
                <div key={window.name}>
                  <dt className="cut" title={window.name}>
                    {named(window, window.name)}
                  </dt>
                  <dd className="number">{amount(window.value, window.unit)}</dd>
                </div>
              ))}
            </dl>
          ) : null}
          <Link to={identifierLink(kind, ref)}>{t.decision.identifiers.open}</Link>
        </>
      ) : null}
    </div>
  )
}
