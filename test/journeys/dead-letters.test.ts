/** A message that ends its process each time: its sender hears of it, what is behind goes on, an admin can try it again. */
import { expect, test, vi } from 'vitest'
import { descendants } from '../rig/processes.ts'
import { type Program, startProgramRig } from '../rig/program.ts'
import { quickClaude } from '../rig/quick-cli.ts'

test('after five crashes it is given up and what is behind it goes on; an admin sees it, and has it tried again', async () => {
  const access = { allow: ['scripted:ann'], admins: ['scripted:ada'] }
  const { chat, start } = await startProgramRig(
    { access, claude: quickClaude, sessions: { midTurn: 'queue' } },
    { can: ['edit', 'find'] },
  )
  let program = start()
  await chat.say('ann', '!slow 60 600')
  await chat.say('ann', '!say behind')
  for (let crash = 0; crash < 5; crash++) {
    await vi.waitFor(() => expect(running(program)).toBe(true), { timeout: 20_000 })
    await program.kill()
    program = start()
  }
  await chat.seeEnd('ann', /given up: the process that worked on it ended 5 times/)
  await chat.seeEnd('ann', /^behind$/)

  await chat.say('ann', '/dead')
  await chat.seeEnd('ann', /Only admins/)
  await chat.say('ada', '/dead')
  await chat.seeEnd('ada', /1\. ` ?scripted:ann ?`, .*, tried 5 times/)
  await chat.say('ada', '/dead retry 2')
  await chat.seeEnd('ada', /no message of this number/)
  const shown = chat.in('ann').length
  await chat.say('ada', '/dead retry 1')
  await chat.seeEnd('ada', /tried again/)
  await chat.until(() =>
    chat
      .in('ann')
      .slice(shown)
      .find(({ text }) => /word2/.test(text)),
  )
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  await chat.say('ada', '/dead')
  await chat.seeEnd('ada', /No message was given up/)
  expect(await program.end()).toBe(0)
})

/** Is Claude at work, and not only asked for its version? */
function running({ child }: Program): boolean {
  return descendants(child.pid).some(({ command }) => /--(resume|session-id)=/.test(command))
}
