/** A message that a notice names was edited, or waits no longer. */
import type { Called } from '../commands/command.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { wordsFor } from '../words/words.ts'
import { type Line, lineOf, listedIn, shownAs } from './notice-shown.ts'

type Changing = Pick<Prompts, 'live' | 'restate' | 'withdraw'>

/** The notice shows what the message says now. `id`: the message's in the queue. */
export async function renewIn(
  prompts: Changing,
  called: (text: string) => Called | undefined,
  { id, text }: { readonly id: string; readonly text: string },
): Promise<void> {
  const renewed = (line: Line): Line => ({
    id,
    line: text.trim() === '' ? line.line : lineOf({ text }),
    command: called(text) !== undefined,
  })
  await change(prompts, id, (messages) => messages.map((each) => (each.id === id ? renewed(each) : each)))
}

/** The notice names it no longer; one that names nothing else is withdrawn. */
export async function dropFrom(prompts: Changing, id: string): Promise<void> {
  await change(prompts, id, (messages) => messages.filter((each) => each.id !== id))
}

async function change(
  prompts: Changing,
  id: string,
  changed: (messages: readonly Line[]) => readonly Line[],
): Promise<void> {
  const names = (record: PromptRecord): boolean =>
    record.kind === 'mid-turn' &&
    record.state === 'open' &&
    listedIn(record).messages.some((each) => each.id === id)
  for (const record of await prompts.live(names)) {
    const { way, messages: before } = listedIn(record)
    const listed = { way, messages: [...changed(before)] }
    if (listed.messages.length === 0) await prompts.withdraw(({ id: prompt }) => prompt === record.id)
    else await prompts.restate(record.id, shownAs(listed, wordsFor(record.reply).midTurn), listed)
  }
}
