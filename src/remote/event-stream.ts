/** Server-sent events, as the HTML standard has them, out of bytes. */

export interface ServerEvent {
  /** Absent: nobody can go on after it. */
  readonly id?: string
  readonly type: string
  readonly data: string
}

/** What Claude answers is far shorter. */
const mostChars = 64 * 1024 * 1024

/** Throws RangeError where one event has no end. */
export async function* eventsIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder()
  let rest = ''
  let lines: string[] = []
  let held = 0
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    held += text.length
    if (held > mostChars) throw new RangeError(`an event is longer than ${mostChars} characters`)
    const parts = `${rest}${text}`.split(/\r?\n/)
    rest = parts.pop() ?? ''
    for (const line of parts) {
      if (line !== '') {
        lines.push(line)
        continue
      }
      const event = eventOf(lines)
      lines = []
      held = rest.length
      if (event !== undefined) yield event
    }
  }
}

/** Undefined: nothing but a comment, as a heartbeat is. */
function eventOf(lines: readonly string[]): ServerEvent | undefined {
  let id: string | undefined
  let type = 'message'
  const data: string[] = []
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === 'data') data.push(value)
    else if (name === 'event') type = value
    else if (name === 'id') id = value
  }
  if (data.length === 0) return undefined
  return { type, data: data.join('\n'), ...(id === undefined ? {} : { id }) }
}
