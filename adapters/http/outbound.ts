/** What the core sends -> the runs that it belongs to, and whoever waits for the answer to a command. */
import {
  type Address,
  type Bot,
  type FileReply,
  type PromptReply,
  type Reply,
  type ReplyStream,
  type Sent,
  type TextReply,
  AdapterError,
} from '../../src/contract.ts'
import { Feeds } from './feeds.ts'
import { asked, messageIn } from './inbound.ts'
import { type Run, endedBy } from './run.ts'
import type { Runs } from './runs.ts'
import type { RunRecord } from './shapes/run.ts'
import type { SentFiles } from './sent-files.ts'
import { fileView } from './shapes/sent-file.ts'

export class Outbound {
  readonly #bot: Bot
  readonly #runs: Runs
  readonly #files: SentFiles
  /** By the key of the answer. */
  readonly #waiting = new Map<string, (reply: TextReply) => void>()
  /** What happens in sessions that somebody watches. */
  readonly feeds = new Feeds()

  constructor(bot: Bot, runs: Runs, files: SentFiles) {
    this.#bot = bot
    this.#runs = runs
    this.#files = files
  }

  /** Resolves with the answer to the message of this id; `signal` ends the wait. */
  answerTo(key: string, signal: AbortSignal): Promise<TextReply | undefined> {
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.delete(key)
        resolve(undefined)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.set(key, (reply) => {
        signal.removeEventListener('abort', leave)
        this.#waiting.delete(key)
        resolve(reply)
      })
    })
  }

  async send(to: Address, reply: Reply): Promise<Sent> {
    if (reply.kind === 'prompt') await this.#ask(to, reply)
    else if (reply.kind === 'text') await this.#say(to, reply)
    else await this.#sendFile(to, reply)
    return { address: to, id: reply.key }
  }

  async edit({ address }: Sent, reply: Reply): Promise<void> {
    await this.send(address, reply)
  }

  /** Called when a turn begins. */
  stream(to: Address, key: string): ReplyStream {
    const run = this.#runOf(key)
    run?.begin()
    if (run !== undefined) void this.#begun(run)
    return {
      tell: (step) => run?.tell(step),
      show: async (view) => run?.show(view),
      finish: async (reply) => {
        await this.#say(to, reply)
        return true
      },
      // It was interrupted by a shutdown, or begins again: the next attempt tells it anew.
      abandon: async () => undefined,
    }
  }

  /**
   * Never rejects, and nothing waits for it. What a crash loses of a message is a time alone, which is worth no write in
   * the moment in which Claude begins; a task that waits for a decision over a restart is still one that runs.
   */
  async #begun(run: Run): Promise<void> {
    try {
      await (run.record.kind === 'task' ? this.#runs.change(run, begun) : this.#runs.note(run, begun))
      if (!run.over) this.#tellState(run)
    } catch (err) {
      this.#bot.log.warn({ err }, 'that a run has begun could not be kept')
    }
  }

  #tellState({ record: { user, session, id, state } }: Run): void {
    this.feeds.tell(user, session, 'message', { id, state })
  }

  async #say({ channel: user, thread: session = '' }: Address, reply: TextReply): Promise<void> {
    if (reply.outcome === undefined) {
      const { markdown, tone } = reply
      const run = this.#runOf(reply.key)
      run?.events.push('notice', { markdown, tone })
      // Whoever reads both knows by the id that they have had it.
      const message = run === undefined ? {} : { message: run.record.id }
      return this.feeds.tell(user, session, 'notice', { markdown, tone, ...message })
    }
    this.#waiting.get(reply.key)?.(reply)
    const others = (reply.ends ?? []).map((id) => asked(id))
    for (const one of [messageIn(reply.key), ...others]) {
      const run = one && this.#runs.living(one.user, one.id)
      if (run === undefined) continue
      await this.#runs.change(run, (record) =>
        record.endedAt === undefined ? endedBy(record, reply) : record,
      )
      this.#tellState(run)
    }
  }

  /** As a notice, which every client shows, with where the file is for those that fetch it. */
  async #sendFile(to: Address, reply: FileReply): Promise<void> {
    const { channel: user, thread: session = '' } = to
    if (reply.only !== undefined && reply.only !== user)
      throw new AdapterError('unsupported', 'a chat of the HTTP API has one reader, its key')
    const file = fileView(await this.#files.take(to, reply))
    const { name, bytes, caption } = file
    const what = `\`${name.replaceAll('`', "'")}\` (${bytes} bytes)`
    const notice = {
      markdown: caption === undefined ? what : `${caption}\n\n${what}`,
      tone: 'notice',
      file,
    } as const
    const run = this.#runOf(reply.key)
    if (run !== undefined)
      await this.#runs.change(run, (record) => {
        const others = (record.files ?? []).filter(({ id }) => id !== file.id)
        return { ...record, files: [...others, file] }
      })
    run?.events.push('notice', notice)
    const message = run === undefined ? {} : { message: run.record.id }
    this.feeds.tell(user, session, 'notice', { ...notice, ...message })
  }

  async #ask({ channel: user, thread: session = '' }: Address, reply: PromptReply): Promise<void> {
    const { prompt, settled } = reply
    if (settled !== undefined) {
      const { label, by } = settled
      const data = { prompt, label, ...(by === undefined ? {} : { by }) }
      for (const run of this.#runs.open) if (run.asks(prompt)) run.events.push('permission_settled', data)
      return this.feeds.tell(user, session, 'permission_settled', data)
    }
    const approvals = await this.#bot.office({ id: user }).approvals('own')
    const approval = approvals.find((each) => each.prompt === prompt)
    if (approval === undefined) return
    const one = asked(approval.message)
    if (one !== undefined) this.#runs.living(one.user, one.id)?.ask(approval)
    this.feeds.tell(user, session, 'permission', approval)
  }

  #runOf(key: string): Run | undefined {
    const one = messageIn(key)
    return one && this.#runs.living(one.user, one.id)
  }
}

function begun(record: RunRecord): RunRecord {
  return record.endedAt === undefined ? { startedAt: Date.now(), ...record, state: 'running' } : record
}
