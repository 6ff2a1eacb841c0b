/** Carries out a chat command for a program: the same that people have, in its order among the messages. */
import { randomUUID } from 'node:crypto'
import { adapterName, messageFor } from './inbound.ts'
import { Problem } from './problems.ts'
import type { Parts } from './parts.ts'

/** A command that changes the session waits for the turns before it. */
const waitsMs = 120_000

/** Resolves when it was carried out. Throws {@link Problem}; `field`: what of the request it is about. */
export async function obey(
  { bot, outbound, closing }: Pick<Parts, 'bot' | 'outbound' | 'closing'>,
  where: { readonly user: string; readonly session: string },
  command: string,
  field: string,
): Promise<void> {
  // Whether there is such a session, and whether it is theirs.
  await bot.office({ id: where.user }).session(where.session)
  const message = messageFor({ ...where, id: randomUUID() }, command, false)
  const end = new AbortController()
  const signal = AbortSignal.any([end.signal, closing, AbortSignal.timeout(waitsMs)])
  const answer = outbound.answerTo(`${adapterName}:${message.id}/answer`, signal)
  try {
    const receipt = await bot.receive(message)
    if (receipt === 'refused') throw new Problem(403, 'forbidden', 'The bot did not take this.')
    const said = await answer
    if (said === undefined)
      throw new Problem(
        503,
        'still-waiting',
        'It waits for the turns before it, and will be carried out. Look at the session later.',
      )
    if (said.outcome !== 'answered')
      throw new Problem(422, 'invalid', said.markdown, { fields: [{ field, message: said.markdown }] })
  } finally {
    end.abort()
  }
}
