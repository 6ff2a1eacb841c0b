/** The bot as a whole, for those who run it. */
import { type Right, may } from '../access.ts'
import type { House } from '../bot/house.ts'
import { SettingError, settingNamed, settingsIn } from '../config.ts'
import { type Adapter, type Operating, type Overview, type Person, OfficeError } from '../contract.ts'
import { attached } from '../conversation/place.ts'
import { viewOf } from './viewing.ts'
import { type Visitor, visitorOf } from './visitor.ts'

const refusals = {
  operate: 'Only an operator, an admin or an owner sees and steers the bot as a whole.',
  'manage-bot': 'Only an admin or an owner changes settings of the bot, or ends it.',
} as const satisfies Partial<Record<Right, string>>

const leaves = 'The bot is to end once nothing runs: that cannot be taken back.'

/** `leave`: ends the program. */
export function operatingFor(
  house: House,
  adapter: Adapter,
  from: Person,
  leave: (exitCode: number) => void,
): Operating {
  const { duty, live, options } = house
  const enter = async (right: keyof typeof refusals): Promise<Visitor> => {
    const visitor = await visitorOf(house, adapter, from)
    if (!may(visitor.person.role, right)) throw new OfficeError('forbidden', refusals[right])
    return visitor
  }
  return {
    overview: async () => {
      await enter('operate')
      return overviewOf(house)
    },
    turns: async () => {
      const visitor = await enter('operate')
      const open = await house.queue.lanes()
      const records = await Promise.all(open.map((conversation) => house.store.sessions.get(conversation)))
      const views = await Promise.all(records.flatMap((record) => (record ? [viewOf(visitor, record)] : [])))
      return views.filter(({ state }) => state !== 'none')
    },
    log: async (most) => {
      await enter('operate')
      return options.log.recent.last(most)
    },
    follow: async (listener, signal) => {
      await enter('operate')
      options.log.recent.listen(listener, signal)
    },
    drain: async (toLeave) => {
      const { person } = await enter(toLeave ? 'manage-bot' : 'operate')
      await house.audit.append({ event: 'drained', by: person.id, leave: toLeave })
      options.log.warn({ by: person.id, leave: toLeave }, 'nothing new is begun: the bot is drained')
      void duty.drain(toLeave).then((ends) => ends && leave(0))
    },
    resume: async () => {
      const { person } = await enter('operate')
      if (!duty.resume()) throw new OfficeError('conflict', leaves)
      await house.audit.append({ event: 'resumed', by: person.id })
      options.log.warn({ by: person.id }, 'the bot goes on')
    },
    settings: async () => {
      await enter('operate')
      return settingsIn(live.current, live.written ?? live.current)
    },
    change: async (key, value) => {
      const { person } = await enter('manage-bot')
      try {
        if (live.change === undefined) throw new SettingError('no-file', 'This bot has no config file.')
        await live.change(key, value)
      } catch (error) {
        throw error instanceof SettingError ? refused(error) : error
      }
      await house.audit.append({ event: 'setting-changed', by: person.id, key })
      options.log.warn({ by: person.id, key }, 'a setting was changed')
      return settingNamed(key, live.current, live.written ?? live.current)
    },
  }
}

async function overviewOf({ queue, adapters, duty, prompts }: House): Promise<Overview> {
  const { activations: warm, ...standing } = await queue.counts()
  const open = await prompts.live(({ state }) => state === 'open')
  return {
    state: duty.state,
    adapters: [...adapters.values()]
      .filter(({ name }) => name !== attached)
      .map((adapter) => duty.view(adapter)),
    standing: { ...standing, warm },
    approvals: open.length,
  }
}

const codes = {
  unknown: 'unknown',
  'file-only': 'forbidden',
  invalid: 'invalid',
  'no-file': 'conflict',
  unwritable: 'conflict',
} as const

function refused({ code, message }: SettingError): OfficeError {
  const field = code === 'unknown' || code === 'file-only' ? 'key' : code === 'invalid' ? 'value' : undefined
  return new OfficeError(codes[code], message, field === undefined ? {} : { field })
}
