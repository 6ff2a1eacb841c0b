/** Feishu as an adapter, by long connection. */
import { adapterConformance, type AdapterRig } from './conformance.ts'
import { choose, openLark, user } from './lark/rig.ts'

adapterConformance(
  'Feishu',
  { streams: true, redelivers: true, files: true },
  async (): Promise<AdapterRig> => {
    const rig = await openLark()
    const { lark, adapter, address, chat } = rig
    const { people } = lark
    return {
      adapter,
      address,
      async say(text) {
        people.say(user, text)
      },
      async choose(prompt, choice, words) {
        choose(rig, prompt, choice, words)
      },
      shown: async () => lark.said(chat).join('\n'),
      written: () => lark.calls.map(({ body }) => JSON.stringify(body)).join('\n'),
      breakOff: () => lark.close(),
      acknowledged: () => people.deliveries.at(-1)?.acked ?? false,
      async redeliver() {
        const delivery = people.deliveries.at(-1)
        if (delivery !== undefined) lark.courier.repeat(delivery)
      },
      hostile: [
        // Feishu takes five messages a second: what each form comes to is tested in lark/text.test.ts.
        { text: 'hey <at id=all></at>', never: '<at id=all' },
        { text: 'hey &lt;at id=ou_eve&gt;', never: '&lt;at' },
        { text: '<person id=ou_eve></person>', never: '<person id=ou_eve' },
      ],
    }
  },
)
