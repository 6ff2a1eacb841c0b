/** A file that Claude has sent, as it is told of. */
import { z } from 'zod'
import { type SentFile, urlOf } from '../sent-files.ts'

export const FileView = z
  .object({
    id: z.string(),
    name: z.string(),
    bytes: z.int(),
    mime: z.string().exactOptional(),
    caption: z.string().exactOptional(),
    /** From the server's address on; the key that it was sent to fetches it. */
    url: z.string(),
  })
  .readonly()
export type FileView = z.infer<typeof FileView>

export function fileView(file: SentFile): FileView {
  const { id, name, bytes, mime, caption } = file
  return {
    id,
    name,
    bytes,
    ...(mime === undefined ? {} : { mime }),
    ...(caption === undefined ? {} : { caption }),
    url: urlOf(file),
  }
}
