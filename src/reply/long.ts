/** An answer that would flood the chat: its beginning as a message, the whole as a file. */
import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { largestFile } from '../files/largest.ts'
import type { Adapter, Address, FileReply, Reply, TextReply } from '../contract.ts'
import { wordsFor } from '../words/words.ts'
import { split } from './split.ts'

export interface LongAnswers {
  /** An answer that takes more messages becomes a file; 0: none does. */
  readonly maxMessages: () => number
  /** A folder of our own. */
  readonly outbox: string
}

const fileName = 'answer.md'

/** The two messages that stand for `parts`; undefined: they are few enough, or the chat takes no such file. */
export async function condensed(
  reply: Reply,
  parts: readonly Reply[],
  { adapter, to }: { readonly adapter: Adapter; readonly to: Address },
  { maxMessages, outbox }: LongAnswers,
): Promise<readonly [TextReply, FileReply] | undefined> {
  const most = maxMessages()
  if (reply.kind !== 'text' || reply.tone === 'notice' || most === 0 || parts.length <= most) return undefined
  const content = Buffer.from(reply.markdown)
  if (largestFile(adapter, to) < content.length) return undefined
  const note = `*${wordsFor(reply).files.beginning(content.length, fileName)}*`
  const measure = (markdown: string): number => adapter.measure(markdown)
  const [beginning = ''] = await split(reply.markdown, adapter.limits.text - measure(`\n\n${note}`), measure)
  const path = await written(outbox, reply.key, content)
  return [
    { ...reply, markdown: `${beginning}\n\n${note}` },
    {
      kind: 'file',
      key: `${reply.key}#file`,
      path,
      name: fileName,
      mime: 'text/markdown',
      bytes: content.length,
      ...(reply.language !== undefined && { language: reply.language }),
      ...(reply.only !== undefined && { only: reply.only }),
    },
  ]
}

/** Under the same path however often it is handed out; never there in part. */
async function written(outbox: string, key: string, content: Buffer): Promise<string> {
  const folder = join(outbox, createHash('sha256').update(key).digest('hex').slice(0, 32))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, fileName)
  await writeFile(`${path}.part`, content, { mode: 0o600 })
  await rename(`${path}.part`, path)
  return path
}
