/** Server-sent events by fetch: EventSource sends no key. */

export interface ServerEvent {
  /** Absent: nobody can go on after it. */
  readonly id?: string
  readonly type: string
  readonly data: string
}

/** Ends with the stream. */
export async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const parts = `${rest}${decoder.decode(value, { stream: true })}`.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const event = eventOf(part)
        if (event !== undefined) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Undefined: nothing but a comment, as a heartbeat is. */
function eventOf(text: string): ServerEvent | undefined {
  let id: string | undefined
  let type = 'message'
  const data: string[] = []
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ')
    const [name, value] = [line.slice(0, at), line.slice(at + 2)]
    if (name === 'data') data.push(value)
    else if (name === 'event') type = value
    else if (name === 'id') id = value
  }
  if (data.length === 0) return undefined
  return { type, data: data.join('\n'), ...(id === undefined ? {} : { id }) }
}
