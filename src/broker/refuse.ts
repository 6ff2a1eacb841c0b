/** An error as the API would answer it. */
import type { ServerResponse } from 'node:http'

export function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  if (response.headersSent) return void response.destroy()
  const body = JSON.stringify({ type: 'error', error: { type, message } })
  response.writeHead(status, {
    'content-type': 'application/json',
    // Asking again changes nothing, but where nobody answered.
    'x-should-retry': String(status === 502),
    ...((status === 413 || status === 429) && { connection: 'close' }),
  })
  response.end(body)
}
