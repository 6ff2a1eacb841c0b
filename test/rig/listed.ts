/** What `/queue` says, for tests that wait until messages are where they are to be. */
import { expect } from 'vitest'
import type { FakeChat, Shown } from '../fakes/scripted/fake-chat.ts'

/** Is it an answer to `/queue`? */
export function isList({ text }: Shown): boolean {
  return /Claude is at work on|Nothing waits/.test(text)
}

/** Waits until `/queue` shows this. */
export async function untilListed(chat: FakeChat, user: string, list: RegExp): Promise<void> {
  const look = async (): Promise<string> => {
    const before = chat.in(user).filter(isList).length
    await chat.say(user, '/queue')
    return (await chat.until(() => chat.in(user).filter(isList)[before])).text
  }
  await expect.poll(look, { timeout: 30_000 }).toMatch(list)
}
