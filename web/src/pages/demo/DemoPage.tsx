import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons'
import { Alert, Button, Select, Skeleton, Tooltip } from 'antd'
import { Problem, type Demo } from '@/api'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'
import { clock, compact, number, percent } from '@/lib/format'
import { useUrl } from '@/lib/useUrl'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { Figure } from '@/parts/Figure'
import { PageFrame } from '@/parts/PageFrame'
import './demo.css'
import { Gangs } from './Gangs'
import { TruthPanel } from './TruthPanel'
import { useDemo, useDemoChange } from './useDemo'

const SPEEDS = [1, 10, 60, 240, 600, 1800, 3600]

export default function DemoPage() {
  const t = useText()
  const { data: demo, error, refetch } = useDemo()
  const [query, change] = useUrl()
  const gone = error instanceof Problem && error.status === 404
  return (
    <PageFrame title={t.demo.title} line={t.demo.line} extra={demo ? <Controls demo={demo} /> : null}>
      {gone ? (
        <section className="panel">
          <EmptyState title={t.demo.none} help={t.demo.noneHelp} />
        </section>
      ) : error ? (
        <ErrorPanel error={error} retry={() => void refetch()} />
      ) : null}
      {demo?.fault ? <Alert type="warning" showIcon title={t.demo.fault} description={demo.fault} /> : null}
      {demo ? (
        <>
          <Totals demo={demo} />
          <Gangs demo={demo} onMissed={(gang) => change({ gang, which: null })} />
          <TruthPanel gangs={demo.gangs} query={query} change={change} />
        </>
      ) : error ? null : (
        <Skeleton active />
      )}
    </PageFrame>
  )
}

function Controls({ demo }: { demo: Demo }) {
  const t = useText()
  const may = useMay()('demo.control')
  const change = useDemoChange()
  const speeds = SPEEDS.includes(demo.speed) ? SPEEDS : [...SPEEDS, demo.speed].sort((one, other) => one - other)
  return (
    <>
      <span className="quiet">{t.demo.people(number(demo.people), String(demo.seed))}</span>
      <span className="demo-clock">
        <span className="quiet">{t.demo.clock}</span> <strong className="number">{clock(demo.clock)}</strong>
      </span>
      {may ? (
        <>
          <Tooltip title={t.demo.speedHelp}>
            <Select
              aria-label={t.demo.speed}
              className="demo-speed"
              value={demo.speed}
              onChange={(speed) => change.mutate({ speed })}
              options={speeds.map((value) => ({ value, label: t.demo.speedOf(number(value)) }))}
            />
          </Tooltip>
          <Button
            type={demo.running ? 'default' : 'primary'}
            icon={demo.running ? <PauseOutlined /> : <CaretRightOutlined />}
            loading={change.isPending}
            onClick={() => change.mutate({ running: !demo.running })}
          >
            {demo.running ? t.demo.pause : t.demo.start}
          </Button>
        </>
      ) : (
        <Tooltip title={t.demo.readOnly}>
          <span className="quiet helped" tabIndex={0}>
            {t.demo.speedOf(number(demo.speed))} · {demo.running ? t.demo.running : t.demo.stopped}
          </span>
        </Tooltip>
      )}
    </>
  )
}

function Totals({ demo }: { demo: Demo }) {
  const t = useText()
  const { fraud, caught, missed, false_alarms, honest } = demo.totals
  const share = (part: number, whole: number) => (whole ? percent(part / whole, 2) : '–')
  return (
    <section className="figures" aria-label={t.demo.totals.label}>
      <Figure name={t.demo.totals.fraud} value={compact(fraud)} />
      <Figure name={t.demo.totals.caught} value={compact(caught)} note={t.demo.totals.ofFraud(share(caught, fraud))} />
      <Figure name={t.demo.totals.missed} value={compact(missed)} note={t.demo.totals.ofFraud(share(missed, fraud))} />
      <Figure
        name={t.demo.totals.falseAlarms}
        value={compact(false_alarms)}
        note={t.demo.totals.ofHonest(share(false_alarms, honest))}
        help={t.demo.totals.falseHelp}
      />
      <Figure name={t.demo.totals.honest} value={compact(honest)} />
    </section>
  )
}
