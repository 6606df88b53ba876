import { useCallback, useState } from 'react'
import type { Channel, Rule, RuleText } from '@/api'

const PREFIX = 'xiezhi.draft.'

export const EMPTY: RuleText = {
  id: '',
  channel: 'call' as Channel,
  when: '',
  weight: 2,
  group: 'behaviour',
  fraud_type: null,
  explain: { zh: '', en: '' },
  source: null,
}

/** What is written of a rule, without what the server adds to it. */
export function textOf(rule: Rule): RuleText {
  const { id, channel, when, weight, group, fraud_type, explain, source } = rule
  return { id, channel, when, weight, group, fraud_type, explain: { zh: explain.zh, en: explain.en }, source }
}

export function keptDraft(key: string): RuleText | null {
  try {
    const text = localStorage.getItem(PREFIX + key)
    return text ? { ...EMPTY, ...(JSON.parse(text) as RuleText) } : null
  } catch {
    return null
  }
}

/** The rules whose drafts this browser keeps; 'new' stands for one that has no id yet. */
export function keptDrafts(): string[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length))
  } catch {
    return []
  }
}

function keep(key: string, draft: RuleText | null): void {
  try {
    if (draft) localStorage.setItem(PREFIX + key, JSON.stringify(draft))
    else localStorage.removeItem(PREFIX + key)
  } catch {
    // The draft then lives as long as the page.
  }
}

/** A draft that outlives the page: every change is kept until it is saved or discarded. */
export function useDraft(key: string, from: RuleText) {
  const [found] = useState(() => keptDraft(key))
  const [draft, setDraft] = useState(found ?? from)
  const [dirty, setDirty] = useState(found !== null)
  const change = useCallback(
    (part: Partial<RuleText>) => {
      setDirty(true)
      setDraft((now) => {
        const next = { ...now, ...part }
        keep(key, next)
        return next
      })
    },
    [key],
  )
  const forget = useCallback(() => {
    keep(key, null)
    setDirty(false)
    setDraft(from)
  }, [key, from])
  return { draft, change, forget, dirty, restored: found !== null }
}
