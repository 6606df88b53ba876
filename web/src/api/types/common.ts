/** A name in both languages. */
export interface Named {
  zh: string
  en: string
}

/** One page of a list; `next` is the cursor of the page after it. */
export interface Page<T> {
  items: T[]
  next: string | null
}

export type Channel = 'call' | 'message' | 'visit' | 'install' | 'transfer' | 'account' | 'sighting' | 'complaint'

export type Action = 'allow' | 'label' | 'warn' | 'verify' | 'delay' | 'hold' | 'block' | 'restrict' | 'refer'

/** Fields and values as JSON has them; times are ms since 1970. */
export type Value = string | number | boolean | null

export interface Field extends Named {
  name: string
  type: 'code' | 'time' | 'identifier' | 'number' | 'integer' | 'flag' | 'text'
  kind: string | null
  unit: string | null
  required: boolean
  sensitivity: string | null
  masking: string | null
  values: string[] | null
}

export interface ChannelInfo extends Named {
  name: Channel
  plural: string
  subject: string
  fields: Field[]
}

export interface FraudType extends Named {
  id: string
  group: string
  line: Named | null
}

export interface Group extends Named {
  id: string
  cap: number
}

export interface Variable extends Named {
  name: string
  kind: string
  unit: string | null
}

export interface Vocabulary {
  variables: Variable[]
  functions: { name: string; signature: string; zh: string; en: string; example: string }[]
  lists: (string | ({ name: string } & Partial<Named>))[]
}

export interface Job {
  id: string
  kind: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  progress: number
  done: number
  total: number
  result: unknown
  error: string | null
  by: string
  started_at: number | null
  ended_at: number | null
}
