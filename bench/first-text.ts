/** The first text that a chat shows, after the CLI's first text delta. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBare } from './bare.ts'
import { type Chat, type Heard, createChat } from './chat.ts'
import { type Row, msRow, overRow } from './figures.ts'
import { type Ground, bareCommand, benchBot, benchConfig } from './ground.ts'
import { watchPipes } from './pipes.ts'

const rounds = 60
const warmUp = 4
const restMs = 25
const atMostMs = 5
/** The text comes over 60 ms, so that the answer is not there before its beginning could be shown. */
const prompt = '!slow 0.06 20'

export async function firstText(ground: Ground): Promise<Row[]> {
  await using opened = new AsyncDisposableStack()
  const config = await benchConfig(ground, 'first-text')
  const streaming = createChat('streaming', 'stream')
  const editing = createChat('editing', 'edit')
  const pipes = opened.use(watchPipes())
  const bot = await benchBot(config, [streaming.adapter, editing.adapter])
  opened.defer(() => bot.stop())
  const bare = startBare(await bareCommand(config, { id: randomUUID(), resume: false }))
  opened.defer(() => bare.end())

  const through = async (chat: Chat): Promise<Heard> => {
    await sleep(restMs)
    pipes.reset()
    const heard = await chat.say('ann', prompt)
    await bot.idle()
    return heard
  }
  const afterDelta: Record<'stream' | 'edit', number[]> = { stream: [], edit: [] }
  const fromStart: Record<'stream' | 'bare', number[]> = { stream: [], bare: [] }
  for (let round = -warmUp; round < rounds; round++) {
    const stream = await through(streaming)
    const streamDelta = pipes.firstText
    await sleep(restMs)
    const { firstText: bareDelta } = await bare.turn(prompt)
    const edit = await through(editing)
    if (round < 0) continue
    afterDelta.stream.push(stream.firstText - streamDelta)
    afterDelta.edit.push(edit.firstText - pipes.firstText)
    fromStart.stream.push(stream.firstText - stream.in)
    fromStart.bare.push(bareDelta)
  }
  return [
    msRow("the CLI's first delta read -> shown, adapter that streams", afterDelta.stream, atMostMs),
    msRow("the CLI's first delta read -> posted, adapter that edits", afterDelta.edit, atMostMs),
    msRow('message in -> first text shown, adapter that streams', fromStart.stream),
    overRow('- over bare, message written -> first delta', fromStart.stream, fromStart.bare, atMostMs),
  ]
}
