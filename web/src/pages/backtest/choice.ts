import { api, part, type RuleHistory, type RuleText } from '@/api'
import { keptDraft, textOf } from '@/pages/rules/editor/draft'
import { sent } from '@/pages/rules/editor/check'

/** What can be tried: `rule:<id>@<version>`, or `draft:<name>` for one that this browser keeps. */
export type Choice = string

export function ruleChoice(id: string, version: number): Choice {
  return `rule:${id}@${version}`
}

export function draftChoice(name: string): Choice {
  return `draft:${name}`
}

/** The rules behind choices, as they are sent. Drafts that are gone and versions that never were are left out. */
export async function ruleTexts(choices: Choice[]): Promise<RuleText[]> {
  const found = await Promise.all(choices.map(ruleText))
  return found.filter((rule) => rule !== null)
}

async function ruleText(choice: Choice): Promise<RuleText | null> {
  const named = /^rule:(.+)@(\d+)$/.exec(choice)
  if (!named) {
    const draft = keptDraft(choice.replace(/^draft:/, ''))
    return draft && sent(draft)
  }
  const rule = await api.get<RuleHistory>(`/rules/${part(named[1] ?? '')}`)
  const version = [...rule.all, rule].find((each) => each.version === Number(named[2]))
  return version ? textOf(version) : null
}
