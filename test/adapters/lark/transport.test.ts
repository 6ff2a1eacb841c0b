/** How long requests to Feishu may take. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Transport } from '../../../adapters/lark/transport.ts'

const limits = { call: 400, upload: 400, idle: 400 }

async function served(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => answer(response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
}

async function textOf(content: unknown): Promise<string> {
  if (!(content instanceof ReadableStream)) throw new Error('a stream was asked for')
  return new Response(content).text()
}

test('a file that takes longer than any call may arrives whole, as long as it goes on', async () => {
  const url = await served((response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    void (async () => {
      for (let part = 0; part < 6; part += 1) {
        response.write('part ')
        await sleep(100)
      }
      response.end()
    })()
  })
  const content: unknown = await new Transport(limits).request({ url, responseType: 'stream' })
  expect(await textOf(content)).toBe('part '.repeat(6))
})

test('a file that stops coming, and an answer that never comes whole, are given up', async () => {
  const url = await served((response) => {
    const type = response.req.url === '/json' ? 'application/json' : 'application/octet-stream'
    response.writeHead(200, { 'content-type': type })
    response.write('{')
  })
  const transport = new Transport(limits)
  const content: unknown = await transport.request({ url, responseType: 'stream' })
  await expect(textOf(content)).rejects.toThrow('nothing came for 400 ms')
  await expect(transport.request({ url: `${url}json` })).rejects.toThrow('nothing came for 400 ms')
})
