/** What the scripted adapter and the fake chat say to each other: JSON lines over a local socket. */
import type { Socket } from 'node:net'
import { z } from 'zod'
import type {
  Address,
  Attachment,
  Fault,
  HeardMark,
  Inbound,
  Reply,
  Sent,
  TurnView,
} from '../../../src/contract.ts'
import { lineSplitter } from '../../../src/lines.ts'

/** Calls from the adapter. */
export interface Calls {
  /** `content`: of a file, base64. */
  send: { to: Address; reply: Reply; content?: string }
  edit: { sent: Sent; reply: Reply }
  typing: { to: Address }
  find: { to: Address; key: string }
  /** The result is base64, in two halves. */
  download: { attachment: Attachment; from: Address }
  /** The result is what arrived, oldest first. */
  history: { marks: readonly HeardMark[] }
  'stream.show': { to: Address; key: string; view: TurnView }
  'stream.finish': { to: Address; key: string; reply: Reply }
  'stream.abandon': { to: Address; key: string }
}
export type Method = keyof Calls
/** A call with the parameters of its method. */
export type Call = { [M in Method]: { method: M; params: Calls[M] } }[Method]

export interface Refusal {
  code: Fault
  message: string
  retryAfter?: number
  uncertain?: boolean
}

export type Line =
  | { type: 'call'; id: number; call: Call }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'refused'; id: number; refusal: Refusal }
  /** The connection had a gap. */
  | { type: 'gap'; id: number; since: number }
  | { type: 'event'; id: number; inbound: Inbound }
  | { type: 'ack'; id: number; receipt: string }
  | { type: 'nack'; id: number; reason: string }

/** Both ends are ours and of one version: the type of a line vouches for the rest of it. */
const AnyLine = z.custom<Line>(
  (line) => z.looseObject({ type: z.string(), id: z.number() }).safeParse(line).success,
)

export function sendLine(socket: Socket, line: Line): void {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`)
}

export function onLine(socket: Socket, listener: (line: Line) => void): void {
  const sink = {
    line: (text: string) => listener(AnyLine.parse(JSON.parse(text))),
    tooLong: () => undefined,
  }
  socket.on('data', lineSplitter(sink, Infinity))
}
