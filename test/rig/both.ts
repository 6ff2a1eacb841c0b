/** Ann on two platforms. */
import { join } from 'node:path'
import type { ConfigInput } from '../../src/config.ts'
import { type FakeChat, openFakeChat } from '../fakes/scripted/fake-chat.ts'
import { type Rig, startRig } from './bot.ts'
import { testDir } from './dir.ts'

export interface Both extends Rig {
  readonly other: FakeChat
}

/** Ann writes as `scripted:ann` in one chat and as `second:anna` in the other. */
export async function startBoth(changes: ConfigInput = {}): Promise<Both> {
  const { other, adapters } = await secondChat()
  const rig = await startRig({ ...changes, adapters })
  return Object.assign(rig, { other })
}

/** Another chat, and the config's block for its adapter. */
export async function secondChat(): Promise<{
  readonly other: FakeChat
  readonly adapters: NonNullable<ConfigInput['adapters']>
}> {
  const socket = join(await testDir(), 'second.sock')
  const other = await openFakeChat(socket, 'second')
  const module = new URL('../fakes/scripted/adapter.ts', import.meta.url).pathname
  return { other, adapters: { second: { module, socket, name: 'second' } } }
}

export async function firstCode(chat: FakeChat, user: string): Promise<string> {
  const before = chat.in(user).length
  await chat.say(user, '/link')
  return codeIn(await chat.until(() => chat.in(user)[before]))
}

export function codeIn({ text }: { readonly text: string }): string {
  return /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(text)?.[0] ?? 'none'
}

export async function linkUp({ chat, other }: Pick<Both, 'chat' | 'other'>): Promise<void> {
  const code = await firstCode(chat, 'ann')
  await other.say('anna', `/link ${code}`)
  const asked = await other.seeEnd('anna', /made by `scripted:ann`/)
  await chat.see('ann', /`second:anna` has entered your code/)
  await chat.say('ann', `/link ${codeIn(asked)}`)
  await chat.seeEnd('ann', /Linked with `second:anna`/)
  await other.see('anna', /`scripted:ann` is linked with you now/)
}
