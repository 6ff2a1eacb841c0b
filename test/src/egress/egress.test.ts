/** The way out of walls: what the list lets through, and where names may lead. */
import { once } from 'node:events'
import { type RequestListener, createServer, request } from 'node:http'
import { type Socket, createConnection, createServer as createTcp } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { type EgressOptions, openEgress } from '../../../src/egress/egress.ts'
import { allowed, mayBeAt, placeForm, placeOf } from '../../../src/egress/rules.ts'
import { testDir } from '../../rig/dir.ts'
import { quiet } from '../broker/quiet.ts'

test.each([
  ['example.com', 'example.com:443', 'named'],
  ['example.com', 'EXAMPLE.com.:80', 'named'],
  ['example.com', 'example.com:22', undefined],
  ['example.com:22', 'example.com:22', 'named'],
  ['example.com:22', 'example.com:443', undefined],
  ['example.com', 'www.example.com:443', undefined],
  ['*.example.com', 'www.example.com:443', 'below'],
  ['*.example.com', 'a.b.example.com:443', 'below'],
  ['*.example.com', 'example.com:443', undefined],
  ['*.example.com', 'badexample.com:443', undefined],
  ['10.0.0.1:5432', '10.0.0.1:5432', 'named'],
  ['[fd00::1]:5432', '[fd00:0::1]:5432', 'named'],
  ['127.0.0.1', '0x7f.1:443', 'named'],
  ['example.com', 'example.com@evil.org:443', undefined],
])('%s lets through %s: %s', (entry, wanted, how) => {
  expect(entry).toMatch(placeForm)
  const place = placeOf(wanted)
  expect(place && allowed([entry], place)).toBe(how)
})

test.each(['*', '*.', 'http://example.com', 'example.com/x', 'a b', 'example.com:', ''])(
  '%j is no entry',
  (entry) => expect(entry).not.toMatch(placeForm),
)

test.each([
  ['93.184.216.34', true, true],
  ['2606:2800:220:1::1', true, true],
  ['10.1.2.3', true, false],
  ['172.31.0.1', true, false],
  ['192.168.1.1', true, false],
  ['fd12::1', true, false],
  ['::ffff:10.1.2.3', true, false],
  ['127.0.0.1', false, false],
  ['::1', false, false],
  ['::ffff:127.0.0.1', false, false],
  ['0.0.0.0', false, false],
  ['169.254.169.254', false, false],
  ['fd00:ec2::254', false, false],
  ['fe80::1', false, false],
])('a name may lead to %s where it is listed: %s, where what it is below is: %s', (address, named, below) => {
  expect(mayBeAt(address, 'named', 'example.com')).toBe(named)
  expect(mayBeAt(address, 'below', 'example.com')).toBe(below)
  expect(mayBeAt(address, 'named', address)).toBe(true)
})

/** Each name at this address. */
function everythingAt(address: string): EgressOptions['resolve'] {
  return (_name, done) => done(null, [{ address, family: 4 }])
}

async function egress(list: readonly string[], at?: string): Promise<string> {
  const socket = join(await testDir(), 'web')
  const resolve = at === undefined ? undefined : everythingAt(at)
  const opened = await openEgress({ list, socket, log: quiet, ...(resolve && { resolve }) })
  onTestFinished(() => opened.close())
  return socket
}

async function web(answer: (...of: Parameters<RequestListener>) => unknown): Promise<number> {
  const server = createServer((...of) => void answer(...of)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return portOf(server.address())
}

function portOf(address: unknown): number {
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0
}

async function plain(socketPath: string, url: string): Promise<{ status: number; body: string }> {
  const asked = request({ socketPath, path: url, method: 'POST', headers: { 'proxy-authorization': 'x' } })
  asked.end('asked')
  const [answer] = await once(asked, 'response')
  return { status: answer.statusCode, body: await text(answer) }
}

/** The first bytes that come back, and the connection. */
async function tunnel(path: string, to: string): Promise<{ head: string; socket: Socket }> {
  const socket = createConnection(path)
  onTestFinished(() => void socket.destroy())
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`)
  const [head] = await once(socket, 'data')
  return { head: String(head), socket }
}

test('a request that is not encrypted goes to what is listed, and to nothing else', async () => {
  const port = await web(async (asked, response) => {
    response.setHeader('x-seen', 'yes')
    response.end(`${asked.method} ${asked.url} ${JSON.stringify(asked.headers)} ${await text(asked)}`)
  })
  const socket = await egress([`127.0.0.1:${port}`])
  const { status, body } = await plain(socket, `http://127.0.0.1:${port}/a?b=c`)
  expect(status).toBe(200)
  expect(body).toMatch(/^POST \/a\?b=c .* asked$/)
  expect(body).not.toContain('proxy-authorization')
  for (const url of [
    `http://127.0.0.2:${port}/`,
    `http://localhost:${port}/`,
    'http://example.com/',
    '/',
    'file:///etc/passwd',
  ])
    expect(await plain(socket, url)).toMatchObject({
      status: 403,
      body: expect.stringContaining('walls.network'),
    })
})

test('a tunnel leads to what is listed, both ways, and ends on both sides', async () => {
  const there = createTcp((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(there, 'listening')
  onTestFinished(() => void there.close())
  const port = portOf(there.address())
  const path = await egress([`127.0.0.1:${port}`])
  const { head, socket } = await tunnel(path, `127.0.0.1:${port}`)
  expect(head).toMatch(/^HTTP\/1\.1 200/)
  socket.write('hello')
  expect(String((await once(socket, 'data'))[0])).toBe('hello')
  socket.end()
  await once(socket, 'close')
  expect((await tunnel(path, 'example.com:443')).head).toMatch(/^HTTP\/1\.1 403[^]*not on the list/)
  expect((await tunnel(path, '127.0.0.1:1')).head).toMatch(/^HTTP\/1\.1 403/)
})

test('what the other side sends before it ends arrives whole, however late it is read', async () => {
  // Around what the kernel holds of a socket: the rest waits in the proxy when the other side is gone.
  for (let bytes = 100_000; bytes < 500_000; bytes += 25_000) {
    const gone = Promise.withResolvers<void>()
    const there = createTcp((socket) =>
      socket.end(Buffer.alloc(bytes, 'x')).once('close', () => gone.resolve()),
    )
    there.listen(0, '127.0.0.1')
    await once(there, 'listening')
    const port = portOf(there.address())
    const { head, socket } = await tunnel(await egress([`127.0.0.1:${port}`]), `127.0.0.1:${port}`)
    socket.pause()
    await Promise.race([gone.promise, new Promise((resolve) => setTimeout(resolve, 100))])
    let came = head.length - head.indexOf('\r\n\r\n') - 4
    for await (const chunk of socket) came += Buffer.from(chunk).length
    expect(came).toBe(bytes)
    there.close()
  }
})

test('a listed name that leads back to this machine leads nowhere', async () => {
  const port = await web((_asked, response) => void response.end('secret'))
  const path = await egress([`example.com:${port}`, `*.example.org:${port}`], '127.0.0.1')
  for (const name of ['example.com', 'www.example.org']) {
    expect((await tunnel(path, `${name}:${port}`)).head).toMatch(/^HTTP\/1\.1 502[^]*may not be reached/)
    expect(await plain(path, `http://${name}:${port}/`)).toMatchObject({ status: 502 })
  }
})
