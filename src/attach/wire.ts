/** What a terminal and the bot that it is attached to say to each other: lines of JSON over a local socket. */
import type { Socket } from 'node:net'
import { z } from 'zod'
import type { Address, Answer, CommandInfo, Message, Receipt, Reply, Sent, TurnView } from '../contract.ts'
import { lineSplitter } from '../lines.ts'

/** The first line: who the terminal speaks for; absent: the only person there is. */
export const Hello = z.strictObject({ type: z.literal('hello'), as: z.string().optional() })
export type Hello = z.infer<typeof Hello>

/** The first line of whoever only asks how the bot is; answered by a {@link State}, and over. */
export const HowIsIt = z.strictObject({ type: z.literal('status') })

/** How the bot is. */
export const State = z.object({
  type: z.literal('status'),
  version: z.string(),
  pid: z.int(),
  /** Milliseconds since 1970. */
  since: z.number(),
  findings: z.array(z.object({ ok: z.boolean(), what: z.string(), advice: z.string().exactOptional() })),
})
export type State = z.infer<typeof State>

/** What was typed. Who typed it and where is not for the terminal to say. */
export type Typed = Pick<Message, 'kind' | 'id' | 'text'> | Omit<Answer, 'at' | 'from' | 'address' | 'direct'>

const typed: z.ZodType<Typed> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), id: z.uuid(), text: z.string() }),
  z.object({
    kind: z.literal('answer'),
    id: z.uuid(),
    prompt: z.string(),
    choices: z.array(z.string()),
    text: z.string().exactOptional(),
  }),
])

/** How a call to the terminal ended. */
export const FromTerminal = z.discriminatedUnion('type', [
  z.object({ type: z.literal('typed'), n: z.number(), inbound: typed }),
  z.object({ type: z.literal('done'), n: z.number(), value: z.unknown() }),
  z.object({ type: z.literal('fault'), n: z.number(), code: z.string(), message: z.string() }),
])
export type FromTerminal = z.infer<typeof FromTerminal>

/** Calls of the adapter, with their parameters. */
export type Call =
  | { readonly method: 'send'; readonly to: Address; readonly reply: Reply }
  | { readonly method: 'edit'; readonly sent: Sent; readonly reply: Reply }
  | { readonly method: 'show'; readonly to: Address; readonly key: string; readonly view: TurnView }
  | { readonly method: 'finish'; readonly to: Address; readonly key: string; readonly reply: Reply }
  | { readonly method: 'abandon'; readonly to: Address; readonly key: string }

export type FromBot =
  | {
      readonly type: 'welcome'
      readonly as: string
      readonly greeting: string
      readonly commands: readonly CommandInfo[]
    }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'receipt'; readonly n: number; readonly receipt: Receipt }
  | { readonly type: 'failed'; readonly n: number; readonly message: string }
  | { readonly type: 'call'; readonly n: number; readonly call: Call }

/** The bot is of the terminal's own version and user: the type of a line vouches for the rest of it. */
export const FromBot = z.custom<FromBot>(
  (line) => z.looseObject({ type: z.string() }).safeParse(line).success,
)

/** The socket in the bot's data directory. */
export const socketName = 'attach.sock'

export function sendLine(
  socket: Socket,
  line: Hello | z.infer<typeof HowIsIt> | FromTerminal | FromBot | State,
): void {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`)
}

/** What people write and what Claude answers is far shorter. */
const mostLineBytes = 64 * 1024 * 1024

/** Calls for each line that the schema takes; another ends the connection with an error. */
export function onLines<T>(socket: Socket, schema: z.ZodType<T>, take: (line: T) => void): void {
  const line = (text: string): void => {
    // What came in the same piece as the line that ended it.
    if (socket.destroyed) return
    try {
      take(schema.parse(JSON.parse(text)))
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const tooLong = (bytes: number): void => {
    socket.destroy(new Error(`a line of ${bytes} bytes is longer than the ${mostLineBytes} that are taken`))
  }
  socket.on('data', lineSplitter({ line, tooLong }, mostLineBytes))
}
