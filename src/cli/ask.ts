/** `parley ask`: one question, one answer. */
import { readIfPiped, readInput } from './input.ts'
import { runLocally } from './local.ts'
import { withWarnings } from './logs.ts'
import { CommandLineError, prepare, type Wanted } from './prepare.ts'

export async function ask(words: string, wanted: Wanted & { readonly json?: boolean }): Promise<number> {
  const question = words === '' || words === '-' ? await fromInput() : await withInput(words)
  const prepared = await prepare(wanted)
  return runLocally(prepared, { ask: question, json: wanted.json === true }, (log) => withWarnings(log, tell))
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function fromInput(): Promise<string> {
  const question = await readInput()
  if (question.trim() !== '') return question
  throw new CommandLineError(
    'no-question',
    'There is nothing to ask: parley ask "…", or pipe the question in.',
  )
}

/** `git diff | parley ask "review this"`: what the question is about follows it. */
async function withInput(question: string): Promise<string> {
  const piped = await readIfPiped(() =>
    tell('parley: nothing came from standard input for 3 s: asked without it (`< /dev/null` waits for none)'),
  )
  return piped.trim() === '' ? question : `${question}\n\n${piped.trimEnd()}`
}
