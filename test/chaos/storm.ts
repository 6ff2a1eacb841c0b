/** Nodes, people who write to them, and what befalls both: what must hold afterwards is the same for all storms. */
import { readdirSync, readlinkSync } from 'node:fs'
import { shownText } from '../fakes/slack/team.ts'
import type { FakeSlack } from '../fakes/slack/slack.ts'
import { testDir } from '../rig/dir.ts'
import type { Program } from '../rig/program.ts'
import { quickClaude } from '../rig/quick-cli.ts'
import { type RedisServer, startRedis } from '../rig/redis.ts'
import { startSlackProgram } from '../rig/slack.ts'

export interface Storm {
  readonly slack: FakeSlack
  /** Those that run. */
  readonly nodes: Program[]
  /** One more; resolves when it hears Slack. */
  join(): Promise<Program>
  /** Kills the server and starts another on its data and its port, so many milliseconds later. */
  restartRedis(awayMs: number): Promise<void>
  redis(): RedisServer
  /** Each of so many people writes once more, and waits until Slack has its acknowledgement. */
  say(people: number): Promise<void>
  /** What is wrong with what stands in the chats by now; empty: all is answered, in order, once. */
  wrong(): string[]
  /** Processes that work in this storm's folder. */
  left(): number[]
  readonly logFile: string
}

/** `flags`: for the nodes' Node. */
export async function startStorm(nodes: number, flags: readonly string[] = []): Promise<Storm> {
  const keeps = await testDir('redis-')
  let redis = await startRedis({ keeps })
  const { run, slack, dir } = await startSlackProgram(
    {
      queue: { url: redis.url },
      store: { url: redis.url },
      claude: quickClaude,
      sessions: { maxWarm: 30, midTurn: 'queue' },
    },
    flags,
  )
  slack.socket.spread = true
  // Its limits would make the end of it a matter of minutes, and are no part of this.
  slack.rates.counts = false
  const said: number[] = []
  const storm: Storm = {
    slack,
    nodes: [],
    redis: () => redis,
    async join() {
      const connected = slack.socket.reconnected()
      const program = run()
      storm.nodes.push(program)
      await connected
      return program
    },
    async restartRedis(awayMs) {
      await redis.signal('SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, awayMs))
      redis = await startRedis({ keeps, port: redis.port })
    },
    async say(people) {
      await Promise.all(
        Array.from({ length: people }, async (_, person) => {
          const n = (said[person] = (said[person] ?? 0) + 1)
          // Some are long enough to be in the midst of it when something happens.
          const slow = (person + n) % 3 === 0 ? '!slow 1 4\n' : ''
          await slack.people.say(`U${person}`, `${slow}!say p${person} n${n}.`).acked
        }),
      )
    },
    wrong() {
      return said.flatMap((count, person) => {
        const own = slack.in(slack.people.direct(`U${person}`)).filter(({ botId }) => botId !== undefined)
        const texts = own.map(shownText)
        const answers = texts.flatMap((text) => /p\d+ n\d+\.$/.exec(text)?.[0] ?? [])
        const expected = Array.from({ length: count }, (_, n) => `p${person} n${n + 1}.`)
        return String(answers) === String(expected)
          ? []
          : [`${expected.join(' ')}: ${texts.map((text) => JSON.stringify(text)).join(' ')}`]
      })
    },
    left: () => inFolder(dir),
    logFile: `${dir}/parley.log`,
  }
  for (let n = 0; n < nodes; n++) await storm.join()
  return storm
}

function inFolder(dir: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(dir) ? [Number(pid)] : []
    } catch {
      // It has just ended.
      return []
    }
  })
}
