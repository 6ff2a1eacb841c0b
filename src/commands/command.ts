/** What a chat command is. Types only; index.ts has the table. */
import type { Effort, PermissionMode, Rewind } from '../claude/turn.ts'
import type { Payer } from '../budgets/accounts.ts'
import type { Budgets } from '../budgets/budgets.ts'
import type { Config } from '../config.ts'
import type { CommandInfo, Message, PageButton } from '../contract.ts'
import type { MidTurn } from '../conversation/burst.ts'
import type { Doing } from '../conversation/doing.ts'
import type { Place } from '../conversation/place.ts'
import type { TextFile } from '../files/outbox.ts'
import type { Codes } from '../people/codes.ts'
import type { KnownPerson, People } from '../people/people.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Queue } from '../queue/port.ts'
import type { SessionRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Words } from '../words/en.ts'
import type { Mending } from './mend.ts'

/** What a command is given: who asked, where, and the records. */
export interface Desk {
  /** What stands behind the command's name, trimmed. */
  readonly args: string
  readonly message: Message
  /** Who asked. */
  readonly person: KnownPerson
  /** In their language. */
  readonly words: Words
  /** `<adapter>:<user id>` that they asked with: one of {@link KnownPerson.ids}. */
  readonly account: string
  readonly place: Place
  readonly config: Config
  readonly queue: Queue
  readonly people: People
  readonly codes: Codes
  readonly store: Store
  readonly budgets: Pick<Budgets, 'standings' | 'grantByCommand'>
  /** Who pays for what is asked here. */
  readonly payer: Payer
  readonly commands: readonly CommandInfo[]
  /** More for /help, e.g. the stand-in model's directives. */
  readonly moreHelp: string
  /** Resolves when what was answered here last is in the records. */
  readonly recorded: () => Promise<void>
  /** What this conversation's turn does now; undefined: none runs. */
  readonly doing: () => Doing | undefined
  /** What the turns of all conversations do that this process holds. */
  readonly doings: () => readonly Doing[]
  /**
   * Changes what becomes of what this person wrote while this conversation's turn runs, and Claude has not read.
   * Resolves with how many messages it concerned; undefined: no turn runs.
   */
  readonly direct: (mode: MidTurn) => Promise<number | undefined>
  /**
   * The conversation that this person wrote in last goes on here, with what is under way in it. Undefined: it is here
   * already, and nothing is under way elsewhere.
   */
  readonly handOff: () => Promise<{ readonly messages: number; readonly questions: number } | undefined>
  /** This chat has its own conversation again for this person. False: it had. */
  readonly takeBack: () => Promise<boolean>
  /** Ends what is asked aside of this conversation: one's own, or all for whoever may stop others. False: there is none. */
  readonly stopAsides: () => boolean
  /** Ends the turn of this conversation, also one that was left while somebody is asked; false: there is none. */
  readonly stop: () => Promise<boolean>
  readonly prompts: Pick<Prompts, 'live' | 'restate' | 'withdraw'>
  /** Shows these as buttons, where the chat has some. */
  readonly offerMends: (mending: Mending) => Promise<void>
}

/** What a command may do to the conversation that it is in. */
export interface Steering {
  /** Absent until the conversation's first turn. */
  readonly record: SessionRecord | undefined
  /** A session that was not there before; choices of model, mode, effort and folder stay. */
  fresh(changes?: Partial<SessionRecord>): SessionRecord
  /** The next message goes to this session; the one before rests. */
  switchTo(record: SessionRecord): Promise<void>
  change(changes: Partial<SessionRecord>): Promise<void>
  /** From the next turn on; undefined: as configured. */
  setModel(model: string | undefined): Promise<void>
  setPermissionMode(mode: PermissionMode): Promise<void>
  setEffort(effort: Effort | undefined): Promise<void>
  /** Puts files back to before a turn; with `dryRun` only says what that would do. Throws ClaudeError. */
  rewind(turnId: string, dryRun: boolean): Promise<Rewind>
}

/** Words and a file. */
export interface WithFile {
  readonly words: string
  readonly file: TextFile
  /** In place of both where the chat does not take the file. */
  readonly inWords: string
}

/** Words, and commands that are offered under them where the chat has buttons. */
interface WithButtons {
  readonly words: string
  readonly buttons: readonly PageButton[]
}

/** Answered at once, beside a running turn. */
export interface ImmediateCommand extends CommandInfo {
  readonly when: 'now'
  /** True: its answer does not wait behind the conversation's other replies. */
  readonly beside?: true
  run(desk: Desk): Promise<string | WithFile | WithButtons>
  /** Done once its answer is in the outbox. */
  afterwards?(desk: Desk): Promise<void>
}

/** See {@link OrderedCommand.changes}. */
export type Changes = 'always' | 'with-arguments'

/** Waits for its place behind the messages that came before it. */
export interface OrderedCommand extends CommandInfo {
  readonly when: 'in-order'
  /** When it changes the session; without arguments some only show how it is. */
  readonly changes: Changes
  run(desk: Desk, conversation: Steering): Promise<string>
}

/** What a {@link TurnCommand} asks of Claude. */
export type Asked =
  /** `files`: of the workspace, from there on; they come with it as if they were sent along. */
  | { readonly kind: 'text'; readonly text: string; readonly files?: readonly string[] }
  /** One of the CLI's own commands; `done` stands for an answer without a word. A CLI that does not know it is sent the message as text. */
  | { readonly kind: 'line'; readonly name: string; readonly line: string; readonly done: string }

/** Becomes a turn of Claude's, in its order. */
export interface TurnCommand extends CommandInfo {
  readonly when: 'turn'
  /** Absent: it changes the session no more than a message does. */
  readonly changes?: Changes
  asks(desk: Desk): Promise<Asked>
}

/** Goes to Claude beside the conversation. */
export interface AsideCommand extends CommandInfo {
  readonly when: 'aside'
}

export type Command = ImmediateCommand | OrderedCommand | TurnCommand | AsideCommand

/** A text that calls a command. */
export interface Called {
  readonly command: Command
  /** What stands behind the name, trimmed. */
  readonly args: string
}

/** A command refused its arguments. The message teaches: what was wrong, what would be right. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code = 'arguments'
}
