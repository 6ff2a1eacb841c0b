/** What went wrong with a request, in words for people. */
import { z } from 'zod'

/** RFC 9457, as far as the page makes use of it. */
const Said = z.object({ code: z.string(), detail: z.string() })

export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** Of HTTP; 0: there was no answer. */
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Of an answer that is no success. */
export async function refusalIn(response: Response): Promise<RequestError> {
  const text = await response.text()
  const said = Said.safeParse(jsonIn(text)).data
  const { status } = response
  return new RequestError(status, said?.code ?? 'unknown', said?.detail ?? `HTTP ${status}`)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
