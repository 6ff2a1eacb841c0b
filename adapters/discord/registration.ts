/** Registers the bot's commands where they are not as they should be: Discord takes 200 new ones a day. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AdapterError, type Bot } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { type Registered, manifestOf } from './manifest.ts'

/** Where the guilds are kept whose commands are registered apart. */
const place = 'commandGuilds'

const Standing = z.array(z.looseObject({ type: z.int(), name: z.string() }))

export interface RegistrationParts {
  readonly api: Api
  /** The application's id. */
  readonly app: string
  readonly bot: Pick<Bot, 'commands' | 'keep' | 'log'>
  /** Empty: all of them. */
  readonly guilds: readonly string[]
}

/** What cannot be registered is logged: the bot hears all that is written to it without. Never rejects. */
export async function register(parts: RegistrationParts, signal: AbortSignal): Promise<void> {
  const { app, bot, guilds } = parts
  try {
    const kept = await bot.keep.get(place)
    const before = kept === undefined ? [] : z.array(z.string()).parse(JSON.parse(kept))
    const of = (guild: string): `/${string}` => `/applications/${app}/guilds/${guild}/commands`
    // Kept first: where they may stand they have to be taken back from one day.
    const concerned = [...new Set([...before, ...guilds])]
    if (concerned.length > before.length) await bot.keep.set(place, JSON.stringify(concerned))
    if (guilds.length === 0) {
      await put(parts, `/applications/${app}/commands`, manifestOf(bot.commands, true), signal)
    }
    const standing: string[] = []
    for (const guild of concerned) {
      const wanted = guilds.includes(guild) ? manifestOf(bot.commands, false) : []
      // Where they are for all, people would see them twice.
      const done = await put(parts, of(guild), wanted, signal)
      if (!done || wanted.length > 0) standing.push(guild)
    }
    if (standing.length < concerned.length) await bot.keep.set(place, JSON.stringify(standing))
  } catch (error) {
    if (!signal.aborted) bot.log.warn({ err: error }, 'the commands could not be registered')
  }
}

/** False: it could not be done. */
async function put(
  { api, bot }: RegistrationParts,
  path: `/${string}`,
  wanted: readonly Registered[],
  signal: AbortSignal,
): Promise<boolean> {
  const query = new URLSearchParams({ with_localizations: 'true' })
  for (;;) {
    try {
      const standing = await api.run('the commands as they stand', (rest) =>
        rest.get(path, { query, signal }),
      )
      if (isSame(Standing.parse(standing), wanted)) return true
      await api.run('the commands', (rest) => rest.put(path, { body: wanted, signal }))
      bot.log.info({ count: wanted.length }, 'the commands are registered anew')
      return true
    } catch (error) {
      if (signal.aborted) return false
      if (error instanceof AdapterError && error.code === 'throttled') {
        await sleep(Math.max(error.retryAfter ?? 0, 100), undefined, { signal })
        continue
      }
      bot.log.warn(
        { err: error, path },
        'the commands could not be registered: was the bot invited with the scope applications.commands?',
      )
      return false
    }
  }
}

function isSame(standing: readonly object[], wanted: readonly Registered[]): boolean {
  return essence(standing) === essence(wanted)
}

/** In whichever order they stand. */
function essence(all: readonly object[]): string {
  return JSON.stringify(all.map((each) => bare(each)).toSorted())
}

/** Of what Discord adds, and of what says nothing. */
const ours: ReadonlySet<string> = new Set([
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'options',
  'contexts',
  'integration_types',
])

function bare(command: object): string {
  const kept = Object.entries(command).filter(([key]) => ours.has(key))
  return JSON.stringify(meaning(Object.fromEntries(kept)))
}

/** Keys in one order; without those that are empty. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning)
  if (typeof value !== 'object' || value === null) return value
  const said = Object.entries(value)
    .map(([key, inner]) => [key, meaning(inner)] as const)
    .filter(([, inner]) => ![undefined, null, false, ''].some((none) => none === inner) && !isEmpty(inner))
  return Object.fromEntries(said.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
