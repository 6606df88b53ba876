import { SearchOutlined } from '@ant-design/icons'
import { Input, Modal, Spin } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { api, part, type Found } from '@/api'
import { useText } from '@/i18n'
import { compact, number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'

const PAUSE = 180

interface Answer {
  items: Found[]
  took_ms: number
}

/** Search by any identifier; results stand in groups by kind and are chosen with the keyboard. */
export function GlobalSearch({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText()
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      width={620}
      destroyOnHidden
      closable={false}
      className="search-modal"
      style={{ top: 72 }}
      title={<span className="visually-hidden">{t.shell.search.title}</span>}
    >
      <SearchBox onClose={onClose} />
    </Modal>
  )
}

function SearchBox({ onClose }: { onClose: () => void }) {
  const t = useText()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const wanted = useSettled(typed.trim(), PAUSE)
  const list = useRef<HTMLDivElement>(null)
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['search', wanted],
    queryFn: ({ signal }) => api.get<Answer>('/search', { q: wanted }, signal),
    enabled: wanted !== '',
  })
  const groups = useMemo(() => group(data?.items ?? []), [data])
  const flat = groups.flatMap(([, items]) => items)
  useEffect(() => setAt(0), [data])
  const choose = (found: Found | undefined) => {
    if (!found) return
    onClose()
    void navigate(linkOf(found))
  }
  const keys = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step && flat.length) {
      event.preventDefault()
      const next = (at + step + flat.length) % flat.length
      setAt(next)
      list.current?.querySelectorAll('[role=option]')[next]?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(flat[at])
  }
  return (
    <div onKeyDown={keys}>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        suffix={isFetching ? <Spin size="small" /> : <kbd>Esc</kbd>}
        placeholder={t.shell.search.begin}
        aria-label={t.shell.search.input}
        role="combobox"
        aria-expanded={flat.length > 0}
        aria-controls="search-results"
        aria-activedescendant={flat.length ? `found-${at}` : undefined}
        maxLength={256}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className="search-results" ref={list}>
        {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
        {!wanted ? <EmptyState small title={t.shell.search.begin} help={t.shell.search.beginHelp} /> : null}
        {wanted && data && !flat.length ? (
          <EmptyState small title={t.shell.search.nothing} help={t.shell.search.nothingHelp} />
        ) : null}
        <div id="search-results" role="listbox" aria-label={t.shell.search.title}>
          {groups.map(([kind, items]) => (
            <div key={kind} role="group" aria-label={t.common.kinds[kind] ?? kind}>
              <div className="search-kind" aria-hidden>
                {t.common.kinds[kind] ?? kind}
              </div>
              {items.map((found) => {
                const place = flat.indexOf(found)
                return (
                  <div
                    key={found.link + found.value}
                    id={`found-${place}`}
                    role="option"
                    aria-selected={place === at}
                    className="search-found"
                    onMouseMove={() => setAt(place)}
                    onClick={() => choose(found)}
                  >
                    <span className="identifier cut">{found.shown}</span>
                    <span className="quiet">{t.shell.search.counts(compact(found.events), compact(found.verdicts))}</span>
                  </div>
                )
              })}
            </div>
          ))}
        </div>
      </div>
      {data && flat.length ? (
        <div className="search-foot quiet" role="status">
          {t.shell.search.results(flat.length, number(data.took_ms, 1))}
        </div>
      ) : null}
    </div>
  )
}

function group(items: Found[]): [string, Found[]][] {
  const by = new Map<string, Found[]>()
  for (const found of items) by.set(found.kind, [...(by.get(found.kind) ?? []), found])
  return [...by]
}

function linkOf(found: Found): string {
  return found.link.startsWith('/') ? found.link : `/identifiers/${part(found.kind)}/${part(found.value)}`
}

function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
