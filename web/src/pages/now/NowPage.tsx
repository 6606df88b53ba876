import { Skeleton } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, type Now } from '@/api'
import { useDark } from '@/app/theme'
import { useText } from '@/i18n'
import { ACTION_COLOURS, ACTIONS, CHANNEL_COLOURS, CHANNELS } from '@/parts/colours'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { binned } from './bins'
import { EnginePanel } from './EnginePanel'
import { FeedPanel } from './FeedPanel'
import { Figures } from './Figures'
import './now.css'
import { RateChart } from './RateChart'
import { RisingPanel } from './RisingPanel'
import { useSeconds } from './useSeconds'

export default function NowPage() {
  const t = useText()
  const { data, error, refetch } = useQuery({
    queryKey: ['now'],
    queryFn: ({ signal }) => api.get<Now>('/now', {}, signal),
    refetchInterval: 15_000,
  })
  return (
    <PageFrame title={t.now.title} line={t.now.line}>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <div className="now">
        {data ? <Figures totals={data.totals} engine={data.engine} /> : <Skeleton active title={false} />}
        <Charts now={data} />
        <div className="now-lower">
          <FeedPanel />
          <div className="now-side">
            {data ? <RisingPanel rising={data.rising} /> : null}
            {data ? <EnginePanel engine={data.engine} /> : null}
          </div>
        </div>
      </div>
    </PageFrame>
  )
}

function Charts({ now }: { now: Now | undefined }) {
  const t = useText()
  const dark = useDark()
  const seconds = useSeconds(now)
  const side = dark ? 'dark' : 'light'
  const channels = useMemo(
    () =>
      CHANNELS.flatMap((name) => {
        const counts = seconds?.channels[name]
        if (!seconds || !counts) return []
        return [{ name, label: t.common.channels[name], colour: CHANNEL_COLOURS[name][side], counts: binned(counts, seconds.end) }]
      }),
    [seconds, side, t],
  )
  const actions = useMemo(
    () =>
      ACTIONS.flatMap((name) => {
        const counts = seconds?.actions[name]
        if (!seconds || !counts) return []
        return [{ name, label: t.common.actions[name], colour: ACTION_COLOURS[name][side], counts: binned(counts, seconds.end) }]
      }),
    [seconds, side, t],
  )
  return (
    <div className="now-charts">
      <RateChart title={t.now.charts.channels} series={channels} />
      <RateChart title={t.now.charts.actions} series={actions} hidden="allow" />
    </div>
  )
}
