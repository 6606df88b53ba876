import { useQuery, type QueryClient } from '@tanstack/react-query'
import { api, part, type Channel, type Page, type Rule, type RuleHistory, type Vocabulary } from '@/api'

/** Everything of a list, page after page. */
export async function everything<T>(
  path: string,
  query: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<T[]> {
  const found: T[] = []
  let after: string | null = null
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { ...query, limit: 500, after }, signal)
    found.push(...page.items)
    after = page.next
  } while (after !== null)
  return found
}

/** All rules, each by its newest version. */
export function useRules() {
  return useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => everything<Rule>('/rules', {}, signal) })
}

/** One rule with its versions and history; null asks for none. */
export function useRule(id: string | null) {
  return useQuery({
    queryKey: ['rules', id],
    queryFn: ({ signal }) => api.get<RuleHistory>(`/rules/${part(id ?? '')}`, {}, signal),
    enabled: id !== null,
  })
}

export function useVocabulary(channel: Channel | null) {
  return useQuery({
    queryKey: ['vocabulary', channel],
    queryFn: ({ signal }) => api.get<Vocabulary>(`/vocabulary/${part(channel ?? '')}`, {}, signal),
    enabled: channel !== null,
    staleTime: 60_000,
  })
}

/** After a change of a rule: what is shown of rules is asked for again. */
export function rulesChanged(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['rules'] })
}
