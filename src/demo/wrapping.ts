/**
 * Tells what people wrote from what the CLI puts around it. All of it was seen in requests of 2.1.329:
 * reminders, notes on its own commands, nudges, texts that came while a tool ran, background tasks that
 * report, the summary after a compaction. Pure.
 */

/** What a text block holds of people's words, and where they belong. */
interface Said {
  readonly texts: readonly string[]
  /** `new-turn` they begin one; `same-turn` said into the running one; `history` summed up; `background` a task reported. */
  readonly place: 'new-turn' | 'same-turn' | 'history' | 'background'
}

const nothing: Said = { texts: [], place: 'same-turn' }

/** Several that came while one tool ran stand in one block, one after another. */
const steered = 'The user sent a new message while you were working:\n'
const afterSteered = /\n\n(?:This is how|IMPORTANT)[^]*$/
const reminder = '<system-reminder>(?:(?!</?system-reminder>)[^])*</system-reminder>'
const reminders = new RegExp(`^(?:\\s*${reminder})+|(?:${reminder}\\s*)+$`, 'g')

/** What the CLI says in the user's name. */
const ownWords = [
  // Comes behind pictures: where the CLI keeps them.
  /^(?:\[Image: source: [^\]\n]+\]\s*)+$/,
  // Comes with the result of ToolSearch.
  /^Tool loaded\.$/,
  /^\[Request interrupted by user/,
  /^\[Your previous response had no visible output/,
  /^<(?:local-command-caveat|local-command-stdout|local-command-stderr|command-name|command-message)>/,
  /Your task is to create a detailed summary of/,
]

export function readText(raw: string, role: 'user' | 'system' | 'assistant'): Said {
  if (role === 'user' && /^\s*(?:<system-reminder>[^]*)?<task-notification>/.test(raw)) {
    return { texts: [], place: 'background' }
  }
  const said = raw.replaceAll(/<\/?system-reminder>/g, '').trim()
  if (said.startsWith(steered)) {
    const texts = said.split(steered).slice(1)
    return { texts: texts.map((text) => text.replace(afterSteered, '').trimEnd()), place: 'same-turn' }
  }
  if (role === 'system') return nothing
  const text = raw.replace(reminders, '').trim()
  if (text === '' || ownWords.some((pattern) => pattern.test(text))) return nothing
  if (text.startsWith('This session is being continued from a previous conversation')) {
    return { texts: readSummary(text), place: 'history' }
  }
  return { texts: [text], place: 'new-turn' }
}

/** Sums up a conversation so that nothing which people wrote is forgotten. */
export function writeSummary(texts: readonly string[]): string {
  const lines = texts.map((text) => `- ${JSON.stringify(text)}`)
  return `<analysis>Small talk.</analysis>\n<summary>\nThe user wrote:\n${lines.join('\n')}\n</summary>`
}

function readSummary(text: string): string[] {
  return [...text.matchAll(/^- (".*")$/gm)].map((match) => String(JSON.parse(match[1] ?? '""')))
}
