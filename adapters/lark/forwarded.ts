/** Messages that were forwarded together, as text. Pure. */
import { contentOf } from './content.ts'
import type { Listed } from './events.ts'

const most = 200

/** Feishu shows bots who wrote them by ids alone, which are numbered here, and gives none of their files. */
export function forwardedText(messages: readonly Listed[]): string {
  const people = [...new Set(messages.map(({ sender }) => sender.id))]
  const lines = messages.slice(0, most).map(({ sender, msg_type: type, body, message_id: id, mentions }) => {
    const { text, attachments } = contentOf(type, body?.content ?? '', id)
    const names = new Map((mentions ?? []).map(({ key, name }) => [key, name]))
    const spelled = text.replaceAll(/@_user_\d+/g, (key) => `@${names.get(key) ?? key.slice(2)}`)
    const files = attachments.map(({ name }) => `[file ${name}]`)
    return `person ${people.indexOf(sender.id) + 1}: ${[spelled, ...files].filter((part) => part !== '').join(' ')}`
  })
  const rest = messages.length - lines.length
  return ['[forwarded messages]', ...lines, ...(rest > 0 ? [`[${rest} more]`] : [])].join('\n')
}
