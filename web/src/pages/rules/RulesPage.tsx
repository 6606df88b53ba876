import { ExperimentOutlined, NodeIndexOutlined, PlusOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Flex, Input, Select, Table, Tooltip, type TableColumnsType } from 'antd'
import { useMemo, type ReactNode } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Rule, Stage } from '@/api'
import { useRules } from '@/api/rules'
import { useMay } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { number } from '@/lib/format'
import { CHANNELS } from '@/parts/colours'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { ChannelTag } from '@/parts/tags'
import { TimeText } from '@/parts/TimeText'
import { honestOf, Measured } from './Measured'
import { StageTag } from './StageTag'
import './rules.css'

const STAGES: Stage[] = ['draft', 'shadow', 'share', 'live', 'retired']

/** All rules with what they did: filters stay in the address, so that a view can be passed on. */
export default function RulesPage() {
  const t = useText()
  const may = useMay()
  const go = useNavigate()
  const { data, error, isPending, refetch } = useRules()
  const [asked, ask] = useSearchParams()
  const [channel, stage, text] = [asked.get('channel'), asked.get('stage'), asked.get('q') ?? '']
  const rules = useMemo(
    () => (data ?? []).filter((rule) => fits(rule, channel, stage, text)),
    [data, channel, stage, text],
  )
  const columns = useColumns()
  const set = (name: string, value: string | null | undefined) =>
    ask(
      (now) => {
        const next = new URLSearchParams(now)
        if (value) next.set(name, value)
        else next.delete(name)
        return next
      },
      { replace: true },
    )
  const clear = () => ask({}, { replace: true })
  return (
    <PageFrame
      title={t.rules.title}
      line={t.rules.intro}
      extra={
        <>
          {may('rules.backtest') ? (
            <Button icon={<ExperimentOutlined />} onClick={() => void go('/backtest')}>
              {t.rules.backtest}
            </Button>
          ) : null}
          <NewRule />
        </>
      }
    >
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <Flex gap={8} wrap align="center" role="search">
        <Input
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t.rules.search}
          aria-label={t.rules.search}
          value={text}
          onChange={(event) => set('q', event.target.value)}
          style={{ width: 300 }}
        />
        <Select
          allowClear
          aria-label={t.rules.channel}
          placeholder={t.rules.anyChannel}
          value={channel}
          onChange={(value) => set('channel', value)}
          options={CHANNELS.map((value) => ({ value, label: t.common.channels[value] }))}
          style={{ width: 150 }}
        />
        <Select
          allowClear
          aria-label={t.rules.stage}
          placeholder={t.rules.anyStage}
          value={stage}
          onChange={(value) => set('stage', value)}
          options={STAGES.map((value) => ({ value, label: t.rules.stages[value] }))}
          style={{ width: 150 }}
        />
        <span className="quiet" aria-live="polite">
          {data ? t.rules.counted(rules.length, data.length) : null}
        </span>
      </Flex>
      <div className="panel table-panel">
        <Table<Rule>
          size="small"
          rowKey="id"
          loading={isPending}
          dataSource={rules}
          columns={columns}
          pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: true }}
          scroll={{ x: 1080 }}
          locale={{ emptyText: isPending ? ' ' : <Nothing any={!!data?.length} clear={clear} /> }}
        />
      </div>
    </PageFrame>
  )
}

function NewRule() {
  const t = useText()
  const may = useMay()
  const go = useNavigate()
  if (!may('rules.draft')) return null
  return (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void go('/rules/new')}>
      {t.rules.create}
    </Button>
  )
}

function Nothing({ any, clear }: { any: boolean; clear: () => void }) {
  const t = useText()
  return any ? (
    <EmptyState title={t.rules.noMatch} help={t.rules.noMatchHint} icon={<SearchOutlined />}>
      <Button onClick={clear}>{t.rules.clear}</Button>
    </EmptyState>
  ) : (
    <EmptyState title={t.rules.none} help={t.rules.noneHint} icon={<NodeIndexOutlined />}>
      <NewRule />
    </EmptyState>
  )
}

function fits(rule: Rule, channel: string | null, stage: string | null, text: string): boolean {
  if (channel && rule.channel !== channel) return false
  if (stage && rule.stage !== stage) return false
  const within = `${rule.id} ${rule.explain.zh} ${rule.explain.en} ${rule.when} ${rule.fraud_type ?? ''}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => within.includes(word))
}

function useColumns(): TableColumnsType<Rule> {
  const t = useText()
  const named = useNamed()
  const head = (text: string, tip: string): ReactNode => (
    <Tooltip title={tip}>
      <span className="explained">{text}</span>
    </Tooltip>
  )
  const least = (value: number | null) => value ?? -1
  return [
    {
      title: t.rules.column.rule,
      dataIndex: 'id',
      sorter: (a, b) => a.id.localeCompare(b.id),
      render: (_, rule) => (
        <div className="rule-name">
          <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{named(rule.explain, rule.id)}</Link>
          <span className="mono quiet">{rule.id}</span>
        </div>
      ),
    },
    {
      title: t.rules.column.channel,
      width: 104,
      sorter: (a, b) => a.channel.localeCompare(b.channel),
      render: (_, rule) => <ChannelTag channel={rule.channel} />,
    },
    {
      title: t.rules.column.stage,
      width: 122,
      sorter: (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage),
      render: (_, rule) => <StageTag stage={rule.stage} share={rule.share} />,
    },
    {
      title: head(t.rules.column.weight, t.rules.tip.weight),
      align: 'right',
      width: 84,
      sorter: (a, b) => a.weight - b.weight,
      render: (_, rule) => <span className="number">{number(rule.weight, 2)}</span>,
    },
    {
      title: head(t.rules.column.hits, t.rules.tip.hits),
      align: 'right',
      width: 96,
      defaultSortOrder: 'descend',
      sorter: (a, b) => a.hits - b.hits,
      render: (_, rule) => <span className="number">{number(rule.hits)}</span>,
    },
    {
      title: head(t.rules.column.shadowHits, t.rules.tip.shadowHits),
      align: 'right',
      width: 112,
      sorter: (a, b) => a.shadow_hits - b.shadow_hits,
      render: (_, rule) => <span className="number">{number(rule.shadow_hits)}</span>,
    },
    {
      title: head(t.rules.column.precision, t.rules.tip.precision),
      align: 'right',
      width: 148,
      sorter: (a, b) => least(a.precision) - least(b.precision),
      render: (_, rule) => <Measured share={rule.precision} labelled={rule.labelled} />,
    },
    {
      title: head(t.rules.column.falseBlocks, t.rules.tip.falseBlocks),
      align: 'right',
      width: 148,
      sorter: (a, b) => least(a.false_block_rate) - least(b.false_block_rate),
      render: (_, rule) => <Measured share={rule.false_block_rate} labelled={honestOf(rule)} />,
    },
    {
      title: t.rules.column.changed,
      width: 150,
      sorter: (a, b) => (a.changed_at ?? 0) - (b.changed_at ?? 0),
      render: (_, rule) =>
        rule.changed_at ? (
          <span>
            <TimeText at={rule.changed_at} show="ago" /> <span className="quiet">{rule.changed_by}</span>
          </span>
        ) : (
          <span className="quiet">{t.rules.shipped}</span>
        ),
    },
  ]
}
