/** Opens a session of a bot elsewhere in a terminal, or makes one there. */
import manifest from '../../package.json' with { type: 'json' }
import type { Adapter, Log } from '../contract.ts'
import { Api } from './api.ts'
import { RemoteError } from './errors.ts'
import { Room } from './room.ts'
import { Info, Session } from './shapes.ts'

export interface RemoteChat {
  /** E.g. `https://bot.example.com`. */
  readonly url: string
  /** Absent: the server serves this machine without. */
  readonly key: string | undefined
  /** Id of the session; absent: a new one. */
  readonly session: string | undefined
  /** The model of a new session, or from now on; absent: as it is. */
  readonly model: string | undefined
  /** True: somebody else's session too, and what others say there is shown. */
  readonly follows?: boolean
  readonly terminal: Adapter
  readonly log: Log
  /** Folder for the files that Claude sends; made when one comes. */
  readonly filesDir: string
  /** Aborted: it is given up before it began. */
  readonly signal: AbortSignal
}

/** Resolves with the exit code when the terminal has left. Throws {@link RemoteError}. */
export async function chatElsewhere(wanted: RemoteChat): Promise<number> {
  const { url, key, follows = false, terminal, log, filesDir, signal } = wanted
  const api = new Api(url, key)
  const info = await api.ask('/api/v1/info', Info, {}, signal)
  const session = await sessionFor(api, wanted)
  const version = info.version === manifest.version ? [] : [`Parley ${info.version}`]
  const whose = session.own || session.owner === undefined ? [] : [`of ${session.owner}`]
  const greeting = [`as ${info.person}`, api.url, ...version, `session ${session.id}`, ...whose].join(' · ')
  const room = new Room({ api, info, session: session.id, terminal, log, filesDir, follows })
  try {
    await room.open(greeting)
    return await room.left
  } finally {
    await terminal.stop()
    room.close()
  }
}

async function sessionFor(
  api: Api,
  { session: id, model, follows = false, signal }: RemoteChat,
): Promise<Session> {
  if (id === undefined) {
    const wish = model === undefined ? {} : { model }
    return api.ask('/api/v1/sessions', Session, { method: 'POST', body: wish }, signal)
  }
  const path = `/api/v1/sessions/${encodeURIComponent(id)}`
  const session = await api.ask(path, Session, {}, signal)
  if (!session.own && !follows)
    throw new RemoteError('refused', `The session ${id} belongs to a chat: it is spoken to there.`)
  if (model === undefined) return session
  return api.ask(`${path}/model`, Session, { method: 'PUT', body: { model } }, signal)
}
