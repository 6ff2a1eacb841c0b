/** The way out of walls: what the list lets through, and where names may lead. */
import { once } from 'node:events'
import { type RequestListener, createServer, request } from 'node:http'
import { type Socket, createConnection, createServer as createTcp, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
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
  // Where Alibaba's, Azure's, Oracle's and Google's clouds tell a machine about itself.
  ['100.100.100.200', false, false],
  ['168.63.129.16', false, false],
  ['192.0.0.192', false, false],
  ['fd20:ce::254', false, false],
  // IPv4 in an IPv6 address: translated on the way, or by the kernel.
  ['64:ff9b::7f00:1', false, false],
  ['64:ff9b::a00:1', true, false],
  ['64:ff9b::5db8:d822', true, true],
  ['64:ff9b:1::a9fe:a9fe', false, false],
  ['2002:7f00:1::', false, false],
  ['::127.0.0.1', false, false],
  ['fec0::1', true, false],
])('a name may lead to %s where it is listed: %s, where what it is below is: %s', (address, named, below) => {
  expect(mayBeAt(address, 'named', 'example.com')).toBe(named)
  expect(mayBeAt(address, 'below', 'example.com')).toBe(below)
  expect(mayBeAt(address, 'named', address)).toBe(true)
})

/** Each name at this address. */
function everythingAt(address: string): EgressOptions['resolve'] {
  return (_name, done) => done(null, [{ address, family: isIP(address) }])
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

test('what one person hides in a request is no answer to another', async () => {
  const hidden = Promise.withResolvers<Socket>()
  const told = new Set<Socket>()
  const there = createTcp((socket) => {
    socket.on('error', () => undefined)
    const answer = (text: string): boolean =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`)
    socket.on('data', (chunk) => {
      for (const [, path] of String(chunk).matchAll(/GET (\/\w*) HTTP/g)) {
        if (path === '/hidden') hidden.resolve(socket)
        if (path === '/first') answer('first')
        if (path === '/second') {
          // The late answer to what was hidden, if that came on the same connection; then this one's.
          if (told.has(socket)) answer('forged')
          answer('honest')
        }
      }
    })
  }).listen(0, '127.0.0.1')
  await once(there, 'listening')
  onTestFinished(() => void there.close())
  const port = portOf(there.address())
  const path = await egress([`127.0.0.1:${port}`])
  const attacker = createConnection(path)
  onTestFinished(() => void attacker.destroy())
  const inner = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n'
  attacker.write(
    `GET http://127.0.0.1:${port}/first HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
  )
  expect(String((await once(attacker, 'data'))[0])).toMatch(/^HTTP\/1\.1 200/)
  told.add(await hidden.promise)
  const asked = request({ socketPath: path, path: `http://127.0.0.1:${port}/second` }).end()
  const [answer] = await once(asked, 'response')
  expect(await text(answer)).toBe('honest')
})

test('a listed name that leads back to this machine leads nowhere', async () => {
  const port = await web((_asked, response) => void response.end('secret'))
  const own = Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address))
  for (const address of own) {
    const path = await egress([`example.com:${port}`, `*.example.org:${port}`], address)
    for (const name of ['example.com', 'www.example.org']) {
      expect((await tunnel(path, `${name}:${port}`)).head).toMatch(/^HTTP\/1\.1 502[^]*may not be reached/)
      expect((await plain(path, `http://${name}:${port}/`)).body).toContain('may not be reached')
    }
  }
})
