/** Replies without cards: rich text (`post`), or bare text. Pure. */
import type { PromptReply, TextReply } from '../../src/contract.ts'
import type { Posted } from './posting.ts'
import { figuresText, streamText, warned } from './render.ts'
import { harmless, line, withoutHeadings } from './text.ts'
import type { Words } from './words.ts'

const longestTitle = 200
const longestName = 60

/** What somebody is called, by their open_id, where that is known. */
export type NameOf = (openId: string) => string | undefined

/** Rich text; `md` takes Markdown, but for tables, which stand as code, and headings. */
export function postContent(reply: TextReply | PromptReply, words: Words, nameOf: NameOf): Posted {
  const written = streamText(reply.kind === 'prompt' ? promptText(reply, nameOf) : replyText(reply, words))
  // Once more at the end: a heading that lost its marks may have put a tag together.
  const text = harmless(withoutHeadings(written))
  const content = [[{ tag: 'md', text: text.trim() === '' ? '…' : text }]]
  return { msg_type: 'post', content: JSON.stringify({ [words.post]: { content } }) }
}

/** What stands in it is shown as it was written. */
export function textContent({ markdown }: Pick<TextReply, 'markdown'>): Posted {
  return { msg_type: 'text', content: JSON.stringify({ text: harmless(markdown) }) }
}

function replyText({ markdown, tone, figures }: TextReply, words: Words): string {
  const shown = tone === 'error' ? warned(markdown) : markdown
  return figures === undefined ? shown : `${shown}\n\n${figuresText(figures, words)}`
}

/** The core has written its choices out with numbers. */
function promptText({ title, markdown, settled }: PromptReply, nameOf: NameOf): string {
  const below =
    settled === undefined ? '' : `\n\n**${line(settled.label, longestTitle)}**${byWhom(settled, nameOf)}`
  return `**${line(title, longestTitle)}**\n\n${markdown}${below}`
}

function byWhom({ by }: NonNullable<PromptReply['settled']>, nameOf: NameOf): string {
  if (by === undefined) return ''
  const open = /^lark:(ou_\w+)$/.exec(by)?.[1]
  const name = (open === undefined ? undefined : nameOf(open)) ?? by
  // Whatever somebody calls themselves: as code it is no markup.
  return ` · \`${line(name, longestName).replaceAll('`', "'")}\``
}
