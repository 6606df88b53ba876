import { Tooltip } from 'antd'
import { Link } from 'react-router'
import type { Rising } from '@/api'
import { useNamed, useText } from '@/i18n'
import { number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'

const SHOWN = 6

/** Kinds of fraud that grow: this hour against the one before. */
export function RisingPanel({ rising }: { rising: Rising[] }) {
  const t = useText()
  const named = useNamed()
  const most = Math.max(1, ...rising.map(({ hour }) => hour))
  return (
    <section className="panel" aria-label={t.now.rising.title}>
      <div className="panel-head">
        <h2>
          <Tooltip title={t.now.rising.help}>
            <span className="helped" tabIndex={0}>
              {t.now.rising.title}
            </span>
          </Tooltip>
        </h2>
      </div>
      {rising.length ? (
        <ol className="rising">
          {rising.slice(0, SHOWN).map((kind) => (
            <li key={kind.type}>
              <Link to={`/decisions?type=${encodeURIComponent(kind.type)}`} className="cut">
                {named(kind, kind.type)}
              </Link>
              <span className="number quiet">{t.now.rising.hour(number(kind.hour))}</span>
              <strong className="number">
                {kind.ratio === null ? t.now.rising.fresh : t.now.rising.ratio(number(kind.ratio, 1))}
              </strong>
              <span className="rising-bar" aria-hidden>
                <span className="rising-before" style={{ width: `${(kind.hour_before / most) * 100}%` }} />
                <span style={{ width: `${(kind.hour / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ol>
      ) : (
        <EmptyState small title={t.now.rising.none} help={t.now.rising.noneHelp} />
      )}
    </section>
  )
}
