import { Form, Input, InputNumber, Select, Spin } from 'antd'
import { lazy, Suspense, useMemo } from 'react'
import type { Channel, RuleFault, RuleText, Validation, Vocabulary } from '@/api'
import { useChannels, useFraudTypes, useGroups } from '@/api/queries'
import { useRules } from '@/api/rules'
import { useNamed, useText } from '@/i18n'
import { number } from '@/lib/format'
import { CHANNELS } from '@/parts/colours'
import type { Words } from '../condition/completion'
import { asFault, fieldOf, spots } from './check'
import { Explain } from './Explain'
import '../condition/condition.css'

const ConditionEditor = lazy(() => import('../condition/ConditionEditor'))

interface Given {
  draft: RuleText
  change: (part: Partial<RuleText>) => void
  /** Whether it is a version of a rule that exists: then id and channel are fixed. */
  saved: boolean
  vocabulary: Vocabulary | undefined
  check: Validation | undefined
}

const ID = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/

export function idFault(id: string): boolean {
  return !ID.test(id)
}

/** The fields of a rule. Faults that the server found stand with their field. */
export function DraftForm({ draft, change, saved, vocabulary, check }: Given) {
  const t = useText()
  const words = useWords(draft.channel, vocabulary)
  const faults = useMemo(
    () => [...spots(check?.errors ?? [], false), ...spots((check?.warnings ?? []).map(asFault), true)],
    [check],
  )
  const faultOf = (field: string): RuleFault | undefined => check?.errors.find((fault) => fieldOf(fault) === field)
  const variables = vocabulary?.variables ?? []
  const reads = check?.reads ?? []
  return (
    <Form layout="vertical" component="section" className="panel draft-form">
      <Identity draft={draft} change={change} saved={saved} />
      <Form.Item label={t.editor.condition} required extra={t.editor.conditionHelp}>
        <Suspense
          fallback={
            <Spin description={t.editor.loading}>
              <div className="code-editor" />
            </Spin>
          }
        >
          <div className={faults.some((each) => !each.warning) ? 'code-editor-frame wrong' : 'code-editor-frame'}>
            <ConditionEditor
              value={draft.when}
              onChange={(when) => change({ when })}
              words={words}
              faults={faults}
              label={t.editor.condition}
              hint={t.editor.conditionHint}
              describedBy="check-result"
            />
          </div>
        </Suspense>
      </Form.Item>
      <Weighing draft={draft} change={change} />
      {(['zh', 'en'] as const).map((language) => (
        <Explain
          key={language}
          language={language}
          value={draft.explain[language]}
          onChange={(text) => change({ explain: { ...draft.explain, [language]: text } })}
          variables={variables}
          reads={reads}
          fault={draft.explain[language] ? faultOf(language) : undefined}
        />
      ))}
      <p className="quiet">{t.editor.explainHint}</p>
      <Form.Item label={t.editor.source} htmlFor="rule-source" style={{ marginBottom: 0 }}>
        <Input.TextArea
          id="rule-source"
          autoSize={{ minRows: 1, maxRows: 4 }}
          maxLength={500}
          placeholder={t.editor.sourceHint}
          value={draft.source ?? ''}
          onChange={(event) => change({ source: event.target.value || null })}
        />
      </Form.Item>
    </Form>
  )
}

function Identity({ draft, change, saved }: Pick<Given, 'draft' | 'change' | 'saved'>) {
  const t = useText()
  const { data: rules } = useRules()
  const taken = !saved && rules?.some((rule) => rule.id === draft.id)
  const wrong = draft.id !== '' && idFault(draft.id)
  return (
    <div className="form-row">
      <Form.Item
        label={t.editor.id}
        htmlFor="rule-id"
        required
        validateStatus={wrong ? 'error' : taken ? 'warning' : undefined}
        help={wrong ? t.editor.idShape : taken ? t.editor.idTaken : saved ? undefined : t.editor.idHint}
      >
        <Input
          id="rule-id"
          className="mono"
          disabled={saved}
          maxLength={80}
          autoComplete="off"
          value={draft.id}
          onChange={(event) => change({ id: event.target.value.trim() })}
        />
      </Form.Item>
      <Form.Item label={t.editor.channel} htmlFor="rule-channel" required>
        <Select
          id="rule-channel"
          disabled={saved}
          value={draft.channel}
          onChange={(channel: Channel) => change({ channel })}
          options={CHANNELS.map((value) => ({ value, label: t.common.channels[value] }))}
        />
      </Form.Item>
    </div>
  )
}

function Weighing({ draft, change }: Pick<Given, 'draft' | 'change'>) {
  const t = useText()
  const named = useNamed()
  const groups = useGroups()
  const types = useFraudTypes()
  const group = groups.get(draft.group)
  return (
    <>
      <div className="form-row">
        <Form.Item label={t.editor.weight} htmlFor="rule-weight" required help={t.editor.weightHint}>
          <InputNumber
            id="rule-weight"
            min={-10}
            max={10}
            step={0.5}
            controls={false}
            value={draft.weight}
            onChange={(weight) => change({ weight: weight ?? 0 })}
            style={{ width: '100%' }}
          />
        </Form.Item>
        <Form.Item
          label={t.editor.group}
          htmlFor="rule-group"
          required
          help={group ? t.editor.groupHint(number(group.cap, 2)) : undefined}
        >
          <Select
            id="rule-group"
            value={draft.group}
            onChange={(value) => change({ group: value })}
            options={[...groups.values()].map((each) => ({ value: each.id, label: named(each) }))}
          />
        </Form.Item>
      </div>
      <Form.Item label={t.editor.fraudType} htmlFor="rule-type" required>
        <Select
          id="rule-type"
          showSearch={{ optionFilterProp: 'search' }}
          value={draft.fraud_type}
          onChange={(value) => change({ fraud_type: value })}
          options={[...types.values()].map((each) => ({
            value: each.id,
            search: `${each.id} ${each.zh} ${each.en}`,
            label: (
              <span>
                {named(each)} <span className="mono quiet">{each.id}</span>
              </span>
            ),
          }))}
        />
      </Form.Item>
    </>
  )
}

/** The channel's words in the reader's language. */
function useWords(channel: Channel, vocabulary: Vocabulary | undefined): Words {
  const named = useNamed()
  const fields = useChannels().get(channel)?.fields
  return useMemo(
    () => ({
      variables: (vocabulary?.variables ?? []).map((each) => ({
        name: each.name,
        kind: each.kind,
        unit: each.unit ?? '',
        text: named(each),
      })),
      functions: (vocabulary?.functions ?? []).map((each) => ({ ...each, text: named(each) })),
      lists: (vocabulary?.lists ?? []).map((list) =>
        typeof list === 'string'
          ? { name: list, text: '' }
          : { name: list.name, text: named({ zh: list.zh ?? '', en: list.en ?? '' }) },
      ),
      values: Object.fromEntries((fields ?? []).flatMap((field) => (field.values ? [[field.name, field.values]] : []))),
    }),
    [vocabulary, fields, named],
  )
}
