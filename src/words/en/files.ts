/** Files that come and go, and answers that become one. */
import { format } from './format.ts'

export const files = {
  failed: 'Not all files arrived; Claude goes on without these:',
  damaged:
    'These pictures are damaged: Claude has the files, and cannot see them. Send them again if you can:',
  /** Why one is not taken. */
  noDownload: 'this chat does not hand files over',
  tooMany: (most: number) =>
    most === 0
      ? 'files are not taken here'
      : `no more than ${most === 1 ? '1 file is' : `${most} files are`} taken with one message`,
  tooLarge: (most: number) => `it is larger than ${format.size(most)}`,
  crowded: 'there are too many files of that name in the inbox',
  lost: 'it could not be fetched or saved',
  /** Why one is not sent. */
  noFiles: 'this chat takes no files',
  refused: 'the chat refused the file',
  /** Of an answer. */
  unsendable: 'The chat refused this answer in every form. `/export` sends what was said as a file.',
  inWords: (name: string, bytes: number, why: string) => `\`${name}\` (${format.size(bytes)}; ${why})`,
  beginning: (bytes: number, file: string) =>
    `That is the beginning. The whole answer (${format.size(bytes)}) is in ${file}.`,
}
