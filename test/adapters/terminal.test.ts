/** The terminal as an adapter: a chat in a terminal made of streams. */
import { setImmediate } from 'node:timers/promises'
import { keyed } from '../../adapters/terminal/choices.ts'
import { adapterConformance, type AdapterRig } from './conformance.ts'
import { address, openStreams } from './terminal/rig.ts'

adapterConformance(
  'the terminal',
  { streams: true, redelivers: false, files: true },
  async (): Promise<AdapterRig> => {
    const streams = openStreams({ mode: 'chat' }, { tty: true })
    const { adapter, input, output, screen } = streams
    const type = async (text: string): Promise<void> => {
      input.write(text)
      await setImmediate()
    }
    return {
      adapter,
      address,
      say: (text) => type(`${text}\r`),
      async choose({ choices }, choice, words) {
        await type(keyed(choices).find(({ choice: { id } }) => id === choice)?.key ?? '')
        if (words !== undefined) await type(`${words}\r`)
        // What no prompt takes stands in the line that is being edited.
        else await type('\u0015')
      },
      async shown() {
        await setImmediate()
        return screen.text()
      },
      written: () => streams.out(),
      async breakOff() {
        output.destroy()
      },
      hostile: [
        { text: '\u001B]52;c;cm0gLXJm\u0007', never: '\u001B]' },
        { text: '\u001B]0;title\u001B\\', never: '\u001B\\' },
        { text: '\u001B[2J\u001B[H\u001B[1;1H', never: '\u001B[2J' },
        { text: '&#27;]52;c;cm0gLXJm&#7;', never: '\u001B]' },
        { text: '```\u001B[8m\n\u009B2J\n```', never: '\u009B' },
        { text: '| a |\n|---|\n| \u001BP |', never: '\u001BP' },
        { text: 'allow\u202Eyned', never: '\u202E' },
        { text: 'over\rwritten\b\b\b', never: '\b' },
      ],
    }
  },
)
