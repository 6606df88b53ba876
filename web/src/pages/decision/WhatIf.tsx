import { Button, Drawer, Flex, Segmented } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, type Judged, type Value, type Verdict, type WhatIf as Answer } from '@/api'
import { useChannels } from '@/api/queries'
import { useText } from '@/i18n'
import { number } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { ActionTag, ScoreBar, TypeTag } from '@/parts/tags'
import { SlotInput } from './SlotInput'
import { useVariables } from './useVerdict'
import { asNumbers, changesOf, fieldSlots, knownThen, valueSlots, type Slot } from './whatIfForm'

interface Given {
  verdict: Verdict
  open: boolean
  onClose: () => void
}

/** Judge the event again with changed values, beside what was decided; nothing is stored. */
export function WhatIf({ verdict, open, onClose }: Given) {
  const t = useText()
  return (
    <Drawer open={open} onClose={onClose} size={920} title={t.decision.whatIf.title} destroyOnHidden>
      <Trial verdict={verdict} />
    </Drawer>
  )
}

function Trial({ verdict }: { verdict: Verdict }) {
  const t = useText()
  const schema = useChannels().get(verdict.event.channel)
  const variables = useVariables(verdict.event.channel)
  const fields = useMemo(() => fieldSlots(verdict, schema), [verdict, schema])
  const values = useMemo(() => valueSlots(verdict, schema, variables), [verdict, schema, variables])
  const [edited, setEdited] = useState<Record<string, Value>>({})
  const changes = changesOf(edited, fields)
  const [at, setAt] = useState<'then' | 'now'>('then')
  const given = changesOf(edited, values)
  const many = Object.keys(changes).length + Object.keys(given).length
  const read = asNumbers(at === 'then' ? { ...knownThen(values), ...given } : given)
  const run = useMutation({
    mutationFn: () =>
      api.post<Answer>('/what-if', {
        offset: verdict.event.offset,
        changes,
        ...(Object.keys(read).length ? { values: read } : {}),
      }),
  })
  const edit = (name: string, value: Value | undefined) => {
    const others = Object.entries(edited).filter(([other]) => other !== name)
    setEdited(Object.fromEntries(value === undefined ? others : [...others, [name, value]]))
  }
  const slots = (list: Slot[]) =>
    list.map((slot) => (
      <SlotInput key={slot.name} slot={slot} edited={edited[slot.name]} onEdit={(value) => edit(slot.name, value)} />
    ))
  return (
    <div className="what-if">
      <form
        className="what-if-form"
        onSubmit={(event) => {
          event.preventDefault()
          run.mutate()
        }}
      >
        <p className="quiet">{t.decision.whatIf.line}</p>
        <h3>{t.decision.whatIf.fields}</h3>
        {slots(fields)}
        {values.length ? (
          <>
            <Flex justify="space-between" align="center" className="what-if-values">
              <h3>{t.decision.whatIf.values}</h3>
              <Segmented
                size="small"
                aria-label={t.decision.whatIf.valuesHelp}
                value={at}
                onChange={setAt}
                options={(['then', 'now'] as const).map((value) => ({ value, label: t.decision.whatIf.at[value] }))}
              />
            </Flex>
            {slots(values)}
          </>
        ) : null}
        <Flex gap={8} align="center" className="what-if-run">
          <Button type="primary" htmlType="submit" loading={run.isPending} disabled={!many && at === 'then'}>
            {t.decision.whatIf.run}
          </Button>
          <Button
            disabled={!many}
            onClick={() => {
              setEdited({})
              run.reset()
            }}
          >
            {t.decision.whatIf.reset}
          </Button>
          <span className="quiet">{many ? t.decision.whatIf.changed(many) : t.decision.whatIf.unchanged}</span>
        </Flex>
      </form>
      <div className="what-if-outcome" aria-live="polite">
        {run.error ? <ErrorPanel error={run.error} retry={() => run.mutate()} /> : null}
        {run.data ? (
          <Outcome answer={run.data} verdict={verdict} />
        ) : run.error ? null : (
          <EmptyState title={t.decision.whatIf.unchanged} help={t.decision.whatIf.begin} />
        )}
      </div>
    </div>
  )
}

function Outcome({ answer, verdict }: { answer: Answer; verdict: Verdict }) {
  const t = useText()
  const before: Judged = answer.before ?? verdict
  const { after } = answer
  const points = (after.score - before.score) * 100
  const had = new Map(before.signals.map((signal) => [signal.id, signal]))
  const has = new Set(after.signals.map(({ id }) => id))
  const same = Math.abs(points) < 0.05 && before.action === after.action
  const rows = [
    ...after.signals.map((signal) => ({ ...signal, state: had.has(signal.id) ? ('kept' as const) : ('fresh' as const) })),
    ...before.signals.filter(({ id }) => !has.has(id)).map((signal) => ({ ...signal, state: 'gone' as const })),
  ]
  const order = { gone: 0, fresh: 1, kept: 2 }
  rows.sort((one, other) => order[one.state] - order[other.state])
  return (
    <>
      <div className="sides">
        <Side name={t.decision.whatIf.before} judged={before} />
        <Side name={t.decision.whatIf.after} judged={after} />
      </div>
      <p className="what-if-difference">
        <strong>
          {same
            ? t.decision.whatIf.same
            : t.decision.whatIf.difference(`${points > 0 ? '+' : ''}${number(points, 1)}`)}
        </strong>
      </p>
      <ul className="outcome">
        {rows.map((row) => (
          <li key={row.id} className={row.state}>
            <span className="outcome-state">{t.decision.whatIf[row.state]}</span>
            <span>
              {row.why || row.id}
              <br />
              <span className="mono quiet">{row.id}</span>
            </span>
            <span className="number">
              {row.weight > 0 ? '+' : ''}
              {number(row.weight, 2)}
            </span>
          </li>
        ))}
      </ul>
      {answer.note ? <p className="quiet">{answer.note}</p> : null}
    </>
  )
}

function Side({ name, judged }: { name: string; judged: Judged }) {
  return (
    <div className="side">
      <span className="quiet">{name}</span>
      <ScoreBar score={judged.score} width={110} />
      <ActionTag action={judged.action} />
      <TypeTag type={judged.type} />
    </div>
  )
}
