/** Files, both ways. */
import { openAsBlob } from 'node:fs'
import { z } from 'zod'
import { type Address, AdapterError, type Attachment, type FileReply } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { asAdapterError } from './faults.ts'
import { escaped, line } from './text.ts'

const Upload = z.object({ upload_url: z.string(), file_id: z.string() })
const Info = z.object({
  file: z.object({
    mimetype: z.string().optional(),
    is_external: z.boolean().optional(),
    url_private_download: z.string().optional(),
    url_private: z.string().optional(),
  }),
})

/** What people see it under. */
export function titleOf({ name }: FileReply): string {
  return line(name, 250)
}

/**
 * Throws {@link AdapterError}. Resolves with the file's id: Slack does not say in which message it stands. `lies`: told of
 * the id before the file is shown anywhere.
 */
export async function upload(
  api: Api,
  to: Address,
  reply: FileReply,
  lies: (id: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const name = titleOf(reply)
  const given = await api.run('files.getUploadURLExternal', (client) =>
    client.files.getUploadURLExternal({ filename: name, length: reply.bytes }),
  )
  const { upload_url: url, file_id: id } = Upload.parse(given)
  await put(url, reply.path, signal)
  lies(id)
  const caption = reply.caption === undefined ? {} : { initial_comment: escaped(reply.caption) }
  const files: [{ id: string; title: string }] = [{ id, title: name }]
  await api.run('files.completeUploadExternal', (client) =>
    to.thread === undefined
      ? client.files.completeUploadExternal({ files, channel_id: to.channel, ...caption })
      : client.files.completeUploadExternal({
          files,
          channel_id: to.channel,
          thread_ts: to.thread,
          ...caption,
        }),
  )
  return id
}

async function put(url: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    const body = await openAsBlob(path)
    const answer = await fetch(url, { method: 'POST', body, ...(signal && { signal }) })
    await answer.body?.cancel()
    if (!answer.ok) throw new AdapterError('network', `Slack answered the upload with HTTP ${answer.status}`)
  } catch (error) {
    throw asAdapterError('the upload', error)
  }
}

/** Throws {@link AdapterError}. */
export async function download(
  api: Api,
  { id }: Attachment,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { file } = Info.parse(await api.run('files.info', (client) => client.files.info({ file: id })))
  const url = file.url_private_download ?? file.url_private
  // What lies elsewhere must not be shown our token.
  if (url === undefined || file.is_external === true || !isSlacks(url, api.url)) {
    throw new AdapterError(
      'unsupported',
      'the file does not lie with Slack: send it itself, not a link to it',
    )
  }
  const token = await api.token.current()
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal }).catch(
    (error: unknown) => {
      throw asAdapterError('the download', error)
    },
  )
  const page = answer.headers.get('content-type')?.startsWith('text/html') === true
  if (answer.ok && answer.body !== null && (!page || file.mimetype === 'text/html')) return answer.body
  await answer.body?.cancel()
  // Slack shows the page where people sign in to whoever may not read a file.
  if (answer.ok)
    throw new AdapterError(
      'forbidden',
      'Slack does not hand the file over: the app needs the scope files:read',
    )
  throw new AdapterError('network', `Slack answered the download with HTTP ${answer.status}`)
}

function isSlacks(url: string, apiUrl: string): boolean {
  const { origin, protocol, hostname } = new URL(url)
  const own = hostname === 'slack.com' || hostname.endsWith('.slack.com')
  return (protocol === 'https:' && own) || origin === new URL(apiUrl).origin
}
