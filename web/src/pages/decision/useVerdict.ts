import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, part, type Variable, type Verdict, type Vocabulary } from '@/api'

export function useVerdict(offset: string, whole: boolean) {
  return useQuery({
    queryKey: ['verdict', offset, whole],
    queryFn: ({ signal }) => api.get<Verdict>(`/verdicts/${part(offset)}`, whole ? { unmask: true } : {}, signal),
    placeholderData: (before) => (before && String(before.event.offset) === offset ? before : undefined),
  })
}

/** The variables of a channel by name; empty until they are there. */
export function useVariables(channel: string | undefined): Map<string, Variable> {
  const { data } = useQuery({
    queryKey: ['vocabulary', channel],
    queryFn: ({ signal }) => api.get<Vocabulary>(`/vocabulary/${part(channel ?? '')}`, {}, signal),
    enabled: Boolean(channel),
    staleTime: 600_000,
    retry: false,
  })
  return useMemo(() => new Map(data?.variables.map((variable) => [variable.name, variable])), [data])
}
