/** Files of the person's machine, put into the session's workspace. */
import { z } from 'zod'
import { type Client, part } from '../api/client.ts'

const Uploaded = z.object({ path: z.string() })

/** One after the other; `there`: told where each is. Throws RequestError at the first that is refused. */
export async function upload(
  client: Client,
  session: string,
  files: readonly File[],
  there: (path: string) => void,
): Promise<void> {
  for (const file of files) {
    const body = new FormData()
    body.append('file', file, file.name)
    const response = await client.fetch(`/api/v1/sessions/${part(session)}/files`, { method: 'POST', body })
    there(Uploaded.parse(await response.json()).path)
  }
}
