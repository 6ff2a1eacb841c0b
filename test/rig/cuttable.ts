/** A way to a server that can be cut: connections drop, and new ones are refused until it is mended. */
import { once } from 'node:events'
import { type Socket, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'
import { freePort } from './port.ts'

export interface Cuttable {
  readonly url: string
  /** Drops what goes over it. How many connections that were. */
  readonly cut: () => number
  readonly mend: () => void
}

export async function cuttable(target: string): Promise<Cuttable> {
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    if (!whole) return void near.destroy()
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): number => {
    whole = false
    const { size } = sockets
    for (const socket of sockets) socket.destroy()
    return size / 2
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}`, cut, mend: () => void (whole = true) }
}
