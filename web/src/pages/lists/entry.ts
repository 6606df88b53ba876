import type { ListEntry } from '@/api'

/** An entry of a list; whether it has ended is the server's word, for that goes by the time of events. */
export type Entry = ListEntry & { ended?: boolean }

export const keyOf = (entry: Entry): string => `${entry.kind} ${entry.value}`
