/** Files that people sent along. */
import { AdapterError, type Attachment } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { asAdapterError } from './faults.ts'

const servers: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net'])

/** Throws {@link AdapterError}. */
export async function download(
  api: Api,
  { id: url }: Attachment,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  if (!isDiscords(url, api.origin))
    throw new AdapterError(
      'unsupported',
      'the file does not lie with Discord: send it itself, not a link to it',
    )
  const answer = await fetch(url, { signal, redirect: 'error' }).catch((error: unknown) => {
    throw asAdapterError('the download', error)
  })
  if (answer.ok && answer.body !== null) return answer.body
  await answer.body?.cancel()
  const code = answer.status === 404 || answer.status === 403 ? 'gone' : 'network'
  throw new AdapterError(code, `Discord answered the download with HTTP ${answer.status}`)
}

function isDiscords(url: string, origin: string): boolean {
  if (!URL.canParse(url)) return false
  const { origin: own, protocol, hostname } = new URL(url)
  return (protocol === 'https:' && servers.has(hostname)) || own === origin
}
