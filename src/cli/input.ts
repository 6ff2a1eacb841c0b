/** What is piped into a question. */
import { CommandLineError } from './prepare.ts'

/** More than a model can take in; whoever pipes a whole disk hears it before the memory is full. */
const mostBytes = 2 * 1024 * 1024
/** How long an input may stay silent that need not be there: a CI runner's may stay open for ever. */
const patienceMs = 3000

/** All of standard input; empty at a terminal. Throws {@link CommandLineError} `too-much`, and what the system says. */
export async function readInput(): Promise<string> {
  if (process.stdin.isTTY) return ''
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > mostBytes) throw tooMuch()
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The same, unless nothing comes for 3 s: then `onSilence` is called, and the input is let go. */
export async function readIfPiped(onSilence: () => void): Promise<string> {
  const { stdin } = process
  const timer = setTimeout(() => {
    onSilence()
    stdin.destroy()
  }, patienceMs)
  const begun = (): void => clearTimeout(timer)
  stdin.once('readable', begun)
  try {
    return await readInput()
  } catch (error) {
    // Ours: it was let go.
    if (stdin.destroyed && isPrematureClose(error)) return ''
    throw error
  } finally {
    begun()
    stdin.off('readable', begun)
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}

function tooMuch(): CommandLineError {
  const words = `More than ${mostBytes / 1024 / 1024} MB is piped in, more than Claude can read at once.`
  return new CommandLineError(
    'too-much',
    `${words} Pipe a part of it (\`tail\`, \`grep\`), or name the file and let Claude read it.`,
  )
}
