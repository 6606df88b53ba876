import { useText } from '@/i18n'
import { percent } from '@/lib/format'
import type { Point } from './card'

const SIZE = 220
const ROOM = 46
const ALL = SIZE + ROOM + 18

/** Probability before calibration against after it. The same figures stand in a table beside the plot. */
export function Calibration({ points }: { points: Point[] }) {
  const t = useText()
  const few = thinned(points)
  const x = (share: number) => ROOM + share * SIZE
  const y = (share: number) => 8 + (1 - share) * SIZE
  const line = points.map((point) => `${x(point.predicted)},${y(point.observed)}`).join(' ')
  return (
    <div className="calibration">
      <svg viewBox={`0 0 ${ALL} ${ALL + 14}`} role="img" aria-label={t.models.calibration} className="calibration-plot">
        {[0, 0.25, 0.5, 0.75, 1].map((at) => (
          <g key={at} className="calibration-grid">
            <line x1={x(at)} x2={x(at)} y1={y(0)} y2={y(1)} />
            <line x1={x(0)} x2={x(1)} y1={y(at)} y2={y(at)} />
            <text x={x(at)} y={y(0) + 14} textAnchor="middle">
              {at * 100}%
            </text>
            <text x={x(0) - 5} y={y(at) + 4} textAnchor="end">
              {at * 100}%
            </text>
          </g>
        ))}
        <line className="calibration-perfect" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        <polyline className="calibration-line" points={line} />
        {few.map((point, at) => (
          <circle key={at} className="calibration-point" cx={x(point.predicted)} cy={y(point.observed)} r={3} />
        ))}
        <text className="calibration-name" x={x(0.5)} y={y(0) + 30} textAnchor="middle">
          {t.models.predicted}
        </text>
        <text className="calibration-name" transform={`rotate(-90)`} x={-y(0.5)} y={8} textAnchor="middle">
          {t.models.observed}
        </text>
      </svg>
      <table className="plain-table">
        <caption>{t.models.bins}</caption>
        <thead>
          <tr>
            <th scope="col">{t.models.predicted}</th>
            <th scope="col">{t.models.observed}</th>
          </tr>
        </thead>
        <tbody>
          {few.map((point, at) => (
            <tr key={at}>
              <td>{percent(point.predicted, 1)}</td>
              <td>{percent(point.observed, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const ROWS = 11

/** Points at even distances, so that a table of them stays short; the first and the last are always among them. */
function thinned(points: Point[]): Point[] {
  if (points.length <= ROWS) return points
  const step = (points.length - 1) / (ROWS - 1)
  return Array.from({ length: ROWS }, (_, at) => points[Math.round(at * step)]).filter((point) => point !== undefined)
}
