import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, type RuleFault, type RuleText, type Validation } from '@/api'
import type { Spot } from '../condition/spot'

const PAUSE = 350

/** The server's judgement of a draft, asked for when its writer pauses. */
export function useCheck(draft: RuleText) {
  const settled = useSettled(draft)
  const asked = settled.when.trim() !== ''
  const found = useQuery({
    queryKey: ['rules', 'validate', settled],
    queryFn: () => api.post<Validation>('/rules/validate', { rule: sent(settled) }),
    enabled: asked,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  })
  return { ...found, asked, busy: asked && (found.isFetching || settled !== draft) }
}

/** A draft as the server takes it: an unnamed one gets a name of its channel, so that the rest can be judged. */
export function sent(draft: RuleText): RuleText {
  return { ...draft, id: draft.id || `${draft.channel}.draft` }
}

function useSettled(draft: RuleText): RuleText {
  const [settled, setSettled] = useState(draft)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), PAUSE)
    return () => clearTimeout(timer)
  }, [draft])
  return settled
}

/** The field that a fault is about, by its name in the form. */
export function fieldOf(fault: RuleFault): string {
  const last = fault.where.split('.').at(-1) ?? ''
  return last || 'rule'
}

/** Faults that have a place in the condition. */
export function spots(faults: RuleFault[], warning: boolean): Spot[] {
  return faults.flatMap((fault) =>
    fieldOf(fault) === 'when' && fault.line !== null && fault.column !== null
      ? [
          {
            line: fault.line,
            column: fault.column,
            length: fault.length ?? 1,
            message: fault.message,
            cure: fault.cure ?? '',
            warning,
          },
        ]
      : [],
  )
}

/** Warnings may come as mere text. */
export function asFault(warning: RuleFault | string): RuleFault {
  return typeof warning === 'string'
    ? { where: 'rule', message: warning, cure: null, line: null, column: null, length: null }
    : warning
}

/** Whether a fault only says that something has not been written yet: that is no mistake of its writer. */
export function isMissing(fault: RuleFault, draft: RuleText): boolean {
  const field = fieldOf(fault)
  if (field === 'fraud_type') return !draft.fraud_type
  return (field === 'zh' || field === 'en') && draft.explain[field].trim() === ''
}

export function conditionFirst(a: RuleFault, b: RuleFault): number {
  return Number(fieldOf(b) === 'when') - Number(fieldOf(a) === 'when')
}
