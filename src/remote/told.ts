/** Server-sent events -> what they tell. Pure. */
import type { z } from 'zod'
import { RemoteError } from './errors.ts'
import type { ServerEvent } from './event-stream.ts'
import { Besides, Told } from './shapes.ts'

const ofMessage = typesOf(Told)
const ofSession = typesOf(Besides)

/** Undefined: of a kind that is of no use here, as those of newer bots are. Throws {@link RemoteError} `other-version`. */
export function toldIn(event: ServerEvent): Told | undefined {
  return ofMessage.has(event.type) ? parsed(Told, event) : undefined
}

/** The same of the events of a session, of which some have the names of others of a message. */
export function besidesIn(event: ServerEvent): Besides | undefined {
  return ofSession.has(event.type) ? parsed(Besides, event) : undefined
}

export function isBesides(told: Told): told is Besides {
  return ofSession.has(told.type)
}

function typesOf({ options }: typeof Told | typeof Besides): ReadonlySet<string> {
  return new Set(options.map(({ shape }) => shape.type.value))
}

function parsed<T>(shape: z.ZodType<T>, { type, data }: ServerEvent): T {
  try {
    return shape.parse({ type, data: JSON.parse(data) })
  } catch (cause) {
    const message = `The bot tells of \`${type}\` in a way that this version of Parley does not know.`
    throw new RemoteError('other-version', message, { cause })
  }
}
