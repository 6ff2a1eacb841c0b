/** Feishu for the benchmark: the long connection, people who write directly. */
import { FakeLark } from '../../test/fakes/lark/lark.ts'
import { shownText } from '../../test/fakes/lark/tenant.ts'
import type { Platform } from './platform.ts'

export async function openLark(): Promise<Platform> {
  const lark = new FakeLark()
  await lark.listen()
  const { messages } = lark.tenant
  return {
    adapters: { lark: { appId: lark.appId, appSecret: lark.appSecret, domain: lark.url } },
    places: [
      {
        name: 'direct',
        say: (person, text) => {
          const { message: asked } = lark.people.say(person, text)
          const answers = () =>
            messages
              .slice(messages.indexOf(asked) + 1)
              .filter(({ user, chat, deleted }) => user === undefined && chat === asked.chat && !deleted)
          return {
            read: () => answers().map(shownText).join('\n'),
            settled: () => answers().every(({ card }) => card?.streamingSince === undefined),
          }
        },
      },
    ],
    until: (look) => lark.until(look),
    close: () => lark.close(),
  }
}
