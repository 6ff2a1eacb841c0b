/** What Feishu delivers, by connection or over HTTP: handed to the core, and answered when it is on disk. */
import type { Bot } from '../../src/contract.ts'
import type { Arrivals } from './arrivals.ts'
import { Chosen, ContactChanged, Envelope, read, Recalled, Received, Updated } from './events.ts'
import { chosen, type Self } from './inbound.ts'
import { Lanes } from './lanes.ts'
import type { People } from './people.ts'
import type { Presses } from './presses.ts'

export interface IntakeParts {
  readonly bot: Bot
  readonly self: Self
  readonly arrivals: Arrivals
  readonly presses: Presses
  /** By chat. */
  readonly lanes: Lanes
  readonly people: People
}

/**
 * Resolves with what the answer says, undefined: nothing. Rejects where the event could not be kept: it must not be
 * acknowledged then, and comes again.
 */
export type Take = (body: unknown) => Promise<object | undefined>

export function createIntake(given: Omit<IntakeParts, 'lanes'>): Take {
  const parts = { ...given, lanes: new Lanes() }
  return async (body) => {
    const envelope = Envelope.safeParse(body).data
    const take = envelope && takers.get(envelope.header.event_type)
    if (envelope !== undefined && take !== undefined) return take(parts, envelope)
    parts.bot.log.debug({}, 'Feishu sent something that is none of ours')
    return undefined
  }
}

type Taker = (parts: IntakeParts, envelope: Envelope) => Promise<object | undefined>

const takers: ReadonlyMap<string, Taker> = new Map<string, Taker>([
  ['im.message.receive_v1', takeMessage],
  ['im.message.updated_v1', takeEdit],
  ['im.message.recalled_v1', takeRecall],
  ['application.bot.menu_v6', takeChosen],
  ['card.action.trigger', ({ presses }, envelope) => presses.take(envelope)],
  ['contact.user.updated_v3', takeContact],
  ['contact.user.deleted_v3', takeContact],
  ['contact.department.updated_v3', takeContact],
  ['contact.department.deleted_v3', takeContact],
])

async function takeMessage({ bot, arrivals, lanes }: IntakeParts, envelope: Envelope): Promise<undefined> {
  const parsed = read(Received, envelope, bot.log)
  if (parsed === undefined) return
  await lanes.in(parsed.message.chat_id, async () => {
    const message = await arrivals.message(parsed, envelope.header.tenant_key)
    if (message !== null && (await bot.receive(message)) === 'refused') await arrivals.refused(message)
  })
}

async function takeEdit({ bot, arrivals }: IntakeParts, envelope: Envelope): Promise<undefined> {
  const id = read(Updated, envelope, bot.log)
  const edit = id === undefined ? null : await arrivals.edit(id, envelope.header.tenant_key)
  if (edit !== null) await bot.receive(edit)
}

async function takeRecall({ bot, arrivals, lanes }: IntakeParts, envelope: Envelope): Promise<undefined> {
  const parsed = read(Recalled, envelope, bot.log)
  if (parsed === undefined) return
  await lanes.in(parsed.chat_id, async () => {
    const deletion = await arrivals.recall(parsed, envelope.header.tenant_key)
    if (deletion !== null) await bot.receive(deletion)
  })
}

async function takeChosen({ bot, self, people }: IntakeParts, envelope: Envelope): Promise<undefined> {
  const parsed = read(Chosen, envelope, bot.log)
  const message = parsed && chosen(parsed, envelope.header, self)
  if (message !== undefined) await bot.receive(await people.introduced(message))
}

async function takeContact({ people }: IntakeParts, { event }: Envelope): Promise<undefined> {
  people.changed(ContactChanged.safeParse(event).data?.object.open_id ?? undefined)
}
