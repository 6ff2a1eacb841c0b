/** A file in words, for a chat that cannot show it. Pure. */
import type { FileReply, TextReply } from '../contract.ts'
import { wordsFor } from '../words/words.ts'

export function fileInWords(reply: FileReply, why: 'noFiles' | 'refused'): TextReply {
  const { key, name, bytes, caption, only } = reply
  const { files } = wordsFor(reply)
  const line = files.inWords(name.replaceAll('`', "'"), bytes, files[why])
  const markdown = caption === undefined || caption === '' ? line : `${caption}\n\n${line}`
  return { kind: 'text', key, markdown, tone: 'notice', ...(only !== undefined && { only }) }
}
