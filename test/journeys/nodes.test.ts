/** Two nodes, each a program of its own, on one Redis and one Slack. */
import { expect, test } from 'vitest'
import type { FakeSlack } from '../fakes/slack/slack.ts'
import { shownText } from '../fakes/slack/team.ts'
import { testDir } from '../rig/dir.ts'
import { describeWith } from '../rig/needs.ts'
import { descendants } from '../rig/processes.ts'
import type { Program } from '../rig/program.ts'
import { startRedis } from '../rig/redis.ts'
import { startSlackProgram } from '../rig/slack.ts'

interface Nodes {
  readonly slack: FakeSlack
  readonly nodes: readonly [Program, Program]
  /** A third, or one that comes back. */
  readonly join: () => Promise<Program>
}

async function twoNodes(): Promise<Nodes> {
  const redis = await startRedis({ keeps: await testDir('redis-') })
  const { run, slack } = await startSlackProgram({ queue: { url: redis.url }, store: { url: redis.url } })
  slack.socket.spread = true
  const join = async (): Promise<Program> => {
    const connected = slack.socket.reconnected()
    const program = run()
    await connected
    return program
  }
  return { slack, join, nodes: [await join(), await join()] }
}

/** Which of them runs Claude. */
function working(nodes: readonly Program[]): Program | undefined {
  return nodes.find(({ child }) => child.exitCode === null && descendants(child.pid).length > 0)
}

describeWith('redis-server', 'two nodes on one Redis', () => {
  test('the node that works on a message is killed: the other answers it, once and with the memory kept; SIGTERM hands over', async () => {
    const { slack, nodes, join } = await twoNodes()
    const direct = slack.people.direct('UANN')
    slack.people.say('UANN', 'The word is heron.')
    await slack.see(direct, /heron/)
    const holder = await slack.until(() => working(nodes))
    // Each comes in by another node, and all go to the one that is warm.
    for (const word of ['one', 'two']) {
      slack.people.say('UANN', `!say ${word}`)
      await slack.see(direct, new RegExp(`^${word}$`))
    }
    expect(nodes.filter((node) => working([node]) !== undefined)).toEqual([holder])

    slack.people.say('UANN', '!slow 2 20')
    await slack.see(direct, /word1/)
    await holder.kill()
    const other = nodes.find((node) => node !== holder)
    await slack.see(direct, /word20/)
    slack.people.say('UANN', '!recall')
    await slack.see(direct, /1\. The word is heron/)
    const answers = slack.in(direct).map(shownText)
    expect(answers.filter((text) => text.includes('word1'))).toHaveLength(1)

    const back = await join()
    expect(await other?.end()).toBe(0)
    slack.people.say('UANN', 'please\n!recall')
    await slack.until(() => slack.said(direct).filter((text) => /1\. The word is heron/.test(text))[1])
    expect(await back.end()).toBe(0)
  })

  test('a button and /stop that come in by the other node reach the turn', async () => {
    const { slack, nodes } = await twoNodes()
    const direct = slack.people.direct('UANN')
    // One more in between: each of the two nodes is pressed once, and told to stop once, whichever runs the turn.
    const other = async (n: number): Promise<void> => {
      slack.people.say('UANN', `!say between ${n}`)
      await slack.see(direct, new RegExp(`^between ${n}$`))
    }
    for (const n of [1, 2]) {
      slack.people.say('UANN', `!bash touch done-${n}`)
      await slack.see(direct, new RegExp(`touch done-${n}[^]*\\[Allow once\\]`))
      await slack.people.press('UANN', direct, 'Allow once').acked
      await slack.see(direct, new RegExp(`done-${n}\`? (gave|ran)`))
      if (n === 1) await other(1)
    }
    for (const n of [1, 2]) {
      slack.people.say('UANN', '!slow 60 600')
      await slack.until(() => slack.in(direct).filter((message) => /word2/.test(shownText(message)))[n - 1])
      slack.people.say('UANN', '/stop')
      await slack.until(() => slack.said(direct).filter((text) => /stopped/i.test(text))[n - 1])
      if (n === 1) await other(2)
    }
    expect(await Promise.all(nodes.map((node) => node.end()))).toEqual([0, 0])
  })
})
