import type { EChartsOption } from 'echarts'
import { useMemo, useState } from 'react'
import { FONT, useDark } from '@/app/theme'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { Chart } from '@/parts/Chart'
import { BIN, POINTS } from './bins'

export interface Series {
  name: string
  label: string
  colour: string
  /** Means per second, the newest last. */
  counts: number[]
}

type Look = Omit<Series, 'counts'>

interface Given {
  title: string
  /** In the order in which they are stacked. */
  series: Series[]
  /** Left out until the legend brings it in. */
  hidden?: string
}

const AGO = Array.from({ length: POINTS }, (_, at) => String((POINTS - 1 - at) * BIN))

/** Decisions per second of the last five minutes, stacked, with a legend that hides and shows. */
export function RateChart({ title, series, hidden }: Given) {
  const t = useText()
  const dark = useDark()
  const [out, setOut] = useState<ReadonlySet<string>>(() => new Set(hidden ? [hidden] : []))
  const seen = useMemo(() => series.filter(({ name }) => !out.has(name)), [series, out])
  // The look is made anew only when it changes; each second brings only new data.
  const looks = JSON.stringify(seen.map(({ name, label, colour }) => ({ name, label, colour })))
  const option = useMemo(() => optionOf(JSON.parse(looks) as Look[], dark, t.now.charts.ago), [looks, dark, t])
  const update = useMemo(() => ({ series: seen.map(({ name, counts }) => ({ id: name, data: counts })) }), [seen])
  const toggle = (name: string) => {
    const next = new Set(out)
    if (!next.delete(name)) next.add(name)
    setOut(next)
  }
  const sums = Array.from({ length: POINTS }, (_, at) => seen.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0))
  const label = t.now.charts.describe(title, number(Math.max(0, ...sums), 1), number(sums.at(-1) ?? 0, 1))
  return (
    <section className="panel rate">
      <div className="panel-head">
        <h2>{title}</h2>
        <div className="legend" role="group" aria-label={t.now.charts.legend}>
          {series.map(({ name, label: text, colour }) => (
            <button key={name} type="button" aria-pressed={!out.has(name)} onClick={() => toggle(name)}>
              <i aria-hidden style={{ background: colour }} />
              {text}
            </button>
          ))}
        </div>
      </div>
      <Chart option={option} update={update} height={140} label={label} />
    </section>
  )
}

function optionOf(series: Look[], dark: boolean, ago: (seconds: number) => string): EChartsOption {
  const ink = dark ? '#a9b8c6' : '#4d5b68'
  const line = dark ? '#2a3744' : '#e6eaef'
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 4, right: 14, top: 8, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis', axisPointer: { type: 'line' }, confine: true, order: 'seriesDesc',
      backgroundColor: dark ? '#1d2731' : '#ffffff', borderColor: line,
      textStyle: { color: dark ? '#e3eaf1' : '#17222d', fontSize: 12, fontFamily: FONT },
      formatter: (points) => tipOf(points, ago),
    },
    xAxis: {
      type: 'category', data: AGO, boundaryGap: false,
      axisLabel: {
        color: ink, fontSize: 11, interval: (at: number) => ((POINTS - 1 - at) * BIN) % 60 === 0,
        formatter: (seconds: string) => ago(Number(seconds)), showMaxLabel: true, alignMaxLabel: 'right',
      },
      axisTick: { show: false }, axisLine: { lineStyle: { color: line } },
    },
    yAxis: {
      type: 'value', minInterval: 1, splitNumber: 3,
      axisLabel: { color: ink, fontSize: 11, formatter: (value: number) => number(value) },
      splitLine: { lineStyle: { color: line } },
    },
    series: series.map(({ name, label, colour }) => ({
      id: name, name: label, type: 'line', stack: 'all', symbol: 'none', color: colour,
      lineStyle: { width: 1, color: colour }, areaStyle: { color: colour, opacity: dark ? 0.55 : 0.62 }, emphasis: { disabled: true },
    })),
  }
}

interface Point {
  marker?: unknown
  seriesName?: string
  value?: unknown
  name?: string
}

function tipOf(points: unknown, ago: (seconds: number) => string): string {
  const list = (Array.isArray(points) ? points : [points]) as Point[]
  const rows = [...list].reverse().filter(({ value }) => Number(value) > 0)
  const head = `<div>${ago(Number(list[0]?.name ?? 0))}</div>`
  const body = rows.map(({ marker, seriesName, value }) => `<div>${String(marker)}${seriesName} <b>${number(Number(value), 1)}</b></div>`)
  return head + body.join('')
}
