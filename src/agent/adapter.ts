/** The adapter between a program and the bot, in the same process. */
import { randomUUID } from 'node:crypto'
import type {
  Adapter,
  Address,
  Bot,
  FileReply,
  PromptReply,
  Reply,
  ReplyStream,
  Sent,
  TextReply,
} from '../contract.ts'
import { type AgentAnswer, type AgentEvent, AgentError } from './answer.ts'
import { type ApprovalHandler, Approvals } from './approvals.ts'
import { Call } from './call.ts'

export const adapterName = 'agent'

export class AgentAdapter implements Adapter {
  readonly name = adapterName
  readonly local = true
  readonly limits = {
    text: Number.MAX_SAFE_INTEGER,
    editEvery: 0,
    buttons: Number.MAX_SAFE_INTEGER,
    fileBytes: Number.MAX_SAFE_INTEGER,
  }
  readonly #approvals: Approvals
  /** Messages that have not ended, by the key of their answer. */
  readonly #calls = new Map<string, Call>()
  /** By user: the key of the answer that is in the making. */
  readonly #running = new Map<string, string>()
  #bot: Bot | undefined
  #leaving = false

  constructor(onApproval: ApprovalHandler) {
    this.#approvals = new Approvals(onApproval)
  }

  start(bot: Bot): Promise<void> {
    this.#bot = bot
    return Promise.resolve()
  }

  /** Takes no more messages. Those that have not begun end for their senders; the next start answers them. */
  leave(): void {
    this.#leaving = true
    for (const call of this.#calls.values()) if (!call.begun) call.end(closed())
  }

  stop(): Promise<void> {
    for (const call of this.#calls.values()) call.end(closed())
    this.#approvals.withdrawAll()
    this.#calls.clear()
    this.#running.clear()
    this.#bot = undefined
    return Promise.resolve()
  }

  measure(markdown: string): number {
    return markdown.length
  }

  /** A prompt is sent when it is asked: a program may take hours to decide, and sends must not wait for it. */
  send(to: Address, reply: Reply): Promise<Sent> {
    if (reply.kind === 'prompt') void this.#decide(to, reply)
    else if (reply.kind === 'file' || reply.outcome === undefined) this.#tell(reply)
    else this.#end(to.channel, reply)
    return Promise.resolve({ address: to, id: reply.key })
  }

  edit(_sent: Sent, reply: Reply): Promise<void> {
    if (reply.kind === 'prompt') this.#approvals.withdraw(reply.prompt)
    return Promise.resolve()
  }

  /** Called when a turn begins. */
  stream({ channel: user }: Address, key: string): ReplyStream {
    const call = this.#calls.get(key)
    this.#running.set(user, key)
    if (call !== undefined) call.begun = true
    if (call?.left !== undefined) void this.#stopTurn(user)
    return {
      show: (view) => Promise.resolve(call?.show(view)),
      finish: (reply) => {
        this.#end(user, reply)
        return Promise.resolve(true)
      },
      // The turn was interrupted by a shutdown, or will begin again.
      abandon: () => Promise.resolve(this.#pause(user, key)),
    }
  }

  /** Sends a text when it is iterated. Throws {@link AgentError}, QueueError. */
  async *ask(
    text: string,
    user: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<AgentEvent, void, undefined> {
    if (signal?.aborted === true) throw cancelled(signal.reason)
    if (this.#leaving) throw closed()
    const id = randomUUID()
    const call = new Call(id, user)
    const leave = (): void => this.#leave(call, signal?.reason)
    signal?.addEventListener('abort', leave, { once: true })
    try {
      await this.#post(id, text, call)
      yield* call.events()
    } finally {
      signal?.removeEventListener('abort', leave)
      // The reader has left: nobody is there to wait for the rest.
      if (!call.ended) this.#leave(call, undefined)
    }
  }

  async #post(id: string, text: string, call: Call): Promise<void> {
    const key = keyOf(id)
    this.#calls.set(key, call)
    try {
      await this.#receive(id, text, call.user)
    } catch (error) {
      this.#calls.delete(key)
      throw this.#leaving ? closed(error) : error
    } finally {
      call.posted.resolve()
    }
  }

  async #receive(id: string, text: string, user: string): Promise<void> {
    await this.#bot?.receive({ kind: 'message', ...this.#arrival(id, user), text })
  }

  #arrival(
    id: string,
    user: string,
  ): { id: string; at: number; from: { id: string }; address: Address; direct: true } {
    const address = { adapter: this.name, channel: user }
    return { id, at: Date.now(), from: { id: user }, address, direct: true }
  }

  /** Stops a turn that runs: its end is the answer. One that waits ends at once and is withdrawn. */
  #leave(call: Call, reason: unknown): void {
    if (call.ended || call.left !== undefined) return
    call.left = { reason }
    if (!call.begun) {
      call.end(cancelled(reason))
      void this.#withdraw(call)
    } else if (this.#current(call.user) === call) void this.#stopTurn(call.user)
  }

  /** Never rejects. What just left the queue is stopped when its turn begins. */
  async #withdraw({ id, user, posted }: Call): Promise<void> {
    await posted.promise
    try {
      await this.#bot?.receive({ kind: 'deletion', of: id, ...this.#arrival(randomUUID(), user) })
    } catch (err) {
      this.#bot?.log.error({ err }, 'a message could not be withdrawn; it is stopped when its turn begins')
    }
  }

  #current(user: string): Call | undefined {
    return this.#calls.get(this.#running.get(user) ?? '')
  }

  /** Never rejects: a turn that cannot be stopped goes on, and its answer still comes. */
  async #stopTurn(user: string): Promise<void> {
    try {
      await this.#receive(randomUUID(), '/stop', user)
    } catch (err) {
      this.#bot?.log.error({ err }, 'a turn could not be stopped')
    }
  }

  /** What ends nothing: files, and words besides the answer. Those that belong to no message are in the history alone. */
  #tell(reply: FileReply | TextReply): void {
    // As the core makes the keys of what belongs to a message.
    const call = this.#calls.get(`${reply.key.split('/', 1)[0]}/answer`)
    if (reply.kind === 'text') return call?.tell({ type: 'message', markdown: reply.markdown })
    const { path, name, bytes, caption } = reply
    call?.tell({ type: 'file', path, name, bytes, ...(caption === undefined ? {} : { caption }) })
  }

  /** What an earlier process was asked is in the history alone. */
  #end(user: string, reply: TextReply): void {
    const others = (reply.ends ?? []).map((id) => keyOf(id))
    for (const key of [reply.key, ...others]) {
      const call = this.#calls.get(key)
      call?.end(endOf(reply, call.left?.reason))
      this.#calls.delete(key)
    }
    this.#pause(user, reply.key)
  }

  /** The user's next turn may have begun already. */
  #pause(user: string, key: string): void {
    if (this.#running.get(user) === key) this.#running.delete(user)
  }

  /** Never rejects: what goes wrong ends the message that waits for it. */
  async #decide({ channel: user }: Address, reply: PromptReply): Promise<void> {
    if (reply.settled !== undefined) return
    try {
      const decision = await this.#approvals.decide(user, reply)
      if (decision === undefined) return
      const { choice, text } = decision
      const choices = typeof choice === 'string' ? [choice] : choice
      const answer = { ...this.#arrival(randomUUID(), user), prompt: reply.prompt, choices }
      await this.#bot?.receive({ kind: 'answer', ...answer, ...(text === undefined ? {} : { text }) })
    } catch (err) {
      this.#bot?.log.error({ err }, 'an approval could not be decided; its turn is stopped')
      const error = err instanceof AgentError ? err : new AgentError('failed', String(err), { cause: err })
      this.#current(user)?.end(error)
      await this.#stopTurn(user)
    }
  }
}

/** As the core names the answer to a message. */
function keyOf(id: string): string {
  return `${adapterName}:${id}/answer`
}

function endOf({ outcome, markdown, figures }: TextReply, reason: unknown): AgentAnswer | AgentError {
  if (outcome === 'cancelled') return new AgentError('cancelled', markdown, causeOf(reason))
  if (outcome === 'failed') return new AgentError('failed', markdown)
  return { text: markdown, figures }
}

function cancelled(reason: unknown): AgentError {
  return new AgentError('cancelled', 'Aborted before Claude began.', causeOf(reason))
}

function closed(cause?: unknown): AgentError {
  const what =
    'The agent is closed. What it had accepted and not answered, the next one on the same dataDir answers, into the history.'
  return new AgentError('closed', what, causeOf(cause))
}

function causeOf(cause: unknown): { cause?: unknown } {
  return cause === undefined ? {} : { cause }
}
