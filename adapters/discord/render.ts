/** Replies as Discord's messages. Pure. All that others wrote passes through text.ts here. */
import {
  ButtonStyle,
  ComponentType,
  type RESTPostAPIChannelMessageJSONBody,
  TextInputStyle,
} from 'discord.js'
import type { Choice, PageButton, PromptReply, TextReply } from '../../src/contract.ts'
import { customId, given, sayingId, wanting, wordsInput } from './answers.ts'
import { longestQuote, quoteInput, type Shown } from './commands.ts'
import { cut, discordMarkdown, escaped, line } from './text.ts'
import { wordsIn } from './words.ts'

/** What a message shows. */
export interface Content {
  readonly content: string
  readonly components: Rows
}
type Rows = NonNullable<RESTPostAPIChannelMessageJSONBody['components']>
type Row = Extract<Rows[number], { type: ComponentType.ActionRow }>
type Button = Extract<Row['components'][number], { type: ComponentType.Button; custom_id: string }>

const styles = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const
const mostText = 2000
const longestLabel = 80
const longestOption = 100
const mostInRow = 5
/** More choices than these stand in a list. */
const mostButtons = 20

/** Length in UTF-16 units; Discord counts code points, which are never more. */
export function measure(markdown: string): number {
  return discordMarkdown(markdown).length
}

type Text = Pick<TextReply, 'markdown' | 'tone' | 'buttons'>

export function textContent({ markdown, tone, buttons = [] }: Text): Content {
  const text = discordMarkdown(markdown)
  return { content: filled(tone === 'error' ? `⚠️ ${text}` : text), components: commandRows(buttons) }
}

/** Each once, and none that Discord does not take: the text names them all. */
function commandRows(buttons: readonly PageButton[]): Row[] {
  const shown = new Map<string, Button>()
  for (const { label, says, style } of buttons) {
    const id = sayingId(says)
    if (id !== undefined && !shown.has(id)) shown.set(id, button(id, label, style && styles[style]))
  }
  return rowsOf([...shown.values()].slice(0, mostButtons))
}

export function promptContent(prompt: PromptReply): Content {
  const { title, markdown, settled } = prompt
  const head = `**${escaped(line(title, 150))}**`
  const below = settled === undefined ? '' : `\n\n${settledLine(settled)}`
  const room = mostText - head.length - below.length - 2
  const text = discordMarkdown(markdown).trimEnd()
  const body = text.trim() === '' ? '' : `\n\n${fitting(text, room)}`
  return { content: head + body + below, components: settled === undefined ? choiceRows(prompt) : [] }
}

/** The modal that asks for own words. `language`: of whoever is asked. */
export function wordsModal(prompt: string, choice: string | undefined, language: string | undefined) {
  const words = wordsIn(language)
  return {
    custom_id: customId('modal', prompt, choice),
    title: words.modalTitle,
    components: [field(words.modalLabel, { custom_id: wordsInput, max_length: 3000 })],
  }
}

/** The modal that asks about a message; what it is about comes back with it. */
export function aboutModal(target: string, quote: string, language: string | undefined) {
  const words = wordsIn(language)
  return {
    custom_id: customId('about', target),
    title: words.askAbout,
    components: [
      field(words.question, { custom_id: wordsInput, max_length: 3000 }),
      field(words.about, {
        custom_id: quoteInput,
        max_length: longestQuote,
        required: false,
        ...(quote === '' ? {} : { value: quote }),
      }),
    ],
  }
}

/** What all see of a question that nobody has written. */
export function shownContent(shown: Shown, language: string | undefined): Content {
  const text =
    'command' in shown
      ? `\`${line(shown.command, 500).replaceAll('`', "'")}\``
      : wordsIn(language).asks(`<@${shown.by}>`, shown.link, escaped(cut(shown.question, 800)))
  return { content: text, components: [] }
}

function field(label: string, input: object) {
  return {
    type: ComponentType.Label as const,
    label,
    component: {
      type: ComponentType.TextInput as const,
      style: TextInputStyle.Paragraph as const,
      required: true,
      ...input,
    },
  }
}

/** Discord refuses an empty message. */
function filled(text: string): string {
  return text.trim() === '' ? '…' : text
}

/** What the core measured always fits; its simplest form may not. To Discord any three backticks begin or end a fence, in a list too: one that is cut is closed. */
function fitting(text: string, room: number): string {
  if (text.length <= room) return text
  const short = cut(text, room - 4)
  const fences = short.match(/`{3,}/g)?.length ?? 0
  return fences % 2 === 0 ? short : `${short}\n\`\`\``
}

function choiceRows(prompt: PromptReply): Rows {
  const { choices, multiple, ownText, language } = prompt
  const own = ownText === true ? [button(customId('words', prompt.prompt), wordsIn(language).ownText)] : []
  const listed =
    multiple === true || choices.length > mostButtons || choices.some(({ description }) => description)
  if (listed) return [listRow(prompt), ...rowsOf(own)]
  return rowsOf([...choices.map((choice) => choiceButton(prompt.prompt, choice)), ...own])
}

function rowsOf(buttons: readonly Button[]): Row[] {
  const count = Math.ceil(buttons.length / mostInRow)
  return Array.from({ length: count }, (_, index) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(index * mostInRow, (index + 1) * mostInRow),
  }))
}

function choiceButton(prompt: string, { id, label, style, text }: Choice): Button {
  const shown = text === true ? `${label} …` : label
  return button(customId(text === true ? 'words' : 'choice', prompt, id), shown, style && styles[style])
}

function button(
  id: string,
  label: string,
  style: Exclude<Button['style'], undefined> = ButtonStyle.Secondary,
): Button {
  return { type: ComponentType.Button, custom_id: id, style, label: line(label, longestLabel) }
}

function listRow({ prompt, choices, multiple, language }: PromptReply): Row {
  // With one that wants words, only that one can be taken.
  const several = multiple === true && !choices.some(({ text }) => text)
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: customId('list', prompt),
        placeholder: wordsIn(language).choose,
        min_values: 1,
        max_values: several ? choices.length : 1,
        options: choices.map(({ id, label, description, text }) => ({
          label: line(label, longestOption),
          value: `${text === true ? wanting : given}${id}`,
          ...(description === undefined || description === ''
            ? {}
            : { description: line(description, longestOption) }),
        })),
      },
    ],
  }
}

function settledLine({ label, by, at }: NonNullable<PromptReply['settled']>): string {
  // Each reader sees the time of their own zone.
  const time = `<t:${Math.floor(at / 1000)}:f>`
  const parts = [`**${escaped(line(label, 200))}**`, personIn(by), time]
  return parts.filter((part) => part !== '').join(' · ')
}

/** As a mention where it is somebody of Discord's: nobody is pinged by it. */
function personIn(by: string | undefined): string {
  if (by === undefined) return ''
  const id = /^discord:(\d+)$/.exec(by)?.[1]
  return id === undefined ? escaped(line(by, 100)) : `<@${id}>`
}
