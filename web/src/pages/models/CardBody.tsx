import { Tag } from 'antd'
import { useState, type ReactNode } from 'react'
import type { Model } from '@/api'
import { useText } from '@/i18n'
import { number, percent } from '@/lib/format'
import { Calibration } from './Calibration'
import { asCard, classes, elsewhere, measures, methodOf, points, type Card } from './card'
import { useMetricName } from './metric'

/** A whole model card, laid out to be read. */
export function CardBody({ model }: { model: Model }) {
  const t = useText()
  const card = asCard(model.card)
  const trees = model.kind.includes('tree')
  return (
    <div className="model-body">
      {card.notes?.length ? (
        <Part title={t.models.notes}>
          <ul lang="en">
            {card.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Facts card={card} />
      <Scores card={card} />
      <Part title={t.models.calibration}>
        <Calibrated card={card} calibration={model.calibration} />
      </Part>
      <Classes card={card} />
      <Data card={card} />
      <Part title={t.models.reasons}>{trees ? t.models.reasonsTrees : t.models.reasonsCharacters}</Part>
      <Features names={card.features ?? []} />
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Facts({ card }: { card: Card }) {
  const t = useText()
  const facts: [string, ReactNode][] = [
    [t.models.trained, card.date],
    [t.models.task, card.task],
    [t.models.split, card.split],
    [t.models.baseRate, card.base_rate === null || card.base_rate === undefined ? null : percent(card.base_rate, 1)],
    [t.models.licence, card.licence],
    [t.models.digest, card.digest ? <span className="mono">{card.digest}</span> : null],
  ]
  return (
    <dl className="fact-list">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
    </dl>
  )
}

/** What stands on a card is in the language that its model was trained by. */
function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd lang="en">{value}</dd>
    </>
  )
}

function Scores({ card }: { card: Card }) {
  const t = useText()
  const metric = useMetricName()
  const found = measures(card)
  const rows = Number(card.scores?.['rows'] ?? 0)
  const times = Number(card.scores?.['repetitions'] ?? 1)
  if (!found.length) return null
  return (
    <Part title={t.models.scores}>
      <div className="figure-grid">
        {found.map((each) => (
          <div key={each.name} className="figure-box">
            <span className="quiet">{metric(each.name)}</span>
            <b>
              {number(each.value, 4)}{' '}
              {each.spread ? <span className="quiet">{t.models.spread(number(each.spread, 4))}</span> : null}
            </b>
          </div>
        ))}
      </div>
      {rows ? <p className="quiet">{t.models.testedOn(number(rows), times)}</p> : null}
      {elsewhere(card).map((part) => (
        <p key={part.name} className="quiet">
          {t.models.elsewhere} <span className="mono">{part.name}</span>{' '}
          {part.figures
            .map(([name, value]) => `${metric(name)} ${typeof value === 'number' ? number(value, 4) : value}`)
            .join(' · ')}
        </p>
      ))}
    </Part>
  )
}

function Calibrated({ card, calibration }: { card: Card; calibration: unknown }) {
  const t = useText()
  const found = points(calibration)
  const method = methodOf(card, calibration)
  const methods = t.models.methods as Record<string, string>
  return (
    <>
      {method ? <p>{methods[method] ?? method}</p> : null}
      {found.length ? (
        <>
          <p className="quiet">{t.models.calibrationHint}</p>
          <Calibration points={found} />
        </>
      ) : (
        <p className="quiet">{t.models.noCurve}</p>
      )}
    </>
  )
}

function Classes({ card }: { card: Card }) {
  const t = useText()
  const found = classes(card)
  if (!found.length) return null
  return (
    <Part title={t.models.classes}>
      <table className="plain-table">
        <thead>
          <tr>
            {[t.models.class, t.models.metric.precision, t.models.metric.recall, t.models.metric.f1, t.models.rows].map(
              (name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {found.map((each) => (
            <tr key={each.name}>
              <td className="mono">{each.name}</td>
              <td>{number(each.precision, 3)}</td>
              <td>{number(each.recall, 3)}</td>
              <td>{number(each.f1, 3)}</td>
              <td>{number(each.rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  )
}

function Data({ card }: { card: Card }) {
  const t = useText()
  if (!card.data?.length) return null
  return (
    <Part title={t.models.data}>
      <table className="plain-table">
        <thead>
          <tr>
            {[t.models.dataName, t.models.dataRows, t.models.dataSource, t.models.licence].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody lang="en">
          {card.data.map((each, at) => (
            <tr key={at}>
              <td>{each.name}</td>
              <td>{number(each.rows)}</td>
              <td>{each.source}</td>
              <td>{each.licence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  )
}

const FIRST = 24

function Features({ names }: { names: string[] }) {
  const t = useText()
  const [all, setAll] = useState(false)
  if (!names.length) return null
  const left = names.length - FIRST
  return (
    <Part title={t.models.features}>
      <div className="chip-row">
        {(all ? names : names.slice(0, FIRST)).map((name) => (
          <Tag key={name} className="mono">
            {name}
          </Tag>
        ))}
        {!all && left > 0 ? (
          <button type="button" className="plain-button link-like" onClick={() => setAll(true)}>
            {t.models.moreFeatures(left)}
          </button>
        ) : null}
      </div>
    </Part>
  )
}
