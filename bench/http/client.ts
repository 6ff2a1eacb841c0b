/** A program that uses the API: connections that stay, and no more than a request needs. */
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'

export interface Answer {
  /** By performance.now(). */
  readonly asked: number
  /** When the first event with text came; NaN: none did. */
  readonly firstText: number
  readonly whole: number
  readonly body: string
}

export class Client {
  readonly #agent: Agent
  readonly #port: number
  readonly #key: string

  constructor(port: number, key: string, connections = 1) {
    this.#port = port
    this.#key = key
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  close(): void {
    this.#agent.destroy()
  }

  async get(path: string): Promise<void> {
    const response = await this.#send('GET', path, {})
    response.resume()
    await once(response, 'end')
    if (response.statusCode !== 200) throw new Error(`GET ${path} was answered ${response.statusCode}`)
  }

  /** `accept`: by events, or whole. */
  async post(path: string, body: object, accept = 'application/json'): Promise<Answer> {
    const asked = performance.now()
    const response = await this.#send('POST', path, { accept }, JSON.stringify(body))
    let firstText = Number.NaN
    let text = ''
    response.setEncoding('utf8')
    for await (const chunk of response) {
      text += String(chunk)
      if (Number.isNaN(firstText) && text.includes('event: message\n')) firstText = performance.now()
    }
    const { statusCode = 0 } = response
    if (statusCode >= 300) throw new Error(`POST ${path} was answered ${statusCode}: ${text}`)
    return { asked, firstText, whole: performance.now(), body: text }
  }

  async #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<IncomingMessage> {
    const sent = request({
      agent: this.#agent,
      host: '127.0.0.1',
      port: this.#port,
      method,
      path,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...headers,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    sent.end(body)
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    sent.once('response', resolve)
    sent.once('error', reject)
    return promise
  }
}
