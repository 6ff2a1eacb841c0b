/**
 * Terminals of this machine that open somebody's session while the bot runs. A socket that only the bot's own user
 * can open: whoever can could read the bot's data as well.
 */
import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { type Server, type Socket, createServer } from 'node:net'
import { z } from 'zod'
import {
  type Adapter,
  type Address,
  type Bot,
  type ReplyStream,
  type Sent,
  AdapterError,
} from '../contract.ts'
import { attached } from '../conversation/place.ts'
import { type Chosen, Desk } from './desk.ts'
import { stateOf } from './state.ts'
import { FromTerminal, Hello, HowIsIt, onLines, sendLine } from './wire.ts'

export interface AttachParts {
  /** Path of the socket. */
  readonly path: string
  /** Whom a terminal may speak for that asked for this person, or for nobody in particular. */
  readonly choose: (as: string | undefined) => Promise<Chosen>
}

export class AttachAdapter implements Adapter {
  readonly name = attached
  readonly local = true
  readonly limits = { text: Number.MAX_SAFE_INTEGER, editEvery: 50, buttons: 9 }
  readonly #parts: AttachParts
  /** By person: whoever comes later takes the place. */
  readonly #desks = new Map<string, Desk>()
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  constructor(parts: AttachParts) {
    this.#parts = parts
  }

  async start(bot: Bot): Promise<void> {
    const { path } = this.#parts
    // The queue's lock says that no other bot lives here: what lies there is left over.
    await rm(path, { force: true })
    const server = createServer((socket) => this.#connected(bot, socket))
    try {
      server.listen(path)
      await once(server, 'listening')
      await chmod(path, 0o600)
      server.on('error', (err) => bot.log.warn({ err }, 'a terminal could not be attached'))
      this.#server = server
    } catch (err) {
      // A path too long for a socket, a file system without them: the chats need none.
      server.close()
      bot.log.warn({ err, path }, 'no terminal can be attached: the socket cannot be opened')
    }
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.#sockets) socket.end()
    for (const socket of this.#sockets) socket.destroySoon()
    await closed
  }

  measure(markdown: string): number {
    return markdown.length
  }

  async send(to: Address, reply: Parameters<Adapter['send']>[1]): Promise<Sent> {
    await this.#desk(to).call({ method: 'send', to, reply })
    return { address: to, id: reply.kind === 'prompt' ? reply.prompt : reply.key }
  }

  async edit(sent: Sent, reply: Parameters<Adapter['send']>[1]): Promise<void> {
    await this.#desk(sent.address).call({ method: 'edit', sent, reply })
  }

  stream(to: Address, key: string): ReplyStream {
    return {
      show: async (view) => void (await this.#desk(to).call({ method: 'show', to, key, view })),
      finish: async (reply) => (await this.#desk(to).call({ method: 'finish', to, key, reply })) === true,
      // A terminal that has left took what was shown with it.
      abandon: async () => this.#desks.get(to.channel)?.abandon(to, key),
    }
  }

  #desk({ channel }: Address): Desk {
    const desk = this.#desks.get(channel)
    if (desk !== undefined) return desk
    throw new AdapterError('gone', `no terminal is attached for ${channel} any more`)
  }

  #connected(bot: Bot, socket: Socket): void {
    this.#sockets.add(socket)
    let desk: Desk | undefined
    let greeted = false
    socket.on('error', (err) => bot.log.debug({ err }, 'an attached terminal hung up'))
    socket.on('close', () => {
      this.#sockets.delete(socket)
      desk?.left()
      if (desk !== undefined && this.#desks.get(desk.person) === desk) this.#desks.delete(desk.person)
    })
    const fail = (error: unknown): void =>
      void socket.destroy(error instanceof Error ? error : new Error(String(error)))
    onLines(socket, z.union([Hello, HowIsIt, FromTerminal]), (line) => {
      if (line.type !== 'hello' && line.type !== 'status') return desk?.take(line)
      if (greeted) return
      greeted = true
      if (line.type === 'hello') this.#greet(bot, socket, line).then((sat) => (desk = sat), fail)
      else stateOf(bot).then((state) => socket.end(`${JSON.stringify(state)}\n`), fail)
    })
  }

  async #greet(bot: Bot, socket: Socket, { as }: Hello): Promise<Desk | undefined> {
    const chosen = await this.#parts.choose(as)
    if (!chosen.ok) {
      sendLine(socket, { type: 'refused', message: chosen.words })
      socket.end()
      return undefined
    }
    const { person } = chosen
    const desk = new Desk(bot, socket, person)
    if (socket.destroyed) return undefined
    this.#desks.get(person)?.replaced()
    this.#desks.set(person, desk)
    const { commands, greeting } = bot
    sendLine(socket, {
      type: 'welcome',
      as: person,
      greeting,
      commands: commands.map(({ name, usage, summary }) => ({ name, usage, summary })),
    })
    return desk
  }
}
