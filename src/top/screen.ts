/** The screen. Whatever is shown passes through {@link shown}: what came from chats could steer the terminal else. */
import { Box, Text, type TextProps, useInput, useWindowSize, type Key } from 'ink'
import { type ReactElement, createElement as h, useRef, useState, useSyncExternalStore } from 'react'
import { visible } from '../words/quoted.ts'
import type { Said } from './acts.ts'
import type { Act } from './acts.ts'
import { type Row, columnsOf, rowsOf, span } from './rows.ts'
import { type Next, type Pressed, type Ui, help, placeIn, pressed, start } from './ui.ts'
import { type Seen, type Tab, type Watch, tabs } from './watch.ts'

export interface ScreenParts {
  readonly url: string
  readonly watch: Pick<Watch, 'seen' | 'subscribe' | 'show' | 'hurry'>
  readonly carryOut: (act: Act) => Promise<Said>
  readonly leave: () => void
}

/** Lines that are no list: title, counts, tabs, heading, below it what is said and the keys. */
const around = 6
const mostDetail = 8

export function Screen({ url, watch, carryOut, leave }: ScreenParts): ReactElement {
  const { columns, rows } = useWindowSize()
  const seen = useSyncExternalStore(
    (listener) => watch.subscribe(listener),
    () => watch.seen,
  )
  // Keys that come together each find what the one before has made of it.
  const current = useRef(start)
  const [ui, setUi] = useState(start)
  const [said, setSaid] = useState<Said>()
  const list = rowsOf(ui.tab, seen, Date.now())
  const at = placeIn(ui, list.length)
  const most = Math.min(mostDetail, Math.floor(rows / 3))
  const whole = detailOf(list[at], columns)
  // Of what is still being written the end is what is new.
  const detail = ui.tab === 'turns' ? whole.slice(-most) : whole.slice(0, most)
  const page = Math.max(1, rows - around - (detail.length === 0 ? 0 : detail.length + 1))

  const act = async (wanted: Act): Promise<void> => {
    setSaid(await carryOut(wanted))
    watch.hurry()
  }
  const take = (key: Pressed): void => {
    const before = current.current
    const next: Next = pressed(before, watch.seen, key, page)
    if (next.leave === true) return leave()
    if (next.ui.tab !== before.tab) watch.show(next.ui.tab)
    // The newest line of a log is what one looks at first.
    const toEnd = next.ui.tab === 'log' && before.tab !== 'log'
    current.current = toEnd ? { ...next.ui, at: watch.seen.log.length } : next.ui
    setUi(current.current)
    setSaid(undefined)
    if (next.act !== undefined) void act(next.act)
  }
  useInput((text, key) => {
    if (key.ctrl && text === 'c') return leave()
    for (const each of pressedOf(text, key)) take(each)
  })

  return h(
    Box,
    { flexDirection: 'column', width: columns, height: rows, overflow: 'hidden' },
    h(Title, { url, seen }),
    h(Counts, { seen }),
    h(Tabs, { tab: ui.tab, seen }),
    h(List, { tab: ui.tab, list, at, page }),
    ...(detail.length === 0
      ? []
      : [
          h(Line, { key: 'rule', text: '─'.repeat(columns), dimColor: true }),
          ...detail.map((text, index) => h(Line, { key: index, text })),
        ]),
    h(Prompt, { ui, seen, said }),
    h(Line, { text: keysOf(ui), dimColor: true }),
  )
}

/** One line that is cut where the screen ends. */
function Line({ text, ...style }: TextProps & { readonly text: string }): ReactElement {
  return h(Box, { flexShrink: 0, height: 1 }, h(Text, { wrap: 'truncate-end', ...style }, shown(text)))
}

function Title({ url, seen: { overview } }: { readonly url: string; readonly seen: Seen }): ReactElement {
  const { version, uptimeSeconds, state, adapters } = overview
  const each = adapters.map(({ name, state: how }) => (how === 'ready' ? `${name} ✓` : `${name} ✗ ${how}`))
  const color = state === 'running' ? 'green' : 'yellow'
  const text = [`parley ${version}`, url, state, `up ${span(uptimeSeconds * 1000)}`, ...each].join(' · ')
  return h(Line, {
    text,
    bold: true,
    color: adapters.every(({ state: how }) => how === 'ready') ? color : 'red',
  })
}

function Counts({ seen: { overview } }: { readonly seen: Seen }): ReactElement {
  const { running, waiting, undelivered, warm, tasks } = overview
  const work = `${tasks.running} of ${tasks.concurrency} tasks, ${tasks.waiting} behind`
  const text = `${running} running · ${waiting} waiting · ${undelivered} undelivered · ${warm} warm · ${work}`
  return h(Line, { text })
}

function Tabs({ tab, seen }: { readonly tab: Tab; readonly seen: Seen }): ReactElement {
  const names = tabs.map((name, index) => {
    const open = name === 'approvals' ? seen.approvals.length : name === 'turns' ? seen.turns.length : 0
    const words = `${index + 1} ${name}${open === 0 ? '' : ` (${open})`}`
    return name === tab ? `[${words}]` : ` ${words} `
  })
  return h(Line, { text: names.join(''), color: 'cyan' })
}

interface ListParts {
  readonly tab: Tab
  readonly list: readonly Row[]
  readonly at: number
  readonly page: number
}

function List({ tab, list, at, page }: ListParts): ReactElement {
  const columns = columnsOf[tab]
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), list.length - page))
  const cells = (row: readonly string[]): readonly ReactElement[] =>
    columns.map(([, width], index) =>
      h(
        Box,
        {
          key: index,
          ...(width === 0
            ? { flexGrow: 1, flexBasis: 0 }
            : { width: width - 1, marginRight: 1, flexShrink: 0 }),
        },
        h(Text, { wrap: 'truncate-end' }, oneLine(row[index] ?? '')),
      ),
    )
  const line = (key: number, mark: string, row: readonly string[], style: TextProps): ReactElement =>
    h(
      Box,
      { key, height: 1, flexShrink: 0 },
      h(Box, { width: 2, flexShrink: 0 }, h(Text, style, mark)),
      ...cells(row),
    )
  const headings = columns.map(([heading]) => heading)
  return h(
    Box,
    { flexDirection: 'column', flexGrow: 1, overflow: 'hidden' },
    line(-1, '', headings, {}),
    ...list
      .slice(first, first + page)
      .map(({ cells: row }, index) =>
        line(first + index, first + index === at ? '❯' : '', row, { color: 'cyan' }),
      ),
  )
}

interface PromptParts {
  readonly ui: Ui
  readonly seen: Seen
  readonly said: Said | undefined
}

/** What is asked or was said last; before all else that the bot is away. */
function Prompt({ ui, seen, said }: PromptParts): ReactElement {
  if (ui.edit !== undefined) return h(Line, { text: `${ui.edit.key}: ${ui.edit.text}▏`, color: 'yellow' })
  if (ui.question !== undefined)
    return h(Line, { text: `${ui.question.words} · any other key: no`, color: 'yellow' })
  if (seen.away !== undefined)
    return h(Line, { text: `AWAY, tried again: ${seen.away}`, color: 'red', bold: true })
  return h(Line, { text: said?.words ?? '', color: said?.ok === false ? 'red' : 'green' })
}

function keysOf({ tab, edit }: Ui): string {
  if (edit !== undefined) return '⏎ write it into the config file · empty: take it out · Esc leave it'
  return ['↑↓', help[tab], '1-7 tab', 'd drain', 'q quit'].filter((words) => words !== '').join(' · ')
}

function detailOf(row: Row | undefined, columns: number): readonly string[] {
  const { detail = '' } = row ?? {}
  if (detail.trim() === '') return []
  return detail
    .trim()
    .split('\n')
    .flatMap((line) => wrapped(line, columns))
}

function wrapped(line: string, columns: number): readonly string[] {
  const width = Math.max(10, columns - 2)
  const pieces: string[] = []
  for (let at = 0; at < line.length || at === 0; at += width) pieces.push(line.slice(at, at + width))
  return pieces
}

/** To the letter, with what would steer the terminal by its code point. */
function shown(text: string): string {
  return visible(text).replaceAll('\t', '  ').replaceAll('\n', ' ')
}

function oneLine(text: string): string {
  return shown(text.replaceAll(/\s+/g, ' '))
}

/** Keys that were pressed fast come as one text. */
function pressedOf(text: string, key: Key): readonly Pressed[] {
  const names = {
    up: key.upArrow,
    down: key.downArrow,
    pageUp: key.pageUp,
    pageDown: key.pageDown,
    home: key.home,
    end: key.end,
    enter: key.return,
    escape: key.escape,
    // Terminals send either for the same key.
    back: key.backspace || key.delete,
    tab: key.tab,
  } as const
  const name = objectKeys(names).find((each) => names[each])
  if (name !== undefined) return [{ text: '', name }]
  // Control keys write nothing.
  return key.ctrl || key.meta ? [] : Array.from(text, (each) => ({ text: each }))
}

function objectKeys<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value).filter((key): key is Extract<keyof T, string> => key in value)
}
