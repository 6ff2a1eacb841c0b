/** What the keys do: the screen's state and a key -> the next state, and what the bot is to do. Pure. */
import type { Act } from './acts.ts'
import { openTasks, rowsOf } from './rows.ts'
import type { Permission } from './shapes.ts'
import { type Seen, type Tab, tabs } from './watch.ts'

/** What is asked before anything happens: the words, and what each key leads to. */
interface Question {
  readonly words: string
  readonly keys: Readonly<Record<string, Act>>
}

export interface Ui {
  readonly tab: Tab
  /** Place in the list. */
  readonly at: number
  readonly question?: Question
  /** A setting being written. */
  readonly edit?: { readonly key: string; readonly text: string }
}

/** One key. `name` of those that write nothing. */
export interface Pressed {
  readonly text: string
  readonly name?: 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end' | 'enter' | 'escape' | 'back' | 'tab'
}

export interface Next {
  readonly ui: Ui
  readonly act?: Act
  readonly leave?: true
}

export const start: Ui = { tab: 'turns', at: 0 }

/** `page`: rows of the list that fit. */
export function pressed(ui: Ui, seen: Seen, key: Pressed, page: number): Next {
  if (ui.edit !== undefined) return edited(ui, ui.edit, key)
  const { question, ...rest } = ui
  // Any other key means no.
  if (question !== undefined) return withAct(rest, question.keys[key.text])
  if (key.text === 'q') return { ui, leave: true }
  const tab = key.name === 'tab' ? after(ui.tab) : tabs[Number(key.text) - 1]
  if (tab !== undefined) return { ui: { tab, at: 0 } }
  if (key.text === 'd') return { ui: { ...ui, question: draining(seen) } }
  return { ui, ...(moved(ui, seen, key, page) ?? chosen(ui, seen, key)) }
}

/** The row that is meant, of a list that may have become shorter. */
export function placeIn(ui: Ui, rows: number): number {
  return Math.max(0, Math.min(ui.at, rows - 1))
}

export const help: Readonly<Record<Tab, string>> = {
  turns: 's stop',
  approvals: 'a allow · x deny · ⏎ all choices',
  tasks: '+ - priority · c cancel',
  sessions: 's stop',
  usage: '',
  log: '',
  settings: '⏎ change',
}

function after(tab: Tab): Tab {
  return tabs[(tabs.indexOf(tab) + 1) % tabs.length] ?? tab
}

function draining({ overview: { state } }: Seen): Question {
  const goOn: Act = { type: 'drain', drain: false, leave: false }
  if (state !== 'running') return { words: 'Take new work again? y', keys: { y: goOn } }
  return {
    words: 'Begin nothing new? y yes · l yes, and end the bot once nothing runs',
    keys: {
      y: { type: 'drain', drain: true, leave: false },
      l: { type: 'drain', drain: true, leave: true },
    },
  }
}

function moved(ui: Ui, seen: Seen, { text, name }: Pressed, page: number): Next | undefined {
  const rows = rowsOf(ui.tab, seen, 0).length
  const at = placeIn(ui, rows)
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageUp: -page,
    pageDown: page,
    home: -rows,
    end: rows,
  }
  const step = steps[name ?? text]
  return step === undefined ? undefined : { ui: { ...ui, at: Math.max(0, Math.min(at + step, rows - 1)) } }
}

/** What is done about the chosen row. */
function chosen(ui: Ui, seen: Seen, { text, name }: Pressed): Partial<Next> {
  const at = placeIn(ui, rowsOf(ui.tab, seen, 0).length)
  const ask = (words: string, keys: Question['keys']): Partial<Next> => ({
    ui: { ...ui, question: { words, keys } },
  })
  if (ui.tab === 'turns' || ui.tab === 'sessions') {
    const session = (ui.tab === 'turns' ? seen.turns : (seen.sessions ?? []))[at]
    if (session === undefined || text !== 's') return {}
    return ask('Stop what runs there? y', { y: { type: 'stop', session: session.id } })
  }
  if (ui.tab === 'approvals') return decided(ui, seen.approvals[at], { text, ...(name && { name }) })
  if (ui.tab === 'tasks') {
    const task = openTasks(seen)[at]
    if (task === undefined) return {}
    const { user, id, priority } = task
    if (text === 'c') return ask(`End the task ${id} of ${user}? y`, { y: { type: 'cancel', user, id } })
    const next = priority + (text === '+' || text === '=' ? 1 : text === '-' ? -1 : 0)
    if (next === priority || next < 1 || next > 10) return {}
    return { act: { type: 'prefer', user, id, priority: next } }
  }
  const setting = ui.tab === 'settings' ? seen.settings?.[at] : undefined
  if (setting?.editable !== true || name !== 'enter') return {}
  return { ui: { ...ui, edit: { key: setting.key, text: String(setting.waiting ?? setting.value ?? '') } } }
}

function decided(ui: Ui, permission: Permission | undefined, { text, name }: Pressed): Partial<Next> {
  if (permission === undefined) return {}
  const { session, prompt, choices } = permission
  const act = (choice: string): Act => ({ type: 'decide', session, prompt, choice })
  const quick = text === 'a' ? 'once' : text === 'x' ? 'deny' : undefined
  if (quick !== undefined && choices.some(({ id }) => id === quick)) return { act: act(quick) }
  if (name !== 'enter' && quick === undefined) return {}
  // What wants own words with it is answered where it was asked.
  const offered = choices.filter(({ text: wantsWords }) => wantsWords !== true).slice(0, 9)
  const keys = Object.fromEntries(offered.map(({ id }, index) => [String(index + 1), act(id)]))
  const words = offered.map(({ label }, index) => `${index + 1} ${label}`).join(' · ')
  return { ui: { ...ui, question: { words, keys } } }
}

function edited(ui: Ui, { key, text }: NonNullable<Ui['edit']>, pressedKey: Pressed): Next {
  const { edit: _edit, ...rest } = ui
  if (pressedKey.name === 'escape') return { ui: rest }
  if (pressedKey.name === 'enter') return { ui: rest, act: { type: 'change', key, text } }
  const next =
    pressedKey.name === 'back' ? Array.from(text).slice(0, -1).join('') : `${text}${pressedKey.text}`
  return { ui: { ...rest, edit: { key, text: next } } }
}

function withAct(ui: Ui, act: Act | undefined): Next {
  return act === undefined ? { ui } : { ui, act }
}
