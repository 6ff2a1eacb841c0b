/** Bodies as they travel: JSON, or a form with JSON and files in it. */
import { Refusal } from './route.ts'
import type { StoredFile } from './world.ts'

/** Of a request, besides its files. */
const mostBytes = 1024 * 1024

export interface Read {
  readonly body: unknown
  readonly files: readonly StoredFile[]
}

/** `fileBytes`: the largest file that may come with it. Throws {@link Refusal}. */
export async function readBody(
  type: string | undefined,
  raw: Buffer,
  { newId, fileBytes }: { readonly newId: () => string; readonly fileBytes: number },
): Promise<Read> {
  if (raw.length > mostBytes + fileBytes) throw new Refusal(413, 40_005, 'Request entity too large')
  if (raw.length === 0) return { body: {}, files: [] }
  if (type?.startsWith('application/json') === true) return { body: json(raw.toString()), files: [] }
  if (type?.startsWith('multipart/form-data') !== true) throw new Refusal(400, 50_035, 'Invalid Form Body')
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData()
  const files: StoredFile[] = []
  for (const [name, value] of form) {
    if (!/^files\[\d+\]$/.test(name) || typeof value === 'string') continue
    if (value.size > fileBytes) throw new Refusal(413, 40_005, 'Request entity too large')
    files.push({
      id: newId(),
      name: value.name,
      content: Buffer.from(await value.arrayBuffer()),
      mime: value.type,
    })
  }
  const payload = form.get('payload_json')
  return { body: json(typeof payload === 'string' ? payload : '{}'), files }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 50_109, 'The request body contains invalid JSON.')
  }
}
