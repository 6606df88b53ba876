import { useEffect, useRef } from 'react'
import { LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use as register, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { EChartsOption } from 'echarts'

register([LineChart, GridComponent, TooltipComponent, CanvasRenderer])

interface Given {
  /** How it looks; changes seldom. */
  option: EChartsOption
  /** What changes often, merged into the option: the series' data. */
  update?: EChartsOption
  height: number | string
  /** What the picture says, for those who don't see it. */
  label: string
}

/** One picture by ECharts, drawn with only the parts registered above, following the size of its place. */
export function Chart({ option, update, height, label }: Given) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  useEffect(() => {
    if (!place.current) return
    const drawn = init(place.current)
    chart.current = drawn
    const watcher = new ResizeObserver(() => drawn.resize())
    watcher.observe(place.current)
    return () => {
      watcher.disconnect()
      drawn.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(option, { lazyUpdate: true, replaceMerge: ['series'] })
  }, [option])
  useEffect(() => {
    // After the option above, which has no data of its own.
    if (update) chart.current?.setOption(update, { lazyUpdate: true })
  }, [option, update])
  return <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />
}
