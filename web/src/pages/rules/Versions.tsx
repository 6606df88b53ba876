import { RollbackOutlined } from '@ant-design/icons'
import { App, Button, Flex, Segmented, Select, Table } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, part, type Rule, type RuleHistory } from '@/api'
import { rulesChanged } from '@/api/rules'
import { useMay } from '@/app/session'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { TimeText } from '@/parts/TimeText'
import { Difference } from './Difference'
import { StageTag } from './StageTag'

const ACTS = new Set(['live', 'share'])

/** All versions of a rule, the way back to one of them, and what differs between any two. */
export function Versions({ rule }: { rule: RuleHistory }) {
  const t = useText()
  const may = useMay()
  const rollBack = useRollBack(rule)
  const acting = actingOf(rule)
  const versions = rule.all.toSorted((a, b) => b.version - a.version)
  return (
    <section className="panel">
      <h2>{t.rules.versions}</h2>
      <Table<Rule>
        size="small"
        rowKey="version"
        pagination={versions.length > 8 ? { pageSize: 8 } : false}
        dataSource={versions}
        columns={[
          { title: t.rules.versions, render: (_, each) => t.rules.version(each.version), width: 110 },
          {
            title: t.rules.column.stage,
            render: (_, each) => (
              <Flex gap={6} align="center" wrap>
                <StageTag stage={each.stage} share={each.share} />
                {each.version === acting?.version ? <b>{t.rules.acting}</b> : null}
              </Flex>
            ),
          },
          { title: t.rules.column.weight, align: 'right', width: 80, render: (_, each) => number(each.weight, 2) },
          {
            title: t.rules.column.changed,
            render: (_, each) =>
              each.changed_at ? (
                <span>
                  <TimeText at={each.changed_at} show="minute" /> <span className="quiet">{each.changed_by}</span>
                </span>
              ) : (
                <span className="quiet">{t.rules.shipped}</span>
              ),
          },
          {
            title: <span className="visually-hidden">{t.rules.rollBack}</span>,
            align: 'right',
            render: (_, each) =>
              may('rules.publish') && each.version !== acting?.version && inUseAfter(rule, each) ? (
                <Button size="small" icon={<RollbackOutlined />} onClick={() => rollBack(acting ?? rule, each)}>
                  {t.rules.rollBack}
                </Button>
              ) : null,
          },
        ]}
      />
      <Compare versions={versions} />
    </section>
  )
}

/** There must be something to take back: a later version that is not retired, and one that was more than a draft. */
function inUseAfter(rule: RuleHistory, each: Rule): boolean {
  return each.stage !== 'draft' && rule.all.some((later) => later.version > each.version && later.stage !== 'retired')
}

/** The version that acts; a rule that has none is compared by its newest. */
function actingOf(rule: RuleHistory): Rule | undefined {
  return rule.all.find((each) => each.version === rule.acting) ?? rule.all.find((each) => ACTS.has(each.stage))
}

function Compare({ versions }: { versions: Rule[] }) {
  const t = useText()
  const [beside, setBeside] = useState(false)
  const [older, setOlder] = useState<number | null>(null)
  const [newer, setNewer] = useState<number | null>(null)
  if (versions.length < 2) return <p className="quiet">{t.rules.onlyOne}</p>
  const before = versions.find((each) => each.version === older) ?? versions[1]
  const after = versions.find((each) => each.version === newer) ?? versions[0]
  const options = versions.map((each) => ({
    value: each.version,
    label: `${t.rules.version(each.version)} · ${t.rules.stages[each.stage]}`,
  }))
  return (
    <div className="stacked" style={{ marginTop: 14 }}>
      <Flex gap={8} wrap align="center">
        <b>{t.rules.compare}</b>
        <Select
          aria-label={t.rules.older}
          value={before?.version}
          options={options}
          onChange={setOlder}
          style={{ width: 170 }}
        />
        <span aria-hidden>→</span>
        <Select
          aria-label={t.rules.newer}
          value={after?.version}
          options={options}
          onChange={setNewer}
          style={{ width: 170 }}
        />
        <Segmented
          aria-label={t.rules.compare}
          value={beside ? 'beside' : 'inline'}
          onChange={(value) => setBeside(value === 'beside')}
          options={[
            { value: 'inline', label: t.rules.inline },
            { value: 'beside', label: t.rules.sideBySide },
          ]}
        />
      </Flex>
      {before && after ? (
        <Difference
          before={before}
          after={after}
          beside={beside}
          equal={before === after ? t.rules.sameVersion : t.rules.equal}
        />
      ) : null}
    </div>
  )
}

function useRollBack(rule: RuleHistory): (from: Rule, to: Rule) => void {
  const t = useText()
  const queries = useQueryClient()
  const { modal, message } = App.useApp()
  return (from, to) =>
    void modal.confirm({
      title: t.rules.rollBackTitle(to.version),
      icon: null,
      width: 640,
      content: (
        <div className="stacked">
          <span>{t.rules.rollBackText(from.version, to.version)}</span>
          <Difference before={from} after={to} equal={t.rules.rollBackSame} />
        </div>
      ),
      okText: t.rules.rollBack,
      cancelText: t.common.cancel,
      onOk: async () => {
        try {
          await api.post(`/rules/${part(rule.id)}/rollback`, { version: to.version })
          await rulesChanged(queries)
          void message.success(t.rules.rolledBack(to.version))
        } catch (error) {
          const problem = asProblem(error)
          void message.error(`${problem.title} ${problem.cure}`, 8)
          throw error
        }
      },
    })
}
