/** The processes of a benchmark on a chat platform: the crowd with its fake, and the bots. Each ends when it is disposed. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import type { ConfigInput } from '../../src/config.ts'
import { surroundings } from '../ground.ts'

/** Milliseconds from writing a message until its answer can be read: a first word of it, and the whole. */
export interface Saw {
  readonly firstText: number
  readonly final: number
}

const Hello = z.object({
  adapters: z.record(z.string(), z.record(z.string(), z.unknown())),
  scope: z.enum(['user', 'thread']),
  places: z.array(z.object({ name: z.string(), rounds: z.number().optional() })),
  types: z.boolean(),
})
const SawAll = z.array(z.object({ firstText: z.number(), final: z.number() }))

/** People on a fake platform. */
export interface Crowd extends AsyncDisposable {
  readonly adapters: NonNullable<ConfigInput['adapters']>
  readonly scope: z.infer<typeof Hello>['scope']
  readonly places: z.infer<typeof Hello>['places']
  /** Can people be seen to type? */
  readonly types: boolean
  /** They write, all at once. Resolves when each has the whole answer. */
  write(place: string, people: readonly string[]): Promise<readonly Saw[]>
  /** Somebody is seen to type. */
  type(person: string): Promise<void>
}

export async function openCrowd(platform: string): Promise<Crowd> {
  const child = fork(new URL('crowd.ts', import.meta.url), [platform], { env: surroundings })
  const hello = Hello.parse(await told(child))
  return {
    ...hello,
    write: async (place, people) => {
      child.send({ place, people })
      return SawAll.parse(await told(child))
    },
    type: async (person) => {
      child.send({ types: person })
      await told(child)
    },
    [Symbol.asyncDispose]: () => ended(child),
  }
}

/** Parley with this config; resolves when it is ready to receive. */
export function openParley(config: ConfigInput): Promise<AsyncDisposable> {
  return openBot(new URL('parley.ts', import.meta.url), config)
}

/** The bot that starts the CLI for each message. */
export function openSpawning(config: ConfigInput): Promise<AsyncDisposable> {
  return openBot(new URL('spawning.ts', import.meta.url), config)
}

/** A program that takes its config by IPC, says when it is ready and ends when its parent hangs up. */
export async function openBot(program: URL, config: ConfigInput): Promise<AsyncDisposable> {
  const child = fork(program, { env: surroundings })
  child.send(config)
  await told(child)
  return { [Symbol.asyncDispose]: () => ended(child) }
}

/** The next message of a process. Rejects when it ends before. */
async function told(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const { signal } = over
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${String(code)}`)
      }),
    ])
    return message
  } finally {
    over.abort()
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exit
}
