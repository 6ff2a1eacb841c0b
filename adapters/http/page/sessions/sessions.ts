/** One's own sessions, and what they are called. */
import { useCallback, useMemo } from 'react'
import { z } from 'zod'
import { Available, Session } from '../../shapes/session.ts'
import { type Client, part } from '../api/client.ts'
import { useFresh } from '../parts/fresh.ts'
import { words } from '../words/words.ts'

const everyMs = 10_000
export const longestName = 40

const Sessions = z.object({ sessions: z.array(Session) })
const Transcripts = z.object({ transcripts: z.array(Available) })

export interface Listed extends Session {
  readonly title: string
}

export interface SessionList {
  /** Undefined: it is not known yet. */
  readonly listed: readonly Listed[] | undefined
  readonly problem: string | undefined
  readonly again: () => void
  /** Resolves with its id. Throws RequestError. */
  readonly make: () => Promise<string>
  readonly fork: (from: Listed) => Promise<string>
  readonly forget: (id: string) => Promise<void>
}

export function useSessions(client: Client): SessionList {
  const look = useCallback(
    async (signal: AbortSignal) => {
      const [{ sessions }, { transcripts }] = await Promise.all([
        client.get('/api/v1/sessions', Sessions, signal),
        client.get('/api/v1/sessions/available', Transcripts, signal),
      ])
      const titles = new Map(transcripts.map(({ session, title, preview }) => [session, title ?? preview]))
      return sessions
        .filter(({ own }) => own)
        .map((session) => ({ ...session, title: titleOf(session, titles) }))
    },
    [client],
  )
  const { value, problem, again } = useFresh(look, everyMs)
  return useMemo(() => {
    const path = '/api/v1/sessions'
    const made = async (at: string, body: Readonly<Record<string, string>>): Promise<string> => {
      const { id } = await client.send('POST', at, body, Session)
      again()
      return id
    }
    return {
      listed: value,
      problem,
      again,
      make: () => made(path, {}),
      fork: ({ id, title }) =>
        made(`${path}/${part(id)}/fork`, { name: words.sessions.forkOf(asName(title).slice(0, 30)).trim() }),
      forget: async (id) => {
        await client.delete(`${path}/${part(id)}`)
        again()
      },
    }
  }, [client, value, problem, again])
}

function titleOf({ id, name }: Session, titles: ReadonlyMap<string | undefined, string>): string {
  const title = name ?? titles.get(id)?.trim() ?? ''
  return title === '' ? words.sessions.untitled : title
}

/** Of a title: what a session may be called, as the API has it. */
export function asName(title: string): string {
  return title
    .replaceAll(/[^\p{L}\p{N} _.-]+/gu, ' ')
    .trim()
    .slice(0, longestName)
}
