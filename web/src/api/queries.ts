import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from './client'
import type { Channel, ChannelInfo, FraudType, Group, Page } from './types/common'

const RARELY = 10 * 60_000

/** All fraud types, by id. */
export function useFraudTypes(): Map<string, FraudType> {
  const { data } = useQuery({
    queryKey: ['fraud-types'],
    queryFn: ({ signal }) => api.get<Page<FraudType>>('/fraud-types', {}, signal),
    staleTime: RARELY,
  })
  return useMemo(() => new Map(data?.items.map((type) => [type.id, type])), [data])
}

/** All channels with their fields, by name. */
export function useChannels(): Map<Channel, ChannelInfo> {
  const { data } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get<Page<ChannelInfo>>('/channels', {}, signal),
    staleTime: RARELY,
  })
  return useMemo(() => new Map(data?.items.map((channel) => [channel.name, channel])), [data])
}

/** The groups of signals with their caps, by id. */
export function useGroups(): Map<string, Group> {
  const { data } = useQuery({
    queryKey: ['groups'],
    queryFn: ({ signal }) => api.get<Page<Group>>('/groups', {}, signal),
    staleTime: RARELY,
  })
  return useMemo(() => new Map(data?.items.map((group) => [group.id, group])), [data])
}
