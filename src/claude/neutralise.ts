/** The one place where a user's text is disarmed before the CLI reads it. */

import type { ImageContent } from './turn.ts'

/** A block of a message to the CLI. */
export type Block =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image'
      readonly source: { readonly type: 'base64'; readonly media_type: string; readonly data: string }
    }

/**
 * Wraps what a user wrote so that the CLI hands it to the model to the letter and acts on none of it.
 *
 * The CLI searches a message for `@path` (it inlines the file, asking nobody), `@agent-name`, `@server:resource`
 * and a leading `/command`, but it searches the last text block alone. So the user's text is never the last
 * block: an empty one follows, which the CLI drops before it asks the model. Unlike characters slipped in
 * after each `@`, this leaves decorators, e-mail addresses and pasted code as they are.
 * Pictures stand between the two, so that the last block is the empty one with them, too.
 * Seen on 2.1.197 and 2.1.329, for messages queued behind or steered into a running turn and after a resume too.
 */
export function neutralise(text: string, images: readonly ImageContent[] = []): readonly Block[] {
  // A message of white space alone is refused by the CLI, or sent to the API, which refuses it.
  return [
    { type: 'text', text: text.trim() === '' ? '(an empty message)' : text },
    ...images.map(({ mime, data }): Block => ({
      type: 'image',
      source: { type: 'base64', media_type: mime, data },
    })),
    { type: 'text', text: '' },
  ]
}
