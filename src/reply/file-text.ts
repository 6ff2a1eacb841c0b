/** A file in words, for a chat that cannot show it. Pure. */
import type { FileReply, TextReply } from '../contract.ts'
import { sizeText } from '../files/size.ts'

const texts = {
  noFiles: 'this chat takes no files',
  refused: 'the chat refused the file',
}

export function fileInWords({ key, name, bytes, caption }: FileReply, why: keyof typeof texts): TextReply {
  const line = `\`${name.replaceAll('`', "'")}\` (${sizeText(bytes)}; ${texts[why]})`
  const markdown = caption === undefined || caption === '' ? line : `${caption}\n\n${line}`
  return { kind: 'text', key, markdown, tone: 'notice' }
}
