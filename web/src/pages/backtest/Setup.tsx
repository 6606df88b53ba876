import { PlayCircleOutlined } from '@ant-design/icons'
import { Button, Form, Segmented, Select } from 'antd'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Job } from '@/api'
import { useRules } from '@/api/rules'
import { useSession } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { keptDrafts } from '../rules/editor/draft'
import { draftChoice, ruleChoice, ruleTexts, type Choice } from './choice'

const SPANS = { hour: 1, day: 24, all: null } as const
type Span = keyof typeof SPANS
type Truth = 'labels' | 'demo' | 'none'

interface Given {
  /** A rule to begin with, and a draft to begin with. */
  rule: string | null
  draft: Choice | null
  onStarted: (job: string) => void
}

/** What to try, over which span, judged by what. */
export function Setup({ rule, draft, onStarted }: Given) {
  const t = useText()
  const { demo } = useSession()
  const { data: rules } = useRules()
  const [chosen, choose] = useState<Choice[] | null>(null)
  const [span, setSpan] = useState<Span>('hour')
  const [truth, setTruth] = useState<Truth>(demo ? 'demo' : 'labels')
  const newest = rules?.find((each) => each.id === rule)
  const choices = chosen ?? [...(newest ? [ruleChoice(newest.id, newest.version)] : []), ...(draft ? [draft] : [])]
  const options = useOptions()
  const start = useMutation({
    mutationFn: async () =>
      api.post<Job>('/rules/backtest', {
        rules: await ruleTexts(choices),
        hours: SPANS[span],
        truth: truth === 'none' ? null : truth,
      }),
    onSuccess: (job) => onStarted(job.id),
  })
  return (
    <section className="panel" aria-label={t.backtest.title}>
      <Form layout="vertical" component="div" className="choice-row">
        <Form.Item label={t.backtest.rules} htmlFor="backtest-rules" help={t.backtest.rulesHint}>
          <Select<Choice[]>
            id="backtest-rules"
            mode="multiple"
            maxCount={10}
            placeholder={t.backtest.pick}
            showSearch={{ optionFilterProp: 'search' }}
            value={choices}
            onChange={choose}
            options={options}
          />
        </Form.Item>
        <Form.Item label={t.backtest.span}>
          <Segmented<Span>
            aria-label={t.backtest.span}
            value={span}
            onChange={setSpan}
            options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: t.backtest.spans[value] }))}
          />
        </Form.Item>
        <Form.Item label={t.backtest.truth} htmlFor="backtest-truth" help={t.backtest.truthHint[truth]}>
          <Select<Truth>
            id="backtest-truth"
            value={truth}
            onChange={setTruth}
            options={(['labels', ...(demo ? ['demo'] : []), 'none'] as Truth[]).map((value) => ({
              value,
              label: t.backtest.truths[value],
            }))}
          />
        </Form.Item>
        <div className="go">
          <Button
            type="primary"
            icon={<PlayCircleOutlined />}
            disabled={!choices.length}
            title={choices.length ? undefined : t.backtest.chooseRule}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            {t.backtest.start}
          </Button>
        </div>
      </Form>
      {start.error ? <ErrorPanel error={start.error} /> : null}
    </section>
  )
}

/** Drafts of this browser, then every version of every rule. */
function useOptions() {
  const t = useText()
  const named = useNamed()
  const { data: rules } = useRules()
  const { data: drafts } = useQuery({ queryKey: ['drafts'], queryFn: () => keptDrafts(), staleTime: 0 })
  const kept = (drafts ?? []).map((name) => {
    const label = name === 'new' ? t.backtest.draft : `${name} · ${t.backtest.draft}`
    return { value: draftChoice(name), label, search: label }
  })
  const saved = (rules ?? []).flatMap((rule) =>
    rule.versions
      .toSorted((a, b) => b - a)
      .map((version) => ({
        value: ruleChoice(rule.id, version),
        label: rule.versions.length > 1 ? `${rule.id} · ${t.rules.version(version)}` : rule.id,
        search: `${rule.id} ${named(rule.explain)}`,
      })),
  )
  return [...kept, ...saved]
}
