/** Slash commands, menus, and what is typed into an argument, as whoever used them means it. Pure. */
import type { Attachment, CommandInfo, Message, Typing } from '../../src/contract.ts'
import { inputOf, partsOf, wordsInput } from './answers.ts'
import { wordsOf } from './displays.ts'
import type { Interaction, Target } from './events.ts'
import { attachment } from './inbound.ts'
import { type Origin, originOf } from './origin.ts'
import { cut } from './text.ts'

/** Begin of the ids of messages whose answers are for their writer alone. */
const unseen = 'command'
/** The field of a question's modal that holds what it is about: it comes back with it, whoever runs by then. */
export const quoteInput = 'quote'
export const longestQuote = 1500
/** As many as a message has. */
const mostFiles = 10

/**
 * `message`: `shown` is what all see of a question, absent: its answer is for the asker alone; `about` the message that it
 * is about, whose files come along.
 */
export type Used =
  | { readonly kind: 'message'; readonly message: Message; readonly shown?: Shown; readonly about?: string }
  | {
      readonly kind: 'about'
      readonly target: string
      readonly quote: string
      readonly files: readonly Attachment[]
    }
  | { readonly kind: 'typing'; readonly origin: Origin; readonly typing: Typing }
  /** A command that the bot had once. */
  | { readonly kind: 'unknown' }

/** A command as it was given, or a question about a message, by its link. */
export type Shown =
  | { readonly command: string }
  | { readonly question: string; readonly by: string; readonly link: string }

/** Null: none of ours. */
export function used(interaction: Interaction, commands: readonly CommandInfo[]): Used | null {
  const { data, type } = interaction
  const origin = originOf(interaction)
  if (data === undefined || origin === null) return null
  if ('custom_id' in data) {
    if (type === 5) return questionIn(interaction, origin, data.custom_id)
    return type === 3 ? saidBy(origin, data.custom_id, commands) : null
  }
  if (type === 4) return typingIn(data, origin)
  if (type !== 2) return null
  if (data.type === 2) return { kind: 'message', message: alone(origin, '/sessions') }
  if (data.type === 3) return aboutIn(data)
  const command = commands.find(({ name }) => name === data.name)
  return given(origin, command, command === undefined ? '' : textOf(command, data))
}

/** By a button: as if they had typed it there. Null: the button is for something else. */
function saidBy(origin: Origin, id: string, commands: readonly CommandInfo[]): Used | null {
  const parts = partsOf(id)
  if (parts?.part !== 'say') return null
  const name = /^\/(\S+)/.exec(parts.prompt)?.[1]
  return given(
    origin,
    commands.find((each) => each.name === name),
    parts.prompt,
  )
}

function given(origin: Origin, command: CommandInfo | undefined, text: string): Used {
  if (command === undefined) return { kind: 'unknown' }
  if (command.when !== 'turn') return { kind: 'message', message: alone(origin, text) }
  return { kind: 'message', message: open(origin, text), shown: { command: text } }
}

/** Who alone is to see what answers this key, and of which interaction; undefined: everybody may. */
export function onlyReader(key: string): { user: string; interaction: string } | undefined {
  const [, user, interaction] = new RegExp(`^discord:${unseen}:(\\d+):(\\d+)/`).exec(key) ?? []
  return user === undefined || interaction === undefined ? undefined : { user, interaction }
}

type Data = Exclude<NonNullable<Interaction['data']>, { custom_id: string }>

/** Arguments in the order in which the command wants them. */
function textOf({ name, arguments: known = [] }: CommandInfo, { options }: Data): string {
  const values = known.map((argument) => options.find((option) => option.name === argument.name)?.value)
  return [`/${name}`, ...values.flatMap((value) => (value === undefined ? [] : [String(value)]))].join(' ')
}

function typingIn({ name, options }: Data, origin: Origin): Used | null {
  const here = options.find(({ focused }) => focused === true)
  if (here === undefined) return null
  const typing = { command: name, argument: here.name, typed: String(here.value ?? '') }
  return { kind: 'typing', origin, typing }
}

function aboutIn({ target_id: target, resolved }: Data): Used | null {
  if (target === undefined) return null
  const message = resolved?.messages[target]
  const quote = message === undefined ? '' : cut(allWords(message), longestQuote)
  return { kind: 'about', target, quote, files: message === undefined ? [] : filesOf(message) }
}

/** With what it forwards. */
function allWords(message: Target): string {
  const forwarded = message.message_snapshots.map((snapshot) => wordsOf(snapshot.message))
  return [wordsOf(message), ...forwarded].filter((words) => words !== '').join('\n\n')
}

/** Those that came with a message, and with what it forwards. */
export function filesOf({ attachments, message_snapshots: snapshots }: Target): readonly Attachment[] {
  const all = [...attachments, ...snapshots.flatMap(({ message }) => message.attachments)]
  return all.slice(0, mostFiles).map(attachment)
}

function questionIn(interaction: Interaction, origin: Origin, id: string): Used | null {
  const parts = partsOf(id)
  if (parts?.part !== 'about') return null
  const question = inputOf(interaction, wordsInput).trim()
  const { guild_id: guild = '@me', channel_id: channel } = interaction
  const link = `https://discord.com/channels/${guild}/${channel}/${parts.prompt}`
  // Of a picture alone there is nothing to quote.
  const quoted = (inputOf(interaction, quoteInput).trim() || link).split('\n').map((line) => `> ${line}`)
  const message = open(origin, `${question}\n\n${quoted.join('\n')}`)
  return { kind: 'message', message, shown: { question, by: origin.from.id, link }, about: parts.prompt }
}

function alone(origin: Origin, text: string): Message {
  return { kind: 'message', ...origin, id: `${unseen}:${origin.from.id}:${origin.id}`, text }
}

/** Nobody has written it: it stands nowhere in the chat. */
function open(origin: Origin, text: string): Message {
  return { kind: 'message', ...origin, id: `question:${origin.id}`, text }
}
