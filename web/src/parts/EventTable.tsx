import { Table, type TableColumnsType } from 'antd'
import { useMemo, type ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import type { EventRow, VerdictRow } from '@/api'
import { useChannels, useFraudTypes } from '@/api/queries'
import { useNamed, useText } from '@/i18n'
import { amount, clock } from '@/lib/format'
import { IdentifierTag } from './IdentifierTag'
import { ActionTag, ChannelTag, ScoreBar, TypeTag } from './tags'
import { TimeText } from './TimeText'

type Row = EventRow & Partial<Pick<VerdictRow, 'signals'>>

interface Given<T extends Row> {
  rows: T[]
  loading?: boolean
  empty?: ReactNode
  /** Leaves the subject out where it is the page itself. */
  noSubject?: boolean
  /** Columns before the content. */
  more?: TableColumnsType<T>
}

/** Decided events as a table; a row leads to its decision. */
export function EventTable<T extends Row>({ rows, loading, empty, noSubject, more }: Given<T>) {
  const t = useText()
  const navigate = useNavigate()
  const channels = useChannels()
  const columns = useMemo<TableColumnsType<T>>(
    () => [
      {
        title: t.common.time,
        width: 168,
        className: 'no-wrap',
        render: (_, row) => (
          <Link to={`/decisions/${row.offset}`} aria-label={`${t.decisions.open(String(row.offset))} ${clock(row.ts)}`}>
            <TimeText at={row.ts} />
          </Link>
        ),
      },
      { title: t.common.channel, width: 110, render: (_, row) => <ChannelTag channel={row.channel} /> },
      ...(noSubject
        ? []
        : [
            {
              title: t.decisions.subject,
              width: 170,
              render: (_: unknown, row: T) => {
                const field = channels.get(row.channel)?.subject
                return (
                  <IdentifierTag
                    kind={row.subject_kind}
                    value={row.subject}
                    reference={field ? `@${row.offset}.${field}` : null}
                  />
                )
              },
            },
          ]),
      { title: t.common.score, width: 120, render: (_, row) => <ScoreBar score={row.score} /> },
      { title: t.common.action, width: 92, render: (_, row) => <ActionTag action={row.action} /> },
      {
        title: t.common.type,
        width: 172,
        ellipsis: true,
        render: (_, row) => (row.type ? <TypeTag type={row.type} /> : <span className="quiet">–</span>),
      },
      ...(more ?? []),
      { title: t.decisions.content, ellipsis: true, render: (_, row) => <Content row={row} /> },
    ],
    [t, channels, noSubject, more],
  )
  return (
    <Table<T>
      size="small"
      rowKey="offset"
      columns={columns}
      dataSource={rows}
      loading={loading ?? false}
      pagination={false}
      scroll={{ x: 980 }}
      locale={{ emptyText: empty }}
      onRow={(row) => ({
        className: 'row-link',
        onClick: (event) => {
          if (!(event.target as HTMLElement).closest('a, button')) void navigate(`/decisions/${row.offset}`)
        },
      })}
    />
  )
}

/** A value that is wholly masked says nothing in a line. */
const HIDDEN = '****'
const LEFT_OUT = new Set(['id', 'ts'])

/** The event's other fields in a line, each with its name and unit. */
function Content({ row }: { row: EventRow }) {
  const named = useNamed()
  const t = useText()
  const types = useFraudTypes()
  const schema = useChannels().get(row.channel)
  const pieces = (schema?.fields ?? []).flatMap((field) => {
    const value = row.fields[field.name]
    if (LEFT_OUT.has(field.name) || field.name === schema?.subject || value === null || value === undefined || value === '' || value === HIDDEN) return []
    const known = types.get(String(value))
    const shown =
      field.type === 'code'
        ? (t.common.codes[String(value)] ?? named(known, String(value)))
        : amount(value, field.unit)
    return [{ name: named(field, field.name), value: shown }]
  })
  return (
    <span className="content-line">
      {pieces.map(({ name, value }) => (
        <span key={name}>
          <span className="quiet">{name}</span> {value}
        </span>
      ))}
    </span>
  )
}
