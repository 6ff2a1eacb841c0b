/** What is typed in a chat: a line being edited, keys that choose, Ctrl-C. */
import { emitKeypressEvents, type Key } from 'node:readline'
import type { Bot, Inbound, Message, Person, PromptReply } from '../../src/contract.ts'
import { keyed, type KeyedChoice, typedAnswer } from './choices.ts'
import { continues, edit, type Edited, empty, insert, replace } from './editor.ts'
import { History } from './history.ts'
import { answerOf, localUser, messageOf } from './inbound.ts'
import type { Input, TerminalIo } from './io.ts'
import type { Pending } from './pending.ts'
import type { Words } from './words.ts'

export interface KeyboardEvents {
  changed(): void
  /** A message was handed to the core. */
  accepted(): void
  /** Ctrl-L */
  clear(): void
  /** The prompt that waits for a choice. */
  prompt(): PromptReply | undefined
  answered(prompt: PromptReply): void
  words(): Words
}

export class Keyboard {
  readonly #input: Input
  readonly #history: History
  readonly #pending: Pending
  readonly #events: KeyboardEvents
  readonly #user: Person
  #bot: Bot | undefined
  #edited: Edited = empty
  #wording: KeyedChoice | undefined
  #hint: string | undefined
  #pasting = false
  /** The message whose turn Ctrl-C stops. */
  #stopping: string | undefined
  /** The last /stop that Ctrl-C sent; its answer may come after the turn's end. */
  #stop: string | undefined

  constructor(
    { input, env }: Pick<TerminalIo, 'input' | 'env'>,
    historyFile: string | undefined,
    pending: Pending,
    events: KeyboardEvents,
  ) {
    this.#input = input
    this.#user = localUser(env)
    this.#history = new History(historyFile, (error) =>
      this.#bot?.log.warn({ err: error, file: historyFile }, 'what is typed is not kept for the next time'),
    )
    this.#pending = pending
    this.#events = events
  }

  get edited(): Edited {
    return this.#edited
  }

  /** The choice that own words are being typed for. */
  get wording(): KeyedChoice | undefined {
    return this.#wording
  }

  get hint(): string | undefined {
    return this.#hint
  }

  get stopping(): boolean {
    return this.#stopping !== undefined
  }

  /** Whether this message is what Ctrl-C sent. */
  isStop({ id }: Message): boolean {
    return this.#stop === id
  }

  /** Reads what was typed before. */
  async prepare(bot: Bot): Promise<void> {
    this.#bot = bot
    await this.#history.read()
  }

  start(): void {
    emitKeypressEvents(this.#input)
    this.#input.setRawMode?.(true)
    this.#input.on('keypress', this.#press)
    this.#input.on('end', this.#leave)
    this.#input.resume()
  }

  async stop(): Promise<void> {
    this.#input.off('keypress', this.#press)
    this.#input.off('end', this.#leave)
    this.#input.setRawMode?.(false)
    this.#input.pause()
    await this.#history.written()
  }

  ended({ id }: Message): void {
    if (this.#stopping !== id) return
    this.#stopping = undefined
    this.#hint = undefined
  }

  readonly #leave = (): void => this.#bot?.leave(0)

  readonly #press = (_: unknown, key: Key): void => {
    this.#type(key)
    this.#events.changed()
  }

  #type(key: Key): void {
    if (key.name === 'paste-start' || key.name === 'paste-end') {
      this.#pasting = key.name === 'paste-start'
      return
    }
    if (this.#pasting) return this.#paste(key.sequence ?? '')
    if (key.ctrl === true && key.name === 'c') return this.#interrupt()
    this.#hint = undefined
    if (key.ctrl === true && key.name === 'd' && this.#edited.text === '') return this.#leave()
    if (key.ctrl === true && key.name === 'l') return this.#events.clear()
    if (this.#choose(key)) return
    if (key.name === 'escape') this.#wording = undefined
    else if (key.name === 'return' || key.name === 'enter') this.#enter(key.meta === true)
    else if (key.name === 'tab') this.#complete()
    else this.#edited = edit(this.#edited, key, this.#history.entries)
  }

  /** Pasted text is text: its line feeds send nothing, its control characters do nothing. */
  #paste(sequence: string): void {
    const text = sequence.replaceAll('\r', '\n').replaceAll(/(?![\n\t])\p{Cc}/gu, '')
    this.#edited = insert(this.#edited, text)
  }

  /** A key that is one of the prompt's choices, while nothing else is being typed. */
  #choose(key: Key): boolean {
    const prompt = this.#events.prompt()
    if (prompt === undefined || this.#edited.text !== '' || this.#wording !== undefined) return false
    // Several are typed, and sent together.
    if (prompt.multiple === true) return false
    const choices = keyed(prompt.choices)
    const pressed = (key.sequence ?? '').toLowerCase()
    const found =
      choices.find((choice) => choice.key === pressed) ??
      choices[/^[1-9]$/.test(pressed) ? Number(pressed) - 1 : -1]
    if (found === undefined) return false
    if (found.choice.text === true) this.#wording = found
    else this.#answer(prompt, { choices: [found.choice.id] })
    return true
  }

  #answer(
    prompt: PromptReply,
    { choices, words }: { readonly choices: readonly string[]; readonly words?: string },
  ): void {
    this.#wording = undefined
    this.#events.answered(prompt)
    this.#hand(answerOf(this.#user, prompt.prompt, choices, words))
  }

  #enter(newLine: boolean): void {
    if (newLine) this.#edited = insert(this.#edited, '\n')
    else if (continues(this.#edited))
      this.#edited = replace(this.#edited, `${this.#edited.text.slice(0, -1)}\n`)
    else this.#submit(this.#edited.text)
  }

  #submit(text: string): void {
    const prompt = this.#events.prompt()
    const wording = this.#wording
    this.#edited = empty
    if (wording !== undefined && prompt !== undefined) {
      return this.#answer(prompt, { choices: [wording.choice.id], words: text.trim() })
    }
    // Words that are meant for Claude's question: an approval takes keys alone.
    const answer = prompt?.ownText === true ? typedAnswer(text, prompt) : undefined
    if (prompt !== undefined && answer !== undefined) return this.#answer(prompt, answer)
    this.#wording = undefined
    if (text.trim() === '') return
    this.#history.add(text)
    if (/^\s*\/(?:quit|exit)\s*$/.test(text)) return this.#leave()
    this.#hand(messageOf(this.#user, text))
  }

  #hand(inbound: Inbound): void {
    this.#pending.add(inbound)
    this.#events.accepted()
    void this.#deliver(inbound)
  }

  /** Never rejects. */
  async #deliver(inbound: Inbound): Promise<void> {
    try {
      const receipt = await this.#bot?.receive(inbound)
      if (inbound.kind === 'message' && receipt !== 'accepted') this.#withdraw(inbound)
    } catch (error) {
      this.#hint = this.#events.words().notTaken(error instanceof Error ? error.message : String(error))
      this.#bot?.log.error({ err: error }, 'a message could not be handed over')
      if (inbound.kind === 'message') this.#withdraw(inbound)
      else this.#events.changed()
    }
  }

  #withdraw(message: Message): void {
    this.#pending.remove(message)
    this.#events.accepted()
  }

  /** Stops the turn, or empties the line; pressed again, leaves. */
  #interrupt(): void {
    const running = this.#pending.underWay
    if (this.#wording !== undefined) {
      this.#wording = undefined
      this.#edited = empty
    } else if (running !== undefined && this.#stopping === undefined) {
      const stop = messageOf(this.#user, '/stop')
      this.#stopping = running.id
      this.#stop = stop.id
      this.#hint = this.#events.words().againLeaves
      this.#hand(stop)
    } else if (
      running === undefined &&
      (this.#edited.text !== '' || this.#hint !== this.#events.words().againLeaves)
    ) {
      this.#edited = empty
      this.#hint = this.#events.words().againLeaves
    } else this.#leave()
  }

  #complete(): void {
    const { text, cursor } = this.#edited
    const typed = /^\/([a-z-]*)$/.exec(text)?.[1]
    if (typed === undefined || cursor !== text.length) return
    const names = [...(this.#bot?.commands.map(({ name }) => name) ?? []), 'quit'].filter((name) =>
      name.startsWith(typed),
    )
    const [only] = names
    if (names.length === 1 && only !== undefined) this.#edited = replace(this.#edited, `/${only} `)
    else this.#hint = names.map((name) => `/${name}`).join('  ')
  }
}
