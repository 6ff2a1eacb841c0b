/** Replies as Slack's blocks. Pure. All that others wrote passes through `harmless` or `escaped` here. */
import type { types } from '@slack/bolt'
import type { Choice, PageButton, PromptReply, TextReply } from '../../src/contract.ts'
import { type AboutOrigin, actions, type ButtonValue, modal, type ModalOrigin } from './answers.ts'
import { tablesAsCode } from './tables.ts'
import { cut, escaped, harmless, line, type Mentions } from './text.ts'
import { type Words, wordsIn } from './words.ts'

/** What a message shows: the blocks, and the words for notifications and screen readers. */
export interface Content {
  readonly text: string
  readonly blocks: types.KnownBlock[]
  /** All of it without blocks; absent: it is nothing without them. */
  readonly whole?: string
}

const longestFallback = 600
const longestHeader = 150
const longestLabel = 75
const mostBoxes = 10
/** Of one block. */
const mostButtons = 25

type SaidThere = Pick<PageButton, 'says' | 'address'>

/**
 * Length as Slack counts it. Undocumented: in streams it is bytes of UTF-8, and a message's blocks may take so much
 * as JSON. The larger of the two.
 */
export function measure(markdown: string): number {
  const text = harmless(markdown)
  return Math.max(Buffer.byteLength(text), JSON.stringify(text).length - 2)
}

/** `mentions`: whom an answer may ping; the bot's own words ping nobody. */
export function textContent(
  { markdown, tone, buttons = [] }: Pick<TextReply, 'markdown' | 'tone' | 'buttons'>,
  mentions: Mentions,
): Content {
  const shown = tone === 'error' ? `⚠️ ${markdown}` : markdown
  const words = markdownBlock(shown, tone === 'answer' ? mentions : undefined)
  const offered = buttons.slice(0, mostButtons).map(sayButton)
  const blocks: types.KnownBlock[] =
    offered.length === 0 ? [words] : [words, { type: 'actions', block_id: 'commands', elements: offered }]
  return { text: fallback(shown), blocks, whole: escaped(shown) || '…' }
}

/** The same under a line of Slack's own markup. */
export function beneath(words: string, { blocks, ...content }: Content): Content {
  const above: types.ContextBlock = { type: 'context', elements: [{ type: 'mrkdwn', text: words }] }
  return { ...content, blocks: [above, ...blocks] }
}

/** The same with its tables as code; undefined: it has none. */
export function withoutTables({ text, blocks }: Content): Content | undefined {
  const plain = blocks.map((block) =>
    block.type === 'markdown' ? { ...block, text: tablesAsCode(block.text) } : block,
  )
  const same = plain.every((block, index) => {
    const before = blocks[index]
    return block.type !== 'markdown' || (before?.type === 'markdown' && before.text === block.text)
  })
  return same ? undefined : { text, blocks: plain }
}

/** `tenant`: the workspace that it is shown in. */
export function promptContent(prompt: PromptReply, tenant: string | undefined): Content {
  const { title, markdown, settled } = prompt
  const head: types.KnownBlock =
    title.length <= longestHeader
      ? { type: 'header', text: { type: 'plain_text', text: line(title, longestHeader), emoji: false } }
      : markdownBlock(cut(title, 1000))
  const body = markdown.trim() === '' ? [] : [markdownBlock(markdown)]
  const below = settled === undefined ? choiceBlocks(prompt, tenant) : [settledBlock(settled)]
  return { text: fallback(`${title}\n\n${markdown}`), blocks: [head, ...body, ...below] }
}

/** The modal that asks for own words. */
export function wordsModal(origin: ModalOrigin): types.ModalView {
  const words = wordsIn(origin.language)
  return modalOf(modal.callback, origin, words.modalTitle, words.modalLabel, words)
}

/** The modal that asks what somebody wants to know about a message. */
export function aboutModal(origin: AboutOrigin, language: string | undefined): types.ModalView {
  const words = wordsIn(language)
  const view = modalOf(modal.about, origin, words.aboutTitle, words.aboutLabel, words)
  if (origin.quote !== '' || origin.files.length > 0) return view
  const nothing: types.ContextBlock = { type: 'context', elements: [plain(words.nothingToQuote)] }
  return { ...view, blocks: [...view.blocks, nothing] }
}

function modalOf(
  callback: string,
  origin: ModalOrigin | AboutOrigin,
  title: string,
  label: string,
  words: Words,
): types.ModalView {
  return {
    type: 'modal',
    callback_id: callback,
    title: plain(title),
    submit: plain(words.submit),
    close: plain(words.cancel),
    private_metadata: JSON.stringify(origin),
    blocks: [
      {
        type: 'input',
        block_id: modal.block,
        label: plain(label),
        element: {
          type: 'plain_text_input',
          action_id: modal.input,
          multiline: true,
          max_length: 3000,
          focus_on_load: true,
        },
      },
    ],
  }
}

function markdownBlock(markdown: string, mentions?: Mentions): types.MarkdownBlock {
  const text = harmless(markdown, mentions)
  // Slack refuses an empty one.
  return { type: 'markdown', text: text.trim() === '' ? '…' : text }
}

function fallback(markdown: string): string {
  return escaped(cut(markdown.trim(), longestFallback)) || '…'
}

function choiceBlocks(
  { prompt, language, choices, multiple, ownText }: PromptReply,
  tenant: string | undefined,
): types.KnownBlock[] {
  const words = wordsIn(language)
  const about: ButtonValue = {
    prompt,
    ...(language === undefined ? {} : { language }),
    ...(tenant === undefined ? {} : { tenant }),
  }
  const buttons: types.Button[] =
    multiple === true
      ? [button(`${actions.submit}_0`, words.submit, about, 'primary')]
      : choices.map((choice, index) => choiceButton(about, choice, index))
  if (ownText === true) buttons.push(button(`${actions.words}_own`, words.ownText, about))
  const boxes = multiple === true ? boxBlocks(choices) : []
  return [...boxes, { type: 'actions', block_id: 'choices', elements: buttons }]
}

function choiceButton(about: ButtonValue, { id, label, style, text }: Choice, index: number): types.Button {
  const kind = text === true ? actions.words : actions.choice
  return button(`${kind}_${index}`, text === true ? `${label} …` : label, { ...about, choice: id }, style)
}

function sayButton({ label, says, address, style }: PageButton, index: number): types.Button {
  return button(`${actions.say}_${index}`, label, { says, address }, style)
}

function button(
  id: string,
  label: string,
  value: ButtonValue | SaidThere,
  style?: Choice['style'],
): types.Button {
  return {
    type: 'button',
    action_id: id,
    text: plain(label),
    value: JSON.stringify(value),
    ...(style === undefined ? {} : { style }),
  }
}

/** Slack takes ten boxes in a group. */
function boxBlocks(choices: readonly Choice[]): types.KnownBlock[] {
  const groups = Array.from({ length: Math.ceil(choices.length / mostBoxes) }, (_, index) =>
    choices.slice(index * mostBoxes, (index + 1) * mostBoxes),
  )
  return groups.map((group, index) => ({
    type: 'actions',
    block_id: `boxes_${index}`,
    elements: [
      {
        type: 'checkboxes',
        action_id: `${actions.options}_${index}`,
        options: group.map(({ id, label }) => ({ text: plain(label), value: id })),
      },
    ],
  }))
}

function settledBlock({ label, by, at }: NonNullable<PromptReply['settled']>): types.ContextBlock {
  const seconds = Math.floor(at / 1000)
  // Each reader sees the time of their own zone.
  const time = `<!date^${seconds}^{date_short_pretty} {time}|${new Date(at).toISOString()}>`
  const parts = [`*${escaped(line(label, 200))}*`, personIn(by), time]
  return {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: parts.filter((part) => part !== '').join(' · ') }],
  }
}

/** As a mention where it is somebody of Slack's: a message that is changed pings nobody. */
function personIn(by: string | undefined): string {
  if (by === undefined) return ''
  const id = /^slack:(?:[TE][A-Z0-9]+\/)?([UW][A-Z0-9]+)$/.exec(by)?.[1]
  return id === undefined ? escaped(by) : `<@${id}>`
}

function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text: line(text, longestLabel), emoji: false }
}
