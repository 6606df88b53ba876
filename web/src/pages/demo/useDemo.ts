import { App } from 'antd'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, asProblem, type Demo } from '@/api'
import { useText } from '@/i18n'

const EVERY = 2_000

export interface Change {
  running?: boolean
  speed?: number
  gangs?: Record<string, boolean>
}

export function useDemo() {
  return useQuery({
    queryKey: ['demo', 'state'],
    queryFn: ({ signal }) => api.get<Demo>('/demo', {}, signal),
    refetchInterval: EVERY,
  })
}

export function useDemoChange() {
  const t = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  return useMutation({
    mutationFn: (change: Change) => api.put<Demo>('/demo', change),
    onSuccess: (demo, change) => {
      queries.setQueryData(['demo', 'state'], demo)
      void message.success(change.gangs ? t.demo.gangsSaved : t.demo.saved)
    },
    onError: (error) => void message.error(asProblem(error).title),
  })
}
