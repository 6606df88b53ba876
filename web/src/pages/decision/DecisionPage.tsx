import { ExperimentOutlined } from '@ant-design/icons'
import { Alert, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { Verdict } from '@/api'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { percent } from '@/lib/format'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { ActionTag, ChannelTag, TypeTag } from '@/parts/tags'
import { TimeText } from '@/parts/TimeText'
import './decision.css'
import { EventPanel } from './EventPanel'
import { IdentifiersPanel } from './IdentifiersPanel'
import { NextPanel } from './NextPanel'
import { SignalsPanel } from './SignalsPanel'
import { useVerdict } from './useVerdict'
import { Waterfall } from './Waterfall'
import { WhatIf } from './WhatIf'

export default function DecisionPage() {
  const { offset = '' } = useParams()
  return <Decision key={offset} offset={offset} />
}

function Decision({ offset }: { offset: string }) {
  const t = useText()
  const may = useMay()
  const [whole, setWhole] = useState(false)
  const [trying, setTrying] = useState(false)
  const { data: verdict, error, refetch, isFetching } = useVerdict(offset, whole)
  const title = t.decision.title(offset)
  return (
    <PageFrame
      tab={title}
      title={title}
      line={verdict ? <Line verdict={verdict} /> : <Link to="/decisions">{t.decision.back}</Link>}
      extra={
        verdict && may('whatif.run') ? (
          <Button icon={<ExperimentOutlined />} onClick={() => setTrying(true)}>
            {t.decision.whatIf.open}
          </Button>
        ) : null
      }
    >
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      {verdict ? (
        <>
          {verdict.allowed ? (
            <Alert type="info" showIcon title={t.decision.allowed} description={t.decision.allowedHelp} />
          ) : null}
          <div className="decision">
            <div className="decision-main">
              <EventPanel verdict={verdict} whole={whole} busy={isFetching} onWhole={setWhole} />
              <SignalsPanel verdict={verdict} />
              {verdict.identifiers.length ? <IdentifiersPanel verdict={verdict} /> : null}
            </div>
            <div className="decision-side">
              <Waterfall verdict={verdict} />
              <NextPanel verdict={verdict} />
            </div>
          </div>
          <WhatIf verdict={verdict} open={trying} onClose={() => setTrying(false)} />
        </>
      ) : error ? null : (
        <section className="panel">
          <Skeleton active paragraph={{ rows: 8 }} />
        </section>
      )}
    </PageFrame>
  )
}

function Line({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const named = useNamed()
  const { event } = verdict
  return (
    <span className="decision-line">
      <strong className="decision-score number">{percent(verdict.score, 1)}</strong>
      <ActionTag action={verdict.action} />
      {verdict.type_name ? <span>{named(verdict.type_name)}</span> : <TypeTag type={verdict.type} />}
      <ChannelTag channel={event.channel} />
      <TimeText at={event.ts} />
      {event.id ? <span className="mono">{t.decision.event.id(event.id)}</span> : null}
    </span>
  )
}
