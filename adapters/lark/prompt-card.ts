/** Questions as Feishu's cards: buttons, and forms where something is filled in. Pure. */
import type { Choice, PromptReply } from '../../src/contract.ts'
import { fields, type Place } from './answers.ts'
import {
  type Button,
  button,
  buttonRow,
  type CardJson,
  type Element,
  type FormElement,
  longestLabel,
  type MarkdownElement,
  plain,
} from './card.ts'
import { card, elementsOf, small } from './render.ts'
import { harmless, line } from './text.ts'
import type { Words } from './words.ts'

const longestTitle = 200
/** What Feishu takes in one field of a form. */
const longestWords = 1000

export function promptCard(prompt: PromptReply, place: Place, words: Words): CardJson {
  const { title, markdown, settled } = prompt
  const below = settled === undefined ? choiceElements(prompt, place, words) : [settledLine(settled)]
  const made = card(`${title}\n${markdown}`, (tables) => [...elementsOf(markdown, tables), ...below])
  const template = settled === undefined ? 'blue' : 'grey'
  return { ...made, header: { title: plain(line(title, longestTitle)), template } }
}

function settledLine({ label, by, at }: NonNullable<PromptReply['settled']>): MarkdownElement {
  const open = /^lark:(ou_\w+)$/.exec(by ?? '')?.[1]
  // A person's card pings nobody, a mention would.
  const who =
    open === undefined
      ? harmless(by ?? '')
      : `<person id='${open}' show_name=true show_avatar=false></person>`
  // Each reader sees the time of their own zone.
  const when = `<local_datetime millisecond='${Math.floor(at)}' format_type='date_num'></local_datetime>`
  return small([`**${line(label, 200)}**`, who, when].filter((part) => part !== '').join(' · '))
}

function choiceElements(prompt: PromptReply, place: Place, words: Words): Element[] {
  const { choices, multiple, ownText } = prompt
  const typed = multiple === true ? [] : choices.filter(({ text }) => text === true)
  const plainOnes = multiple === true ? [] : choices.filter(({ text }) => text !== true)
  const buttons = plainOnes.map((choice) => button(choice, { ...valueOf(prompt, place), choice: choice.id }))
  const rows: Element[] = buttons.length === 0 ? [] : [buttonRow(buttons)]
  const filled = multiple === true || ownText === true || typed.length > 0
  return filled
    ? [...rows, { tag: 'form', name: 'form', elements: formElements(prompt, typed, place, words) }]
    : rows
}

function formElements(
  prompt: PromptReply,
  typed: readonly Choice[],
  place: Place,
  words: Words,
): FormElement[] {
  const { choices, multiple, ownText } = prompt
  const elements: FormElement[] = []
  if (multiple === true) {
    const options = choices.map(({ id, label }) => ({ text: plain(line(label, longestLabel)), value: id }))
    elements.push({
      tag: 'multi_select_static',
      name: fields.picks,
      placeholder: plain(words.choose),
      // Feishu wants one otherwise, and an answer in own words would never be sent.
      required: false,
      width: 'fill',
      options,
    })
  }
  if (ownText === true || typed.length > 0) {
    elements.push({
      tag: 'input',
      name: fields.words,
      placeholder: plain(words.ownTextHint),
      input_type: 'multiline_text',
      rows: 2,
      max_length: longestWords,
      width: 'fill',
    })
  }
  const value = { ...valueOf(prompt, place), form: true }
  const buttons = typed.map((choice) => button(choice, { ...value, choice: choice.id }))
  if (multiple === true || ownText === true) {
    const label = multiple === true ? words.submit : words.ownText
    buttons.push(button({ label, style: 'primary' }, value))
  }
  return [...elements, buttonRow(buttons.map(submit))]
}

function valueOf({ prompt, language }: PromptReply, place: Place) {
  return { prompt, place, ...(language !== undefined && { language }) }
}

/** Its name is its own in the card. */
function submit(pressed: Button, index: number): Button {
  return { ...pressed, name: `b_${index}`, form_action_type: 'submit' }
}
