/**
 * What is left of the network behind a wall: the model and the listed places, each by a socket of Parley's. Within, socat
 * listens where programs look for them. Pure.
 */

/** Absolute paths of Parley's sockets. */
export interface Gates {
  /** The broker. */
  readonly model: string
  /** The proxy that knows the list. */
  readonly web: string
}

const within = { model: '/run/parley/model.sock', web: '/run/parley/web.sock' }
const ports = { model: 8401, web: 8402 }

/** Where a walled process finds the model. */
export const modelUrl = `http://127.0.0.1:${ports.model}`

const proxy = `http://127.0.0.1:${ports.web}`
const home = '127.0.0.1,localhost'

/** What programs read to find the proxy. */
export const proxyEnvironment: Readonly<Record<string, string>> = {
  HTTP_PROXY: proxy,
  http_proxy: proxy,
  HTTPS_PROXY: proxy,
  https_proxy: proxy,
  NO_PROXY: home,
  no_proxy: home,
  NODE_USE_ENV_PROXY: '1',
}

/** A network of its own, in which nobody else is. */
export function gateArguments({ model, web }: Gates): readonly string[] {
  return ['--unshare-net', '--ro-bind', model, within.model, '--ro-bind', web, within.web]
}

/** `socat`: path of the program. What is appended is run once the gates are opening. */
export function throughGates(socat: string): readonly string[] {
  const open = (gate: keyof Gates): string =>
    `${socat} -t30 TCP-LISTEN:${ports[gate]},bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:${within[gate]} </dev/null >/dev/null 2>&1 &`
  return ['/bin/sh', '-c', `${open('model')} ${open('web')} exec "$@"`, 'gates']
}
