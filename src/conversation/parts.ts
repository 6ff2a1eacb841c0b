/** What a conversation works with. */
import type { Budgets } from '../budgets/budgets.ts'
import type { ClaudeOptions, Session, SessionOptions, TurnEvent } from '../claude/turn.ts'
import type { Desk } from '../commands/command.ts'
import type { Log, Message, Sent, TurnStep, TurnView } from '../contract.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { Store } from '../store/store.ts'
import type { Language } from '../words/languages.ts'
import type { Words } from '../words/en.ts'
import type { ApproversOf } from './approvers.ts'
import type { ArrivalParts } from './arrivals.ts'
import type { Asides } from './asides.ts'
import type { SendDesk } from './chat-tools.ts'
import type { Judge } from './judging.ts'
import type { Shares } from './permits.ts'
import type { FileDesk } from './take-files.ts'
import type { Gateway } from './wish.ts'

/** A turn being shown in the chat while it runs. */
export interface ShownTurn {
  readonly show: (view: TurnView) => void
  /** Does it want to be told of each step as well? */
  readonly tells: boolean
  readonly tell: (step: TurnStep) => void
  /** No more views: what stands in the chat now, for the answer to replace. */
  settle(): Promise<Sent | undefined>
  /** No answer will come from here. */
  abandon(): Promise<void>
}

/** Who wrote a message. */
interface Sender {
  /** The id under which they are known. */
  readonly id: string
  /** All of theirs. */
  readonly ids: readonly string[]
  /** True: they may not talk to the bot any more, or not there. It may be long since they wrote. */
  readonly barred: boolean
  readonly language: Language
  /** In that language. */
  readonly words: Words
}

/** What happens in a turn, for whoever watches over the bot: `queued` it waits for a place, `placed` it has one. */
export type TurnHappening = TurnEvent | { readonly type: 'queued' | 'placed' }

/** One for the whole bot. */
export interface ConversationParts extends ArrivalParts {
  readonly queue: Queue
  readonly store: Store
  readonly shares: Shares
  readonly asides: Asides
  readonly budgets: Pick<Budgets, 'admit' | 'admitMore' | 'usedUp' | 'book' | 'refusal' | 'bookUnclaimed'>
  readonly prompts: Prompts
  readonly log: Log
  /** Milliseconds that a turn which waits for a person keeps its place while others want one. */
  readonly keepPlace: () => number
  readonly dataDir: string
  readonly claude: () => ClaudeOptions
  readonly personOf: (message: Message) => Promise<Sender>
  readonly approversOf: ApproversOf
  readonly files: FileDesk
  readonly sending: SendDesk
  /** What the operator wants of a tool use. */
  readonly verdict: Judge
  /** Key of the home that a message's session lives in. */
  readonly homeOf: (person: string, envelope: Pick<Envelope, 'message' | 'conversation'>) => string
  /** Milliseconds for which a process stays for what Claude does by itself. */
  readonly unattendedFor: () => number
  readonly openSession: (options: SessionOptions) => Promise<Session>
  readonly gateway: Gateway
  /** Told of what happens in turns, where traces are kept. Returns at once and never throws. */
  readonly watch?: (happening: TurnHappening) => void
  /** Opens what a turn is shown through; `key` is that of the answer, `language` the one that its asker is spoken to in. */
  readonly showTurn: (
    envelope: Envelope,
    key: string,
    onSent: (sent: Sent) => Promise<void>,
    language: string,
  ) => ShownTurn
  readonly desk: (message: Message, args: string) => Promise<Desk>
  readonly projects: () => Readonly<Record<string, string>>
}
