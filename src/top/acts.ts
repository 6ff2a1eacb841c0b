/** What an operator can have the bot do, and what is said of it. */
import { z } from 'zod'
import type { Api } from '../remote/api.ts'
import { RemoteError } from '../remote/errors.ts'
import { Overview, Setting } from './shapes.ts'

export type Act =
  | { readonly type: 'stop'; readonly session: string }
  | { readonly type: 'decide'; readonly session: string; readonly prompt: string; readonly choice: string }
  | { readonly type: 'drain'; readonly drain: boolean; readonly leave: boolean }
  | { readonly type: 'prefer'; readonly user: string; readonly id: string; readonly priority: number }
  | { readonly type: 'cancel'; readonly user: string; readonly id: string }
  /** `text` as it was typed; empty: it is taken out of the file. */
  | { readonly type: 'change'; readonly key: string; readonly text: string }

export interface Said {
  readonly ok: boolean
  readonly words: string
}

const Anything = z.unknown()

/** Never rejects: what went wrong is said. */
export async function carryOut(api: Api, act: Act, signal: AbortSignal): Promise<Said> {
  try {
    return { ok: true, words: await done(api, act, signal) }
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    return { ok: false, words: error.message }
  }
}

async function done(api: Api, act: Act, signal: AbortSignal): Promise<string> {
  switch (act.type) {
    case 'stop': {
      const shape = z.object({ interrupted: z.boolean() })
      const path = `/api/v1/sessions/${encodeURIComponent(act.session)}/interrupt`
      const { interrupted } = await api.ask(path, shape, { method: 'POST', body: {} }, signal)
      return interrupted ? 'Stopped.' : 'Nothing ran any more.'
    }
    case 'decide': {
      const path = `/api/v1/sessions/${encodeURIComponent(act.session)}/permissions/${encodeURIComponent(act.prompt)}`
      await api.ask(path, Anything, { method: 'POST', body: { choices: [act.choice] } }, signal)
      return 'Decided.'
    }
    case 'drain': {
      const body = { drain: act.drain, leave: act.leave }
      await api.ask('/api/v1/operator/drain', Overview, { method: 'PUT', body }, signal)
      if (!act.drain) return 'The bot goes on.'
      return act.leave ? 'The bot ends once nothing runs.' : 'Nothing new is begun.'
    }
    case 'prefer': {
      const asked = { method: 'PATCH', body: { priority: act.priority } } as const
      await api.ask(pathOf(act), Anything, asked, signal)
      return `Priority ${act.priority}.`
    }
    case 'cancel':
      await api.ask(`${pathOf(act)}/cancel`, Anything, { method: 'POST', body: {} }, signal)
      return 'Cancelled.'
    case 'change': {
      const body = { key: act.key, value: valueOf(act.text) }
      const set = await api.ask('/api/v1/operator/settings', Setting, { method: 'PATCH', body }, signal)
      return set.live ? `${set.key} holds from now on.` : `${set.key} waits for a restart.`
    }
  }
}

function pathOf({ user, id }: { readonly user: string; readonly id: string }): string {
  return `/api/v1/operator/tasks/${encodeURIComponent(user)}/${encodeURIComponent(id)}`
}

/** As YAML would read it. */
function valueOf(text: string): string | number | boolean | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed
}
