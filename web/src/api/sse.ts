/** One event of a server-sent stream. */
export interface Told {
  event: string
  data: string
  id: string | null
}

/** Cuts the text of a stream into events. Feed it pieces as they come; it keeps what is not whole yet. */
export class SseParser {
  private rest = ''
  private event = ''
  private data: string[] = []
  private id: string | null = null

  /** Milliseconds to wait before the next connection, when the server has asked for some. */
  retry: number | null = null

  push(piece: string): Told[] {
    const told: Told[] = []
    this.rest += piece
    let end = this.rest.search(/\r\n|\n|\r(?!$)/)
    while (end >= 0) {
      const line = this.rest.slice(0, end)
      const width = this.rest.startsWith('\r\n', end) ? 2 : 1
      this.rest = this.rest.slice(end + width)
      const whole = this.line(line)
      if (whole) told.push(whole)
      end = this.rest.search(/\r\n|\n|\r(?!$)/)
    }
    return told
  }

  private line(line: string): Told | null {
    if (line === '') return this.flush()
    const colon = line.indexOf(':')
    if (colon === 0) return null // a comment, which only keeps the connection alive
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') this.event = value
    else if (name === 'data') this.data.push(value)
    else if (name === 'id') this.id = value
    else if (name === 'retry' && /^\d+$/.test(value)) this.retry = Number(value)
    return null
  }

  private flush(): Told | null {
    const told = { event: this.event || 'message', data: this.data.join('\n'), id: this.id }
    const some = this.data.length > 0
    this.event = ''
    this.data = []
    return some ? told : null
  }
}
