/** Keeps the newest `size` things put in; the oldest go first. Putting in costs the same however full it is. */
export class Ring<T> {
  private readonly slots: (T | undefined)[]
  private next = 0
  private held = 0

  /** How many were ever put in. */
  total = 0

  constructor(readonly size: number) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError('a ring holds at least one thing')
    this.slots = new Array<T | undefined>(size)
  }

  get length(): number {
    return this.held
  }

  push(thing: T): void {
    this.slots[this.next] = thing
    this.next = (this.next + 1) % this.size
    this.held = Math.min(this.held + 1, this.size)
    this.total += 1
  }

  clear(): void {
    this.slots.fill(undefined)
    this.next = 0
    this.held = 0
  }

  /** The newest first, at most `most` of them. */
  newest(most = this.held): T[] {
    const out: T[] = []
    for (let back = 1; back <= Math.min(most, this.held); back += 1) {
      out.push(this.slots[(this.next - back + this.size) % this.size] as T)
    }
    return out
  }
}
