import { ExperimentOutlined, SaveOutlined } from '@ant-design/icons'
import { Alert, App, Button } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link, useNavigate } from 'react-router'
import { api, asProblem, type Rule, type RuleText } from '@/api'
import { rulesChanged, useVocabulary } from '@/api/rules'
import { useMay, useSession } from '@/app/session'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { useCheck } from './check'
import { CheckPanel } from './CheckPanel'
import { DraftForm, idFault } from './DraftForm'
import { useDraft } from './draft'
import { DryRun } from './DryRun'
import { Functions } from './Functions'
import '../rules.css'

interface Given {
  title: string
  /** The rule that gets a new version; null for a new rule. */
  saved: string | null
  start: RuleText
}

export function Editor({ title, saved, start }: Given) {
  const t = useText()
  const may = useMay()
  const { user } = useSession()
  const { draft, change, forget, dirty, restored } = useDraft(saved ?? 'new', start)
  const check = useCheck(draft)
  const { data: vocabulary, error } = useVocabulary(draft.channel)
  const ready = check.data?.ok === true && !check.busy && !idFault(draft.id)
  const save = useSave(forget)
  const saveNow = may('rules.draft') && ready ? () => save.mutate(draft) : null
  useShortcut(saveNow)
  return (
    <PageFrame
      title={title}
      line={
        <span>
          <Link to={saved ? `/rules/${encodeURIComponent(saved)}` : '/rules'}>{saved ?? t.rules.back}</Link>
          {saved ? <span> · {t.editor.newVersion}</span> : null}
        </span>
      }
      extra={
        <>
          <Discard dirty={dirty} forget={forget} />
          <ToBacktest ready={ready} name={saved ?? 'new'} />
          <Button
            type="primary"
            icon={<SaveOutlined />}
            disabled={!saveNow}
            loading={save.isPending}
            onClick={() => saveNow?.()}
            title="Ctrl+S"
          >
            {t.editor.save}
          </Button>
        </>
      }
    >
      {restored && dirty ? <Alert type="info" showIcon title={t.editor.keptDraft} /> : null}
      {may('rules.draft') ? null : (
        <Alert
          type="info"
          showIcon
          title={t.rules.mayNotDraft(t.common.roles[user.role])}
          description={t.editor.mayNot}
        />
      )}
      {save.error ? <ErrorPanel error={save.error} /> : null}
      {error ? <ErrorPanel error={error} /> : null}
      <div className="page-columns">
        <DraftForm draft={draft} change={change} saved={saved !== null} vocabulary={vocabulary} check={check.data} />
        <div className="stacked">
          <CheckPanel found={check.data} error={check.error} asked={check.asked} busy={check.busy} draft={draft} />
          <DryRun draft={draft} ready={check.data?.ok === true && !check.busy} />
          {vocabulary ? (
            <Functions
              functions={vocabulary.functions}
              onUse={(text) =>
                change({ when: `${draft.when}${draft.when && !/\s$/.test(draft.when) ? ' ' : ''}${text}` })
              }
            />
          ) : null}
        </div>
      </div>
    </PageFrame>
  )
}

function useSave(forget: () => void) {
  const t = useText()
  const queries = useQueryClient()
  const go = useNavigate()
  const { message } = App.useApp()
  return useMutation({
    mutationFn: (rule: RuleText) => api.post<Rule>('/rules', { rule }),
    onSuccess: async (rule) => {
      forget()
      await rulesChanged(queries)
      void message.success(t.editor.saved(rule.id, rule.version))
      void go(`/rules/${encodeURIComponent(rule.id)}`)
    },
    onError: (error) => void message.error(asProblem(error).title),
  })
}

/** Ctrl+S (or ⌘S) saves; while it cannot, the browser's own dialogue stays away as well. */
function useShortcut(act: (() => void) | null): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return
      event.preventDefault()
      act?.()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [act])
}

function Discard({ dirty, forget }: { dirty: boolean; forget: () => void }) {
  const t = useText()
  const { modal } = App.useApp()
  if (!dirty) return null
  const ask = () =>
    void modal.confirm({
      title: t.editor.discardTitle,
      content: t.editor.discardText,
      okText: t.editor.discard,
      okButtonProps: { danger: true },
      cancelText: t.common.cancel,
      onOk: forget,
    })
  return <Button onClick={ask}>{t.editor.discard}</Button>
}

function ToBacktest({ ready, name }: { ready: boolean; name: string }) {
  const t = useText()
  const may = useMay()
  const go = useNavigate()
  if (!may('rules.backtest')) return null
  return (
    <Button
      icon={<ExperimentOutlined />}
      disabled={!ready}
      onClick={() => void go(`/backtest?draft=${encodeURIComponent(name)}`)}
    >
      {t.editor.toBacktest}
    </Button>
  )
}
