import { Button, Switch, Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import type { Demo, Gang } from '@/api'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { duration, number, percent } from '@/lib/format'
import { useDemoChange } from './useDemo'

/** Every gang: how much it did, how much of it was caught and after how long, and what was missed. */
export function Gangs({ demo, onMissed }: { demo: Demo; onMissed: (gang: string) => void }) {
  const t = useText()
  const named = useNamed()
  const may = useMay()('demo.control')
  const { mutate, isPending } = useDemoChange()
  const columns = useMemo<TableColumnsType<Gang>>(
    () => [
      {
        title: t.demo.gangs.on,
        width: 70,
        render: (_, gang) => (
          <Switch
            size="small"
            checked={gang.on}
            disabled={!may || isPending}
            aria-label={t.demo.gangs.onHelp(named(gang))}
            onChange={(on) => mutate({ gangs: { [gang.kind]: on } })}
          />
        ),
      },
      { title: t.demo.gangs.kind, render: (_, gang) => named(gang, gang.kind) },
      { title: t.demo.gangs.id, render: (_, gang) => <span className="mono quiet">{gang.id}</span> },
      {
        title: t.demo.gangs.events,
        align: 'right',
        width: 90,
        sorter: (one, other) => one.events - other.events,
        render: (_, { events }) => <span className="number">{number(events)}</span>,
      },
      {
        title: t.demo.gangs.caught,
        width: 230,
        sorter: (one, other) => rate(one) - rate(other),
        render: (_, gang) => <Caught gang={gang} />,
      },
      {
        title: t.demo.gangs.first,
        width: 150,
        sorter: (one, other) => (one.first_caught_after_s ?? Infinity) - (other.first_caught_after_s ?? Infinity),
        render: (_, { events, first_caught_after_s: after }) =>
          after !== null ? (
            t.demo.gangs.firstAfter(duration(after))
          ) : (
            <span className={events ? 'gang-free' : 'quiet'}>{events ? t.demo.gangs.notYet : t.demo.gangs.idle}</span>
          ),
      },
      {
        title: t.demo.gangs.missed,
        align: 'right',
        width: 100,
        defaultSortOrder: 'descend',
        sorter: (one, other) => one.missed - other.missed,
        render: (_, gang) =>
          gang.missed ? (
            <Button
              type="link"
              size="small"
              className="gang-missed"
              aria-label={t.demo.gangs.showMissed(number(gang.missed), gang.id)}
              onClick={() => onMissed(gang.id)}
            >
              {number(gang.missed)}
            </Button>
          ) : (
            <span className="quiet number">0</span>
          ),
      },
    ],
    [t, named, may, mutate, isPending, onMissed],
  )
  return (
    <section className="panel" aria-label={t.demo.gangs.title}>
      <div className="panel-head">
        <h2>{t.demo.gangs.title}</h2>
        <span className="quiet">{t.demo.gangs.help}</span>
      </div>
      <Table<Gang> size="small" rowKey="id" columns={columns} dataSource={demo.gangs} pagination={false} scroll={{ x: 860 }} />
    </section>
  )
}

function rate({ events, caught }: Gang): number {
  return events ? caught / events : -1
}

function Caught({ gang }: { gang: Gang }) {
  if (!gang.events) return <span className="quiet">–</span>
  return (
    <span className="caught">
      <span className="caught-rail" aria-hidden>
        <span style={{ width: `${rate(gang) * 100}%` }} />
      </span>
      <span className="number">{percent(rate(gang))}</span>
      <span className="number quiet">{number(gang.caught)}</span>
    </span>
  )
}
