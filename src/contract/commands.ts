/** Chat commands as data, for adapters that register or complete them. */

/** One argument of a {@link CommandInfo}, in order. */
export interface CommandArgument {
  readonly name: string
  /** `choice` one of `choices`; `text` the rest of the line. */
  readonly type: 'text' | 'number' | 'choice'
  readonly summary: string
  readonly choices?: readonly string[]
  /** Absent: it may be left out. */
  readonly required?: boolean
  /** True: {@link Bot.suggest} knows what may stand here. */
  readonly suggested?: boolean
}

/** What somebody is typing into an argument that is {@link CommandArgument.suggested}. */
export interface Typing {
  readonly command: string
  readonly argument: string
  /** So far; may be empty. */
  readonly typed: string
}

/** Something that the argument may be. */
export interface Suggestion {
  readonly value: string
  /** As people know it, in their language. Plain text, a line. */
  readonly label: string
}

/** The words about a command in another language. */
export interface CommandWords {
  readonly usage: string
  readonly summary: string
  /** Summaries of the arguments, by their names. */
  readonly arguments?: Readonly<Record<string, string>>
}

/** A chat command, for adapters that register commands or complete them. */
export interface CommandInfo {
  /** Without the slash, e.g. `model`. */
  readonly name: string
  /** Its arguments as shown to people, e.g. `[name]`. */
  readonly usage: string
  readonly summary: string
  /** Set when Claude carries it out. */
  readonly by?: 'claude'
  /**
   * When it is taken up: at once; in its order, behind the messages before it; in its order, as a turn of Claude's; or
   * at once, by Claude, beside the turn. Absent: at once.
   */
  readonly when?: 'now' | 'in-order' | 'turn' | 'aside'
  /** The same arguments as data; absent: it takes none. */
  readonly arguments?: readonly CommandArgument[]
  /** By language (`zh`): what is English above. */
  readonly localized?: Readonly<Record<string, CommandWords>>
}
