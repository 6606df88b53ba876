import { ReloadOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, DatePicker, Input, Segmented, Select } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useState } from 'react'
import { useFraudTypes } from '@/api/queries'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { percent } from '@/lib/format'
import { ACTIONS, CHANNELS } from '@/parts/colours'

/** Names of the filters, in the address as in the server's query. */
export const FILTERS = ['channel', 'action', 'type', 'min_score', 'identifier', 'kind', 'since', 'until'] as const

const LEVELS = [0.1, 0.3, 0.5, 0.7, 0.9]

interface Given {
  query: URLSearchParams
  change: (wanted: Record<string, string | number | null | undefined>) => void
  events: boolean
  busy: boolean
  onRefresh: () => void
}

/** What is looked for; everything is kept in the address. */
export function Filters({ query, change, events, busy, onRefresh }: Given) {
  const t = useText()
  const named = useNamed()
  const may = useMay()
  const types = useFraudTypes()
  const given = (name: string) => query.get(name) ?? undefined
  const at = (name: string) => (query.get(name) ? dayjs(Number(query.get(name))) : null)
  return (
    <div className="filters" role="search">
      {may('verdicts.read') ? (
        <Segmented
          aria-label={t.decisions.view}
          value={events ? 'events' : 'verdicts'}
          onChange={(value) => change({ view: value === 'events' ? 'events' : null })}
          options={[
            { value: 'verdicts', label: t.decisions.verdicts },
            { value: 'events', label: t.decisions.events },
          ]}
        />
      ) : null}
      <IdentifierInput value={given('identifier') ?? ''} onChange={(identifier) => change({ identifier, kind: null })} />
      <Select
        allowClear
        aria-label={t.decisions.channel}
        placeholder={t.decisions.channel}
        className="filter-narrow"
        value={given('channel')}
        onChange={(channel) => change({ channel })}
        options={CHANNELS.map((value) => ({ value, label: t.common.channels[value] }))}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t.decisions.type}
        placeholder={t.decisions.type}
        className="filter-wide"
        value={given('type')}
        onChange={(type) => change({ type })}
        options={[...types.values()].map((type) => ({ value: type.id, label: named(type, type.id) }))}
      />
      <Select
        allowClear
        aria-label={t.decisions.action}
        placeholder={t.decisions.action}
        className="filter-narrow"
        value={given('action')}
        onChange={(action) => change({ action })}
        options={ACTIONS.map((value) => ({ value, label: t.common.actions[value] }))}
      />
      <Select
        allowClear
        aria-label={t.decisions.level}
        placeholder={t.decisions.level}
        className="filter-narrow"
        value={query.get('min_score') ? Number(query.get('min_score')) : undefined}
        onChange={(level) => change({ min_score: level })}
        options={LEVELS.map((value) => ({ value, label: t.decisions.levelOf(percent(value)) }))}
      />
      <DatePicker.RangePicker
        showTime
        allowEmpty={[true, true]}
        format="MM-DD HH:mm"
        aria-label={t.decisions.from}
        placeholder={[t.decisions.from, t.decisions.to]}
        className="filter-range"
        value={[at('since'), at('until')]}
        onChange={(range) => change({ since: range?.[0]?.valueOf() ?? null, until: range?.[1]?.valueOf() ?? null })}
      />
      <Button type="text" icon={<ReloadOutlined />} loading={busy} aria-label={t.common.refresh} onClick={onRefresh} />
      {FILTERS.some((name) => query.get(name)) ? (
        <Button type="link" size="small" onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}>
          {t.decisions.reset}
        </Button>
      ) : null}
    </div>
  )
}

function IdentifierInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useText()
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  return (
    <Input
      allowClear
      className="filter-identifier"
      prefix={<SearchOutlined className="quiet" />}
      aria-label={t.decisions.identifier}
      placeholder={t.decisions.identifier}
      maxLength={256}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value)
        if (event.target.value === '') onChange('')
      }}
      onPressEnter={() => onChange(typed.trim())}
      onBlur={() => typed.trim() !== value && onChange(typed.trim())}
    />
  )
}
