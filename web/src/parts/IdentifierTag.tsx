import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { App, Button, Tooltip } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { api, asProblem, part } from '@/api'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'

/** What the server puts in the place of what it hides. */
const MASK = '****'

/** The page of an identifier, named by its value or by a reference to an event's field. */
export function identifierLink(kind: string, named: string): string {
  return `/identifiers/${part(kind)}/${part(named)}`
}

interface Given {
  kind: string | null | undefined
  /** As the server gave it: masked unless it was asked for in full. */
  value: string | null | undefined
  /** Stands for it in the address of its page, `@offset.field`: a masked value names nothing. */
  reference?: string | null
  /** Fetches the value in full; without it, no "show" is offered. The server notes each such read. */
  reveal?: () => Promise<string | null | undefined>
}

/** An identifier, masked, leading to its page; who may, can have it shown in full, which is noted in the audit log. */
export function IdentifierTag({ kind, value, reference, reveal }: Given) {
  const t = useText()
  const may = useMay()
  const { message } = App.useApp()
  const [whole, setWhole] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  if (!value) return <span className="quiet">–</span>
  const shown = whole ?? value
  const toggle = async () => {
    if (whole !== null) return setWhole(null)
    setBusy(true)
    try {
      setWhole((await reveal?.()) ?? null)
    } catch (error) {
      void message.error(asProblem(error).title)
    } finally {
      setBusy(false)
    }
  }
  const named = reference ?? (shown.includes(MASK) ? null : shown)
  const to = kind && named ? identifierLink(kind, named) : null
  const body = <span className="identifier">{shown}</span>
  return (
    <span className="identifier-tag">
      <Tooltip title={kind ? (t.common.kinds[kind] ?? kind) : undefined}>
        {to ? <Link to={to}>{body}</Link> : body}
      </Tooltip>
      {reveal && may('unmask') ? (
        <Tooltip title={whole === null ? t.common.showLogged : t.common.hide}>
          <Button
            type="text"
            size="small"
            loading={busy}
            aria-label={whole === null ? t.common.show : t.common.hide}
            icon={whole === null ? <EyeOutlined /> : <EyeInvisibleOutlined />}
            onClick={() => void toggle()}
          />
        </Tooltip>
      ) : null}
    </span>
  )
}

/** Reads one field of an event in full, for `reveal`. */
export async function revealField(offset: number, field: string): Promise<string | null> {
  const whole = await api.get<{ event: { fields: Record<string, unknown> } }>(`/verdicts/${part(offset)}`, {
    unmask: true,
  })
  const value = whole.event.fields[field]
  return value === null || value === undefined ? null : String(value)
}
