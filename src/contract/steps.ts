/** A turn told step by step, for adapters that show more than how it stands. Imports nothing. */

/** What happens in a turn, one by one, in order. */
export type TurnStep =
  | { readonly type: 'started'; readonly transcript: string; readonly model: string }
  | { readonly type: 'text'; readonly delta: string }
  /** A block of text is whole; it replaces the deltas since the last block. Blocks are joined by a blank line. */
  | { readonly type: 'text-block'; readonly text: string }
  /** The deltas since the last block are void: they come anew. */
  | { readonly type: 'text-void' }
  | { readonly type: 'thinking' }
  | {
      readonly type: 'tool'
      readonly id: string
      readonly name: string
      readonly input: Readonly<Record<string, unknown>>
      /** Set when a subagent uses it: id of the tool use that started that. */
      readonly parent?: string
    }
  | { readonly type: 'tool-result'; readonly id: string; readonly ok: boolean; readonly text: string }
  /** A line that the CLI wrote, as it is: one JSON object of its stream-json. */
  | { readonly type: 'line'; readonly line: string }
