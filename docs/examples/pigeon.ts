// An adapter for a made-up platform: one JSON object a line, on stdin and stdout.
//   in:  {"id":"1","user":"ada","text":"hello"}   {"id":"2","user":"ada","prompt":"…","choice":"once"}
//   out: {"to":"ada","text":"Hi!"}                 {"to":"ada","prompt":"…","text":"…","choices":["once","deny"]}
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Adapter, Bot, Inbound, Reply } from 'parley/contract'

interface Line {
  readonly id: string
  readonly user: string
  readonly text?: string
  readonly prompt?: string
  readonly choice?: string
}

export class Pigeon implements Adapter {
  readonly name = 'pigeon'
  // What a pigeon can carry. Longer answers are cut by their Markdown structure.
  readonly limits = { text: 300, editEvery: 0, buttons: 4 }
  #lines: Interface | undefined

  start(bot: Bot): Promise<void> {
    this.#lines = createInterface({ input: process.stdin })
    const arriving: Promise<unknown>[] = []
    this.#lines.on('line', (line) => {
      // Once it resolves the message is on disk: here a platform would be told that it arrived.
      const receipt = bot.receive(inbound(JSON.parse(line)))
      arriving.push(receipt.catch((err: unknown) => bot.log.error({ err }, 'a line was lost')))
    })
    // Not before the last line is on disk, too.
    void once(this.#lines, 'close')
      .then(() => Promise.all(arriving))
      .then(() => bot.leave(0))
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#lines?.close()
    return Promise.resolve()
  }

  /** In the platform's own unit. */
  measure(markdown: string): number {
    return markdown.length
  }

  send(to: Inbound['address'], reply: Reply): ReturnType<Adapter['send']> {
    const about =
      reply.kind === 'prompt' ? { prompt: reply.prompt, choices: reply.choices.map(({ id }) => id) } : {}
    // Pigeons carry no files, so none are given to this one: `limits` has no `fileBytes`.
    const text = reply.kind === 'file' ? reply.name : reply.markdown
    console.log(JSON.stringify({ to: to.channel, ...about, text }))
    return Promise.resolve({ address: to, id: reply.key })
  }
}

function inbound({ id, user, text = '', prompt, choice = 'deny' }: Line): Inbound {
  const address = { adapter: 'pigeon', channel: user }
  const arrival = { id, at: Date.now(), from: { id: user }, address, direct: true }
  if (prompt === undefined) return { kind: 'message', ...arrival, text }
  return { kind: 'answer', ...arrival, prompt, choices: [choice] }
}
