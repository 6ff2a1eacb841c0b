/** The only way out of walls with a list: an HTTP proxy on a socket of its own that lets through what the list names. */
import { type LookupAddress, lookup } from 'node:dns'
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer, request as httpRequest } from 'node:http'
import { type LookupFunction, type Socket, connect, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream'
import type { Log } from '../contract.ts'
import { type Place, allowed, mayBeAt, placeOf } from './rules.ts'

export interface Egress {
  /** Ends every connection. */
  close(): Promise<void>
}

export interface EgressOptions {
  /** Entries of {@link placeForm}. */
  readonly list: readonly string[]
  /** Path of the socket to listen at. */
  readonly socket: string
  readonly log: Log
  /** The addresses of a name; by default the system's. */
  readonly resolve?: (name: string, done: (error: Error | null, found: LookupAddress[]) => void) => void
}

/** Of the connection only: nothing for the other side. */
const own = /^(?:proxy-.*|connection|keep-alive|te|trailer|transfer-encoding|upgrade)$/
/** A log that a guest can fill is none. */
const mostTold = 1000

export async function openEgress(options: EgressOptions): Promise<Egress> {
  const server = createServer()
  const open = new Set<Duplex>()
  const told = new Set<string>()
  const refused = (place: Place | undefined): string => {
    const name = place === undefined ? 'this' : `${place.host}:${place.port}`
    if (!told.has(name) && told.size < mostTold) options.log.info({ place: name }, 'refused by walls.network')
    told.add(name)
    return `${name} is not on the list of what may be reached from here (walls.network).\n`
  }
  server.on('connect', (request, socket, head) => {
    keep(open, socket)
    const place = placeOf(request.url ?? '')
    const lookup = place && wayTo(place, options)
    if (place === undefined || lookup === undefined) return end(socket, '403 Forbidden', refused(place))
    const out = connect({ ...place, lookup, allowHalfOpen: true })
    keep(open, out)
    out.once('error', (error) => end(socket, '502 Bad Gateway', `${error.message}\n`))
    out.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      out.write(head)
      tunnel(socket, out)
    })
  })
  server.on('request', (request, response) => pass(request, response, options, refused))
  server.listen(options.socket)
  await once(server, 'listening')
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

/** How the place is looked up; undefined: it is not to be reached. */
function wayTo(place: Place, { list, resolve = systems }: EgressOptions): LookupFunction | undefined {
  const how = allowed(list, place)
  const { host } = place
  if (how === undefined || (isIP(host) !== 0 && !mayBeAt(host, how, host))) return undefined
  return (name, { all }, done) => {
    resolve(name, (error, found) => {
      const here = ownAddresses()
      const [first, ...others] = found.filter(
        ({ address }) => mayBeAt(address, how, host) && !here.has(address),
      )
      if (error !== null) done(error, '')
      else if (first === undefined)
        done(new Error(`${host} leads to an address that may not be reached from here`), '')
      else if (all === true) done(null, [first, ...others])
      else done(null, first.address, first.family)
    })
  }
}

/** They change while we run. What listens for the network around this machine listens at them. */
function ownAddresses(): ReadonlySet<string> {
  return new Set(
    Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address)),
  )
}

const systems: NonNullable<EgressOptions['resolve']> = (name, done) =>
  lookup(name, { all: true }, (error, found) => done(error, error === null ? found : []))

/** A request that is not encrypted. */
function pass(
  request: IncomingMessage,
  response: ServerResponse,
  options: EgressOptions,
  refused: (place: Place | undefined) => string,
): void {
  const text = request.url ?? ''
  const url = URL.canParse(text) ? new URL(text) : undefined
  const place = url?.protocol === 'http:' ? placeOf(url.host) : undefined
  const lookup = place && wayTo(place, options)
  if (url === undefined || place === undefined || lookup === undefined)
    return void response.writeHead(403, { 'content-type': 'text/plain' }).end(refused(place))
  const kept = Object.entries(request.headers).filter(([name]) => !own.test(name))
  const out = httpRequest({
    ...place,
    lookup,
    // A connection each: on one that is used again the next person would be given the answer to what this one hid in a body.
    agent: false,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: Object.fromEntries(kept),
  })
  out.once('error', (error) => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502, { 'content-type': 'text/plain' }).end(`${error.message}\n`)
  })
  out.once('response', (answer) => {
    const back = Object.entries(answer.headers).filter(([name]) => !own.test(name))
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(back))
    pipeline(answer, response, () => undefined)
  })
  response.once('close', () => out.destroy())
  request.pipe(out)
}

function keep(open: Set<Duplex>, socket: Duplex): void {
  open.add(socket)
  socket.once('close', () => open.delete(socket))
  // What breaks is closed, and the other side with it.
  socket.on('error', () => socket.destroy())
}

/** Each side may end before the other, which still gets all that was sent; where one breaks, both do. */
function tunnel(socket: Duplex, out: Socket): void {
  pipeline(socket, out, () => undefined)
  pipeline(out, socket, () => undefined)
}

function end(socket: Duplex, status: string, words: string): void {
  if (socket.destroyed) return
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(words)}\r\nconnection: close\r\n\r\n${words}`,
  )
}
