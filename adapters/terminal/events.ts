/** What a turn looks like to a program: with `json`, each event is one line on standard output. */
import type {
  Choice,
  FileReply,
  Outcome,
  TextReply,
  ToolView,
  TurnFigures,
  TurnView,
} from '../../src/contract.ts'

/**
 * One line of `parley ask --json`. Stable: fields are added, never renamed or removed; ignore what you do not know.
 * Exactly one `reply` with `outcome`, and without `earlier`, ends each message. Control characters are escaped as `\uXXXX`.
 */
export type TerminalEvent =
  /** The turn as it stands, always the whole of it: later views replace earlier ones. */
  | {
      readonly type: 'view'
      readonly markdown: string
      readonly tools: readonly ToolView[]
      readonly status?: string
      /** Set when it answers a message of an earlier run. */
      readonly earlier?: true
    }
  /** What was shown since the last `reply` is void: no answer came of it. */
  | { readonly type: 'abandoned' }
  /** Text for people; the one that ends the message has `outcome` and, after a turn, `figures` (US dollars, milliseconds). */
  | {
      readonly type: 'reply'
      readonly tone: TextReply['tone']
      readonly markdown: string
      readonly outcome?: Outcome
      readonly figures?: TurnFigures
      /** As in a view. */
      readonly earlier?: true
    }
  /** Claude sent a file: it lies under `path`, and is yours to move or to remove. */
  | {
      readonly type: 'file'
      readonly path: string
      readonly name: string
      readonly bytes: number
      readonly caption?: string
    }
  /** Claude asks for leave. What was answered for you comes as `answer`. */
  | {
      readonly type: 'prompt'
      readonly prompt: string
      readonly title: string
      readonly markdown: string
      readonly choices: readonly Choice[]
    }
  | {
      readonly type: 'answer'
      readonly prompt: string
      readonly choices: readonly string[]
      readonly text?: string
    }
  | { readonly type: 'settled'; readonly prompt: string; readonly label: string }

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const unescaped = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** JSON leaves some control characters as they are; these are escaped too, which every parser undoes. */
export function eventLine(event: TerminalEvent): string {
  return `${JSON.stringify(event).replaceAll(unescaped, escape)}\n`
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

export function fileEvent({ path, name, bytes, caption }: FileReply): TerminalEvent {
  return { type: 'file', path, name, bytes, ...(caption === undefined ? {} : { caption }) }
}

export function viewEvent({ markdown, tools, status }: TurnView, earlier: boolean): TerminalEvent {
  const mark = earlier ? { earlier } : {}
  return { type: 'view', markdown, tools, ...(status === undefined ? {} : { status }), ...mark }
}

export function replyEvent({ tone, markdown, outcome, figures }: TextReply, earlier: boolean): TerminalEvent {
  return {
    type: 'reply',
    tone,
    markdown,
    ...(outcome === undefined ? {} : { outcome }),
    ...(figures === undefined ? {} : { figures }),
    ...(earlier ? { earlier } : {}),
  }
}
