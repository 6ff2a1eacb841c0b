/** Discord as an adapter. */
import { shownText } from '../fakes/discord/world.ts'
import { adapterConformance, type AdapterRig } from './conformance.ts'
import { choose, openDiscord, user } from './discord/rig.ts'

adapterConformance(
  'Discord',
  { streams: false, redelivers: false, files: true },
  async (): Promise<AdapterRig> => {
    const rig = await openDiscord()
    const { discord, adapter, address } = rig
    return {
      adapter,
      address,
      async say(text) {
        discord.people.say(user, text, { channel: address.channel, mention: true })
      },
      choose: (prompt, choice, words) => choose(rig, prompt, choice, words),
      shown: async () => discord.in(address.channel).map(shownText).join('\n'),
      written: () => discord.calls.map(({ body }) => body).join('\n'),
      breakOff: () => discord.close(),
      hostile: [
        { text: 'half a pair \uD83D', never: '\\ud83d' },
        { text: '@everyone <@1234567890123456>', never: '"parse":["' },
      ],
    }
  },
)
