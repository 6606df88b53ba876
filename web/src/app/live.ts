import { follow, type StreamState } from '@/api/stream'
import type { Query } from '@/api/client'
import type { Told } from '@/api/sse'
import type { Job, Live, Notice, Tick } from '@/api'

export interface Kept {
  key: string
  at: number
  read: boolean
  notice?: Notice
  job?: Job
}

export interface LiveFilter {
  min_score?: number | null
  channel?: string | null
  action?: string | null
}

type Decisions = (list: Live[]) => void

const MOST_KEPT = 50
/** Asks for next to no decisions: for pages that show none, but want seconds, jobs and notices. */
const QUIET: Query = { min_score: 1 }

/**
 * One stream for everything live on the page. Whoever shows decisions gives a filter; otherwise only seconds, jobs
 * and notices are asked for. Listeners are told when what they may read has changed.
 */
export class LiveHub {
  state: StreamState = 'connecting'
  tick: Tick | null = null
  kept: readonly Kept[] = []
  private close: (() => void) | null = null
  private decisions: Decisions | null = null
  private filter: Query = QUIET
  private count = 0
  private readonly listeners = new Set<() => void>()

  readonly subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell)
    return () => this.listeners.delete(tell)
  }

  start(): void {
    this.close ??= follow(this.filter, {
      told: (told) => this.told(told),
      state: (state) => {
        this.state = state
        this.tell()
      },
    })
  }

  stop(): void {
    this.close?.()
    this.close = null
  }

  /** Shows decisions that pass the filter until the returned function is called. */
  watch(filter: LiveFilter, decisions: Decisions): () => void {
    this.decisions = decisions
    this.switchTo({ min_score: filter.min_score || null, channel: filter.channel, action: filter.action })
    return () => {
      if (this.decisions !== decisions) return
      this.decisions = null
      this.switchTo(QUIET)
    }
  }

  readAll(): void {
    this.kept = this.kept.map((each) => ({ ...each, read: true }))
    this.tell()
  }

  clear(): void {
    this.kept = []
    this.tell()
  }

  private switchTo(filter: Query): void {
    this.filter = filter
    if (!this.close) return
    this.stop()
    this.start()
  }

  private told({ event, data }: Told): void {
    if (this.state !== 'open') this.state = 'open'
    if (event === 'decisions') return this.decisions?.((JSON.parse(data) as { decisions: Live[] }).decisions)
    if (event === 'now') this.tick = JSON.parse(data) as Tick
    else if (event === 'notice') this.keep({ notice: JSON.parse(data) as Notice })
    else if (event === 'job') this.keepJob(JSON.parse(data) as Job)
    this.tell()
  }

  private keepJob(job: Job): void {
    if (job.state === 'done' || job.state === 'failed') this.keep({ job }, `job-${job.id}`)
  }

  private keep(what: { notice?: Notice; job?: Job }, key = `notice-${(this.count += 1)}`): void {
    if (this.kept.some((each) => each.key === key)) return
    this.kept = [{ key, at: Date.now(), read: false, ...what }, ...this.kept].slice(0, MOST_KEPT)
  }

  private tell(): void {
    for (const tell of this.listeners) tell()
  }
}
