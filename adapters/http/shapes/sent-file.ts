/** A file that Claude has sent, as it is told of. */
import { z } from 'zod'

/** As it is kept. */
export const SentFile = z
  .object({
    id: z.string(),
    /** Name of the key. */
    user: z.string(),
    session: z.string(),
    /** Id of the message in whose turn it was sent; absent: in none from here. */
    message: z.string().exactOptional(),
    name: z.string(),
    bytes: z.int(),
    mime: z.string().exactOptional(),
    caption: z.string().exactOptional(),
    /** Milliseconds since 1970. */
    at: z.number(),
  })
  .readonly()
export type SentFile = z.infer<typeof SentFile>

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

/** Where it is fetched from. */
function urlOf({ id }: Pick<SentFile, 'id'>): string {
  return `/api/v1/sent-files/${id}`
}
