/** Files, both ways. */
import { openAsBlob } from 'node:fs'
import { z } from 'zod'
import { AdapterError, type Attachment, type FileReply, type Picture } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import { line } from './text.ts'

export const mostImageBytes = 10 * 1024 * 1024
/** The types that Feishu shows as what they are. */
const types: Readonly<Record<string, string>> = {
  mp4: 'mp4',
  pdf: 'pdf',
  doc: 'doc',
  docx: 'doc',
  xls: 'xls',
  xlsx: 'xls',
  ppt: 'ppt',
  pptx: 'ppt',
}

const Image = Answered({ image_key: z.string() })
const File = Answered({ file_key: z.string() })
const Where = z.tuple([z.enum(['image', 'file']), z.string().regex(/^[\w-]+$/), z.string().regex(/^[\w-]+$/)])

/** A message that shows what was uploaded. */
export interface Uploaded {
  readonly msg_type: 'image' | 'file'
  readonly content: string
}

/** Throws {@link AdapterError}. */
export async function upload(api: Api, reply: FileReply): Promise<Uploaded> {
  const name = line(reply.name, 250)
  const file = await opened(reply.path, name)
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (/^(png|jpe?g|gif|webp|bmp)$/.test(ending) && file.size <= mostImageBytes) {
    return { msg_type: 'image', content: JSON.stringify({ image_key: await uploadImage(api, file) }) }
  }
  const body = { file_type: types[ending] ?? 'stream', file_name: name, file }
  const { data } = await api.call({ method: 'POST', path: '/im/v1/files', body, form: true }, File)
  return { msg_type: 'file', content: JSON.stringify({ file_key: data.file_key }) }
}

/** Resolves with the key that a picture goes by in messages. Throws {@link AdapterError}. */
export async function uploadPicture(api: Api, { path, src }: Picture): Promise<string> {
  return uploadImage(api, await opened(path, line(src, 250)))
}

async function uploadImage(api: Api, image: Blob): Promise<string> {
  const body = { image_type: 'message', image }
  const { data } = await api.call({ method: 'POST', path: '/im/v1/images', body, form: true }, Image)
  return data.image_key
}

/** Throws {@link AdapterError}. */
async function opened(path: string, name: string): Promise<Blob> {
  try {
    // Where there is no such file it throws at once, promise or not.
    return await openAsBlob(path)
  } catch (error) {
    throw new AdapterError('rejected', `the file ${name} cannot be read`, { cause: error })
  }
}

/** Throws {@link AdapterError}. */
export async function download(
  api: Api,
  { id }: Attachment,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const where = Where.safeParse(id.split(':')).data
  if (where === undefined) throw new AdapterError('gone', 'no file of Feishu has such an id')
  const [type, message, key] = where
  const path = `/im/v1/messages/${message}/resources/${key}`
  const content = await api.content({ method: 'GET', path, query: { type } })
  return content.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal })
}
