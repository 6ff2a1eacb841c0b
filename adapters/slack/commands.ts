/** `/parley`, the shortcut on messages, and Slack's own Stop button, as messages of whoever used them. Pure. */
import type { Address, CommandInfo, Message } from '../../src/contract.ts'
import type { AgentStopped, MessageAction, SlashCommand } from './events.ts'
import { isDirect, milliseconds } from './inbound.ts'
import { type Quote, quoted } from './quote.ts'
import { plainText } from './text.ts'

/** Begin of the ids of messages that only their writer has seen. */
const unseen = 'command'

/** `/parley status` is `/status`; other words are a question. `now`: milliseconds since 1970. */
export function messageOf(command: SlashCommand, commands: readonly CommandInfo[], now: number): Message {
  const { team_id: tenant, channel_id: channel, user_id: user, text, trigger_id: trigger } = command
  const words = plainText(text).trim().replace(/^\//, '')
  const name = /^\S*/.exec(words)?.[0].toLowerCase() ?? ''
  const known = words === '' || commands.some((each) => each.name === name)
  return {
    kind: 'message',
    id: known ? unseenId(user, trigger) : `question:${user}:${trigger}`,
    at: now,
    from: { id: user },
    address: { adapter: 'slack', tenant, channel },
    direct: isDirect(channel),
    text: words === '' ? '/help' : known ? `/${words}` : words,
  }
}

/** Of a message that only its writer has seen: what answers it is for the same eyes. `unique`: of what made it. */
export function unseenId(user: string, unique: string): string {
  return `${unseen}:${user}:${unique}`
}

export function isUnseen({ id }: Message): boolean {
  return id.startsWith(`${unseen}:`)
}

/** Who alone is to see what answers this key; undefined: everybody may. */
export function onlyReader(key: string): string | undefined {
  return new RegExp(`^slack:${unseen}:([^:/]+):`).exec(key)?.[1]
}

/** Who asked, where that was not by writing into the channel: the bot may be no member of it. */
export function askerIn(key: string): string | undefined {
  return /^slack:(?:command|question|view):([^:/]+):/.exec(key)?.[1]
}

/** Slack's Stop button: what `/stop` does there. */
export function stopOf(
  { channel, user, thread_ts: thread, event_ts: ts }: AgentStopped,
  tenant: string,
): Message {
  return {
    kind: 'message',
    // Whoever may not stop it is told so alone.
    id: unseenId(user, `${channel}.${ts}`),
    at: milliseconds(ts),
    from: { id: user },
    address: { adapter: 'slack', tenant, channel, thread },
    direct: isDirect(channel),
    text: '/stop',
  }
}

/** What somebody wants to ask about, and where the answer goes: into the thread of that message. */
export function quoteOf({ message, channel, team }: MessageAction): Quote & {
  address: Address & { adapter: 'slack' }
} {
  const thread = message.thread_ts ?? message.ts
  const tenant = team?.id ?? message.team
  return {
    ...quoted(message),
    address: {
      adapter: 'slack',
      ...(tenant === undefined ? {} : { tenant }),
      channel: channel.id,
      thread,
    },
  }
}

/** The question, and under it what it is about. */
export function askedAbout(question: string, quote: string): string {
  if (quote === '') return question.trim()
  const lines = quote.split('\n').map((line) => `> ${line}`)
  return `${question.trim()}\n\n${lines.join('\n')}`
}
