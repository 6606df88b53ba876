import type { Live } from '@/api'
import { Ring } from '@/lib/ring'

const KEPT = 1000
const EVERY = 250

/**
 * Takes decisions as fast as they come and shows them at most four times a second, so that the page stays smooth
 * however many there are. While it is held, what is shown stays; what comes in meanwhile is kept and counted.
 */
export class Feed {
  shown: readonly Live[] = []
  /** How many came in since it was held. */
  missed = 0
  held = false
  private readonly ring = new Ring<Live>(KEPT)
  private fresh = false
  private timer: ReturnType<typeof setInterval> | null = null
  private readonly listeners = new Set<() => void>()

  readonly subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell)
    this.timer ??= setInterval(() => this.show(), EVERY)
    return () => {
      this.listeners.delete(tell)
      if (this.listeners.size || this.timer === null) return
      clearInterval(this.timer)
      this.timer = null
    }
  }

  readonly take = (list: Live[]): void => {
    for (const decision of list) this.ring.push(decision)
    this.fresh ||= list.length > 0
    if (this.held) this.missed += list.length
  }

  hold(held: boolean): void {
    this.held = held
    if (!held) {
      this.missed = 0
      this.fresh = true
    }
    this.show()
    this.tell()
  }

  clear(): void {
    this.ring.clear()
    this.shown = []
    this.missed = 0
    this.tell()
  }

  private show(): void {
    if (!this.fresh) return
    this.fresh = false
    if (!this.held) this.shown = this.ring.newest()
    this.tell()
  }

  private tell(): void {
    for (const tell of this.listeners) tell()
  }
}
