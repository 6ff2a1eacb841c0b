/** Questions with choices, and their answers. */
import { expect, test, vi } from 'vitest'
import { type OpenRig, promptReply, ready, stands } from './rig.ts'

export function prompts(open: OpenRig): void {
  test('shows what is asked and every choice; the choice comes back', async () => {
    const rig = await ready(open)
    const prompt = promptReply()
    await rig.adapter.send(rig.address, prompt)
    for (const words of [
      /Claude wants to use Bash/,
      /rm -r build/,
      /Allow once/,
      /Deny/,
      /Deny and say why/,
    ]) {
      await stands(rig, words)
    }
    await rig.choose(prompt, 'once')
    const [answer] = await rig.bot.arrived(1)
    expect(answer).toMatchObject({ kind: 'answer', prompt: prompt.prompt, choices: ['once'] })
  })

  test('takes own words where the choice wants some', async () => {
    const rig = await ready(open)
    const prompt = promptReply()
    await rig.adapter.send(rig.address, prompt)
    await rig.choose(prompt, 'why', 'use the trash')
    const [answer] = await rig.bot.arrived(1)
    expect(answer).toMatchObject({ prompt: prompt.prompt, choices: ['why'], text: 'use the trash' })
  })

  test('shows how it was settled, and takes no answer then', async () => {
    const rig = await ready(open)
    const prompt = promptReply()
    const sent = await rig.adapter.send(rig.address, prompt)
    const settled = { label: 'No longer needed', at: Date.now() }
    await rig.adapter.edit?.(sent, { ...prompt, key: `${prompt.key}/settled`, settled })
    await stands(rig, /No longer needed/)
    await rig.choose(prompt, 'once').catch(() => undefined)
    await rig.say('a message')
    await vi.waitFor(() => expect(rig.bot.received.length).toBeGreaterThan(0))
    expect(rig.bot.received.filter(({ kind }) => kind === 'answer')).toEqual([])
  })
}
