import { ArrowLeftOutlined, EditOutlined, ExperimentOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { Link, useNavigate, useParams } from 'react-router'
import { Problem, type RuleHistory } from '@/api'
import { useFraudTypes, useGroups } from '@/api/queries'
import { useRule } from '@/api/rules'
import { useMay, useSession } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { ChannelTag, TypeTag } from '@/parts/tags'
import { TimeText } from '@/parts/TimeText'
import { Condition } from './condition/Condition'
import { Life } from './Life'
import { honestOf, Measured } from './Measured'
import { StageTag } from './StageTag'
import { useStory } from './story'
import { Template } from './Template'
import { Versions } from './Versions'
import './rules.css'

/** One rule: what it says, how it does, where it stands, and every version of it. */
export default function RulePage() {
  const t = useText()
  const { id = '' } = useParams()
  const { data: rule, error, refetch } = useRule(id)
  const named = useNamed()
  if (error instanceof Problem && error.status === 404) {
    return (
      <PageFrame title={t.rules.notFound(id)}>
        <EmptyState title={t.rules.notFound(id)} help={t.rules.notFoundHint}>
          <Link to="/rules">{t.rules.back}</Link>
        </EmptyState>
      </PageFrame>
    )
  }
  return (
    <PageFrame
      title={id}
      line={
        <span>
          <Link to="/rules">
            <ArrowLeftOutlined /> {t.rules.back}
          </Link>
          {rule ? <span> · {named(rule.explain)}</span> : null}
        </span>
      }
      extra={<Buttons id={id} />}
    >
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      {rule ? <Everything rule={rule} /> : error ? null : <Skeleton active paragraph={{ rows: 8 }} />}
    </PageFrame>
  )
}

function Buttons({ id }: { id: string }) {
  const t = useText()
  const may = useMay()
  const go = useNavigate()
  const path = encodeURIComponent(id)
  return (
    <>
      {may('rules.backtest') ? (
        <Button icon={<ExperimentOutlined />} onClick={() => void go(`/backtest?rule=${path}`)}>
          {t.rules.tryIt}
        </Button>
      ) : null}
      {may('rules.draft') ? (
        <Button icon={<EditOutlined />} onClick={() => void go(`/rules/${path}/edit`)}>
          {t.rules.edit}
        </Button>
      ) : null}
    </>
  )
}

function Everything({ rule }: { rule: RuleHistory }) {
  const t = useText()
  return (
    <div className="page-columns">
      <div className="stacked">
        <section className="panel">
          <h2>{t.rules.condition}</h2>
          <Condition text={rule.when} />
        </section>
        <section className="panel">
          <h2>{t.rules.explanations}</h2>
          <dl className="fact-list">
            <dt>{t.rules.chinese}</dt>
            <dd lang="zh">
              <Template text={rule.explain.zh} />
            </dd>
            <dt>{t.rules.english}</dt>
            <dd lang="en">
              <Template text={rule.explain.en} />
            </dd>
          </dl>
        </section>
        <Versions rule={rule} />
      </div>
      <div className="stacked">
        <Life rule={rule} />
        <section className="panel">
          <h2>{t.rules.performance}</h2>
          <div className="figure-grid">
            <Figure name={t.rules.column.hits} value={number(rule.hits)} />
            <Figure name={t.rules.column.shadowHits} value={number(rule.shadow_hits)} />
            <Figure
              name={t.rules.column.precision}
              value={<Measured share={rule.precision} labelled={rule.labelled} />}
            />
            <Figure
              name={t.rules.column.falseBlocks}
              value={<Measured share={rule.false_block_rate} labelled={honestOf(rule)} />}
            />
          </div>
          <p className="quiet">{t.rules.performanceHint}</p>
        </section>
        <Facts rule={rule} />
        <History rule={rule} />
      </div>
    </div>
  )
}

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div className="figure-box">
      <span className="quiet">{name}</span>
      <b>{value}</b>
    </div>
  )
}

function Facts({ rule }: { rule: RuleHistory }) {
  const t = useText()
  const named = useNamed()
  const group = useGroups().get(rule.group)
  const types = useFraudTypes()
  return (
    <section className="panel">
      <h2>{t.rules.facts}</h2>
      <dl className="fact-list">
        <dt>{t.common.channel}</dt>
        <dd>
          <ChannelTag channel={rule.channel} />
        </dd>
        <dt>{t.rules.column.stage}</dt>
        <dd>
          <StageTag stage={rule.stage} share={rule.share} />{' '}
          <span className="quiet">{t.rules.version(rule.version)}</span>
        </dd>
        <dt>{t.rules.column.weight}</dt>
        <dd>
          <span className="number">{number(rule.weight, 2)}</span> <span className="quiet">{t.rules.tip.weight}</span>
        </dd>
        <dt>{t.rules.group}</dt>
        <dd>
          {named(group, rule.group)} {group ? <span className="quiet">{t.rules.cap(number(group.cap, 2))}</span> : null}
        </dd>
        <dt>{t.rules.fraudType}</dt>
        <dd>
          <TypeTag type={rule.fraud_type} />
          {rule.fraud_type && types.has(rule.fraud_type) ? (
            <span className="mono quiet"> {rule.fraud_type}</span>
          ) : null}
        </dd>
        <dt>{t.rules.author}</dt>
        <dd>{rule.author || t.rules.shipped}</dd>
        <dt>{t.rules.source}</dt>
        <dd lang={rule.source ? 'en' : undefined}>
          {rule.source || <span className="quiet">{t.rules.noSource}</span>}
        </dd>
      </dl>
    </section>
  )
}

function History({ rule }: { rule: RuleHistory }) {
  const t = useText()
  const { user } = useSession()
  const say = useStory()
  return (
    <section className="panel">
      <h2>{t.rules.history}</h2>
      {rule.history.length ? (
        <ol className="step-list">
          {rule.history
            .toSorted((a, b) => b.at - a.at)
            .map((change, at) => (
              <li key={at}>
                <div>{say(change.what)}</div>
                <span className="quiet">
                  <TimeText at={change.at} /> · {change.by === user.name ? user.display : change.by} ·{' '}
                  {t.rules.version(change.version)}
                </span>
              </li>
            ))}
        </ol>
      ) : (
        <span className="quiet">{t.rules.noHistory}</span>
      )}
    </section>
  )
}
