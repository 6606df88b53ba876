import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { api, part, type Channel, type IdentifierLife, type Value } from '@/api'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { amount, clock, compact } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { EventTable } from '@/parts/EventTable'
import { PageFrame } from '@/parts/PageFrame'
import { ChannelTag } from '@/parts/tags'
import { Timeline } from '@/parts/Timeline'
import { TimeText } from '@/parts/TimeText'
import './identifiers.css'

export default function IdentifierPage() {
  const { kind = '', value = '' } = useParams()
  return <Identifier key={`${kind}/${value}`} kind={kind} value={value} />
}

function Identifier({ kind, value }: { kind: string; value: string }) {
  const t = useText()
  const may = useMay()
  const [whole, setWhole] = useState(false)
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['identifier', kind, value, whole],
    queryFn: ({ signal }) =>
      api.get<IdentifierLife>(`/identifiers/${part(kind)}/${part(value)}`, whole ? { unmask: true } : {}, signal),
    placeholderData: (before) => before,
  })
  const name = t.common.kinds[kind] ?? kind
  const shown = data?.shown ?? (value.startsWith('@') ? '…' : value)
  return (
    <PageFrame
      tab={name}
      title={<span className="identifier">{shown}</span>}
      line={name}
      extra={
        data && may('unmask') ? (
          <Button
            loading={isFetching}
            icon={whole ? <EyeInvisibleOutlined /> : <EyeOutlined />}
            title={whole ? t.identifiers.hide : t.common.showLogged}
            onClick={() => setWhole(!whole)}
          >
            {whole ? t.identifiers.hide : t.identifiers.show}
          </Button>
        ) : null
      }
    >
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      {data ? <Life life={data} kind={kind} value={value} /> : error ? null : <Skeleton active paragraph={{ rows: 8 }} />}
    </PageFrame>
  )
}

function Life({ life, kind, value }: { life: IdentifierLife; kind: string; value: string }) {
  const t = useText()
  const named = useNamed()
  const counts = Object.entries(life.counts) as [Channel, number][]
  if (!life.recent.length && !counts.length && !life.lists.length) {
    return (
      <section className="panel">
        <EmptyState title={t.identifiers.empty} help={t.identifiers.emptyHelp} />
      </section>
    )
  }
  const first = Math.min(...life.recent.map(({ ts }) => ts))
  const last = Math.max(...life.recent.map(({ ts }) => ts))
  const all = `/decisions?view=events&identifier=${encodeURIComponent(value)}&kind=${encodeURIComponent(kind)}`
  return (
    <div className="identifier-page">
      <div className="identifier-top">
        <section className="panel" aria-label={t.identifiers.timeline}>
          <div className="panel-head">
            <h2>{t.identifiers.timeline}</h2>
            <span className="quiet">{t.identifiers.timelineHelp}</span>
          </div>
          <Timeline events={life.recent} height={96} />
          {life.recent.length ? (
            <div className="identifier-ends quiet number">
              <span>{clock(first, 'minute')}</span>
              <span>{clock(last, 'minute')}</span>
            </div>
          ) : null}
          <div className="identifier-facts">
            <Fact name={t.identifiers.firstSeen}>
              <TimeText at={life.first_seen} none={t.identifiers.never} />
            </Fact>
            <Fact name={t.identifiers.lastSeen}>
              <TimeText at={life.last_seen} none={t.identifiers.never} />
            </Fact>
            <Fact name={t.identifiers.verdicts}>
              <strong className="number">{compact(life.verdicts)}</strong>
            </Fact>
            {counts.map(([channel, many]) => (
              <Fact key={channel} name={<ChannelTag channel={channel} />}>
                <span className="number">{compact(many)}</span>
              </Fact>
            ))}
          </div>
        </section>
        <section className="panel" aria-label={t.identifiers.lists}>
          <h2>{t.identifiers.lists}</h2>
          {life.lists.length ? (
            <ul className="identifier-lists">
              {life.lists.map(({ list, until, reason }) => (
                <li key={list}>
                  <Link to={`/lists?list=${encodeURIComponent(list)}`}>{list}</Link>
                  <span>{reason}</span>
                  <span className="quiet">
                    {t.identifiers.listUntil} <TimeText at={until} none={t.common.forever} />
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <span className="quiet">{t.identifiers.noLists}</span>
          )}
        </section>
      </div>
      <section className="panel" aria-label={t.identifiers.windows}>
        <div className="panel-head">
          <h2>{t.identifiers.windows}</h2>
          <span className="quiet">{t.identifiers.windowsHelp}</span>
        </div>
        {life.windows.length ? (
          <dl className="facts identifier-windows">
            {[...life.windows].sort((one, other) => Number(isEmpty(one.value)) - Number(isEmpty(other.value))).map((window) => (
              <div key={window.name} className={isEmpty(window.value) ? 'quiet' : undefined}>
                <dt className="cut" title={window.name}>
                  {named(window, window.name)}
                </dt>
                <dd className="number">{amount(window.value, window.unit)}</dd>
              </div>
            ))}
          </dl>
        ) : (
          <span className="quiet">{t.identifiers.noWindows}</span>
        )}
      </section>
      <section className="panel" aria-label={t.identifiers.recent}>
        <div className="panel-head">
          <h2>{t.identifiers.recent}</h2>
          <Link to={all}>{t.identifiers.all}</Link>
        </div>
        <EventTable rows={life.recent} />
      </section>
    </div>
  )
}

function isEmpty(value: Value): boolean {
  return value === 0 || value === false || value === null
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <span className="quiet">{name}</span>
      {children}
    </div>
  )
}
