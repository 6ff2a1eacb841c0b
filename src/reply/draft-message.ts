/** The message that shows a turn while it runs, where that is edited: posted once, found again after a crash, changed. */
import type { Adapter, Address, Log, Sent, TextReply, TurnView } from '../contract.ts'
import { draftText } from './draft-text.ts'
import { type Failure, failureOf, quickWait } from './faults.ts'
import { sleep } from './sleep.ts'

/** In the rush after a restart the platform asks to wait: for so long the answer waits with it. */
const takeUpMs = 15_000

export interface DraftMessageOptions {
  readonly adapter: Adapter
  readonly address: Address
  /** The answer's key. */
  readonly key: string
  /** The unfinished message that an earlier attempt at the same turn left. */
  readonly resume?: Sent
  /** True when an earlier attempt may have left a message that nobody knows of. */
  readonly again: boolean
  /** Remembers, durably, the unfinished message that now stands in the chat. */
  readonly onSent: (sent: Sent) => Promise<void>
  readonly log: Log
}

export class DraftMessage {
  readonly #options: DraftMessageOptions
  #sent: Sent | undefined
  /** A message may stand that nobody knows of. */
  #doubt: boolean
  /** What that would say. */
  #posting: TextReply | undefined
  /** The text that stands. */
  #text = ''
  /** True once a message took the place of one that was gone. */
  #replaced = false

  constructor(options: DraftMessageOptions) {
    this.#options = options
    this.#sent = options.resume
    this.#doubt = options.again
  }

  get sent(): Sent | undefined {
    return this.#sent
  }

  async remember(sent: Sent): Promise<void> {
    this.#sent = sent
    await this.#options.onSent(sent)
  }

  /** Posts the view, or edits what stands. False: there is nothing new to read. Throws what the adapter throws. */
  async put(view: TurnView): Promise<boolean> {
    const { adapter } = this.#options
    const reply = this.#reply(view)
    if (reply.markdown === '' || reply.markdown === this.#text) return false
    if (this.#sent === undefined) await this.#post(reply)
    else await adapter.edit?.(this.#sent, reply)
    this.#text = reply.markdown
    return true
  }

  /**
   * The process before may have died between posting a message and remembering it: where this one has shown nothing, that
   * would stay beside the answer. Posted again it is found, or not doubled. Never rejects.
   */
  async takeUp(view: TurnView): Promise<void> {
    const { adapter, key, log } = this.#options
    if (this.#sent !== undefined || adapter.edit === undefined) return
    // No draft to the adapter, which may hold those back in a rush: then nothing would be found.
    const { draft: _draft, ...reply } = this.#reply(view)
    if (reply.markdown === '') return
    let patience = takeUpMs
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#post(reply)
      } catch (err) {
        const failure = failureOf(err)
        const wait = Math.max(failure.retryAfter ?? 0, quickWait(tries))
        patience -= wait
        if (failure.code !== 'throttled' || patience < 0)
          return log.warn({ key, err }, 'whether an unfinished message was left could not be found out')
        await sleep(wait)
      }
    }
  }

  /** What stands; a post of this process's that may have gone through is looked for. Never rejects: at the worst it stays. */
  async find(): Promise<Sent | undefined> {
    const { adapter, address, again, key, onSent, log } = this.#options
    if (!this.#doubt || again || this.#sent !== undefined) return this.#sent
    try {
      const found = await adapter.find?.(address, draftKey(key), this.#posting)
      if (found !== undefined) await onSent(found)
      this.#sent = found
    } catch (err) {
      log.warn({ key, err }, 'whether an unfinished message was posted could not be found out')
    }
    return this.#sent
  }

  /** It is gone from the chat: the next view is posted anew. False: there was none, or that was done before. */
  replace(): boolean {
    if (this.#sent === undefined || this.#replaced) return false
    this.#replaced = true
    this.#sent = undefined
    this.#text = ''
    return true
  }

  /** A post that may have gone through is tried again only where it can be found out. */
  mayTryAgain({ uncertain }: Failure): boolean {
    if (!uncertain || this.#sent !== undefined) return true
    this.#doubt = true
    return this.#options.adapter.find !== undefined
  }

  async #post(reply: TextReply): Promise<void> {
    const { adapter, address } = this.#options
    const found = this.#doubt ? await adapter.find?.(address, reply.key, this.#posting ?? reply) : undefined
    this.#posting = reply
    await this.remember(found ?? (await adapter.send(address, reply)))
  }

  #reply(view: TurnView): TextReply {
    const { adapter, key } = this.#options
    const markdown = draftText(view, adapter.limits.text, (text) => adapter.measure(text))
    return { kind: 'text', key: draftKey(key), markdown, tone: 'answer', draft: true }
  }
}

function draftKey(key: string): string {
  return `${key}/draft`
}
