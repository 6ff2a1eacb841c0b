/** From nothing to an API with one key, and what may be wrong with one. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AdapterSetup, Finding, SetupGuide } from '../../src/contract.ts'
import type { HttpSettings } from './settings.ts'

const patienceMs = 3000

function guide(url: string | undefined): SetupGuide {
  const secret = `pk_${randomBytes(32).toString('base64url')}`
  const hash = createHash('sha256').update(secret).digest('hex')
  const reached =
    url === undefined
      ? 'Only this machine can reach the API, at http://127.0.0.1:8080. For others put a reverse proxy with TLS before it (docs/http.md).'
      : `Let your reverse proxy send ${url} to http://127.0.0.1:8080 (docs/http.md).`
  return {
    steps: [
      `This is your key. It is not shown again, and only its hash is kept:\n\n${secret}\n`,
      reached,
      `When the bot runs: curl ${url ?? 'http://127.0.0.1:8080'}/api/claude -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{"prompt":"Hello"}'`,
    ],
    questions: [],
    settings: { 'apiKeys.me.key': `sha256:${hash}`, 'apiKeys.me.scope': 'admin' },
    ownId: 'the name of your key in `apiKeys`',
    own: 'me',
  }
}

async function check(settings: HttpSettings): Promise<readonly Finding[]> {
  const names = Object.keys(settings.apiKeys)
  const keys: Finding =
    names.length > 0
      ? { ok: true, what: `keys: ${names.join(', ')}` }
      : {
          ok: false,
          what: 'there is no key: every program of this machine may use the API, those that people have Claude run too',
          advice: 'make one with `parley key NAME`, and put its hash into `apiKeys`',
        }
  return [keys, await port(settings)]
}

/** Free, or taken by a bot of ours that runs. */
async function port({ host, port }: HttpSettings): Promise<Finding> {
  const place = `${host}:${port}`
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return { ok: true, what: `it can listen at ${place}` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE' && (await isOurs(host, port)))
      return { ok: true, what: `a bot listens at ${place}` }
    return { ok: false, what: `it cannot listen at ${place} (${String(code)})`, advice: adviceOn(code) }
  }
}

function adviceOn(code: unknown): string {
  if (code === 'EADDRINUSE') return 'another program does: end it, or give this one another `port`'
  if (code === 'EACCES') return 'take a `port` from 1024 up, and let a reverse proxy listen below that'
  return '`host` has to be an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for all'
}

async function isOurs(host: string, port: number): Promise<boolean> {
  const asked = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const name = asked.includes(':') ? `[${asked}]` : asked
  try {
    const response = await fetch(`http://${name}:${port}/health`, { signal: AbortSignal.timeout(patienceMs) })
    const said: unknown = await response.json()
    return typeof said === 'object' && said !== null && 'uptimeSeconds' in said
  } catch {
    // Whatever it is, it does not speak as we do.
    return false
  }
}

export const setup: AdapterSetup<HttpSettings> = { guide, check }
