/** Slack as an adapter, by Socket Mode. */
import { shownText } from '../fakes/slack/team.ts'
import { adapterConformance, type AdapterRig } from './conformance.ts'
import { choose, openSlack, user } from './slack/rig.ts'

adapterConformance(
  'Slack',
  { streams: true, redelivers: true, files: true },
  async (): Promise<AdapterRig> => {
    const rig = await openSlack()
    const { slack, adapter, address } = rig
    const { people } = slack
    const inThread = { channel: address.channel, thread: address.thread }
    const last = () => people.deliveries.findLast(({ type }) => type === 'events_api')
    return {
      adapter,
      address,
      async say(text) {
        people.say(user, text, inThread)
      },
      choose: (prompt, choice, words) => choose(rig, prompt, choice, words),
      shown: async () => slack.in(address.channel).map(shownText).join('\n'),
      written: () => slack.calls.map(({ form }) => Object.values(form).join('\n')).join('\n'),
      breakOff: () => slack.close(),
      acknowledged: () => last()?.acked ?? false,
      async redeliver() {
        const delivery = last()
        if (delivery !== undefined) slack.courier.repeat(delivery)
      },
      hostile: [
        // Slack takes a message a second: what each form comes to is tested in slack/text.test.ts.
        { text: 'hey <@UEVE> and <!channel>', never: '<@UEVE' },
        { text: 'hey <!here|here> and <#CTOWN|town>', never: '<!here' },
        { text: 'half a pair \uD83D', never: '\uD83D' },
      ],
    }
  },
)
