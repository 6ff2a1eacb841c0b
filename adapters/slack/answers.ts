/** Buttons that were pressed and modals that were sent, as the core takes them. Pure. */
import { z } from 'zod'
import type { Answer, Message, Person } from '../../src/contract.ts'
import { askedAbout, unseenId } from './commands.ts'
import type { BlockActions, ViewSubmission } from './events.ts'
import { isDirect, milliseconds } from './inbound.ts'
import { personOf } from './outsiders.ts'

/** Begin of the ids of what can be pressed. */
export const actions = {
  choice: 'parley_choice',
  /** A choice that wants own words with it, or an answer in own words alone. */
  words: 'parley_words',
  options: 'parley_options',
  submit: 'parley_submit',
  /** A command, given as if it were typed. */
  say: 'parley_say',
} as const

export const modal = {
  callback: 'parley_words',
  about: 'parley_about',
  block: 'words',
  input: 'words',
} as const

/**
 * What a button stands for. In the message itself, so that it works whoever runs, whenever. `language`: of its message;
 * `tenant`: its workspace, which Slack does not name where a whole organisation installed the app.
 */
export const ButtonValue = z.object({
  prompt: z.string(),
  choice: z.string().exactOptional(),
  language: z.string().exactOptional(),
  tenant: z.string().exactOptional(),
})
export type ButtonValue = z.infer<typeof ButtonValue>

const Address = z.object({
  adapter: z.literal('slack'),
  tenant: z.string().exactOptional(),
  channel: z.string(),
  thread: z.string().exactOptional(),
})

/** What a button stands for that gives a command. `address`: where. */
const SayValue = z.object({ says: z.string(), address: Address })

/** What a modal remembers of the press that opened it. */
export const ModalOrigin = ButtonValue.extend({ address: Address })
export type ModalOrigin = z.infer<typeof ModalOrigin>

/** What a modal remembers of the message that is asked about. */
export const AboutOrigin = z.object({
  quote: z.string(),
  files: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        mime: z.string().exactOptional(),
        bytes: z.number().exactOptional(),
      }),
    )
    .readonly()
    // Modals that were open when the bot was renewed remember none.
    .default([]),
  address: Address,
})
export type AboutOrigin = z.infer<typeof AboutOrigin>

export type Pressed =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'words'; readonly trigger: string; readonly origin: ModalOrigin }

/** Null: a button of somebody else's, or a box that was ticked and not sent yet. */
export function pressed(body: BlockActions): Pressed | null {
  const [action] = body.actions
  const channel = body.channel?.id
  if (action === undefined || channel === undefined || body.message === undefined) return null
  const value = valueOf(action.value, ButtonValue)
  if (value === undefined) return null
  const address = addressOf(body, channel, value.tenant)
  const { prompt, choice } = value
  if (action.action_id.startsWith(actions.words)) {
    return { kind: 'words', trigger: body.trigger_id, origin: { ...value, address } }
  }
  const sent = action.action_id.startsWith(actions.submit)
  if (!sent && !action.action_id.startsWith(actions.choice)) return null
  const choices = sent ? ticked(body) : choice === undefined ? [] : [choice]
  if (choices.length === 0) return null
  const answer: Answer = {
    kind: 'answer',
    id: `${channel}:${body.message.ts}:${action.action_ts}`,
    at: milliseconds(action.action_ts),
    from: whoPressed(body, address.tenant),
    address,
    direct: isDirect(channel),
    prompt,
    choices,
  }
  return { kind: 'answer', answer }
}

/** A command that somebody gave by a button under a text; null: the button is for something else. */
export function saidUnder(body: BlockActions): Message | null {
  const [action] = body.actions
  if (action?.action_id.startsWith(actions.say) !== true) return null
  const value = valueOf(action.value, SayValue)
  if (value === undefined) return null
  // Where it was offered: the help itself may have come elsewhere, and Slack tells no message that one person alone was shown.
  const { says: text, address } = value
  return {
    kind: 'message',
    id: unseenId(body.user.id, action.action_ts),
    at: milliseconds(action.action_ts),
    from: whoPressed(body, address.tenant),
    address,
    direct: isDirect(address.channel),
    text,
  }
}

/** Null: a modal of somebody else's. `now`: milliseconds since 1970. */
export function submitted(submission: ViewSubmission, now: number): Answer | Message | null {
  return submission.view.callback_id === modal.about ? question(submission, now) : answerIn(submission, now)
}

function question(submission: ViewSubmission, now: number): Message | null {
  const { view } = submission
  const origin = valueOf(view.private_metadata, AboutOrigin)
  if (origin === undefined) return null
  const { address, quote, files } = origin
  return {
    kind: 'message',
    id: `view:${submission.user.id}:${view.id}`,
    at: now,
    from: whoPressed(submission, address.tenant),
    address,
    direct: isDirect(address.channel),
    text: askedAbout(wordsIn(view), quote),
    ...(files.length === 0 ? {} : { attachments: files }),
  }
}

function wordsIn({ state }: ViewSubmission['view']): string {
  return state.values[modal.block]?.[modal.input]?.value ?? ''
}

function answerIn(submission: ViewSubmission, now: number): Answer | null {
  const { view } = submission
  const origin = valueOf(view.private_metadata, ModalOrigin)
  if (view.callback_id !== modal.callback || origin === undefined) return null
  const { prompt, choice, address } = origin
  return {
    kind: 'answer',
    id: `view:${submission.user.id}:${view.id}`,
    at: now,
    from: whoPressed(submission, address.tenant),
    address,
    direct: isDirect(address.channel),
    prompt,
    choices: choice === undefined ? [] : [choice],
    text: wordsIn(view),
  }
}

/**
 * `tenant`: the workspace that the message stands in. In an organisation people of all its workspaces meet, and Slack
 * does not say here which these are: there only another organisation makes an outsider.
 */
function whoPressed({ user, enterprise }: BlockActions | ViewSubmission, tenant: string | undefined): Person {
  const known = typeof enterprise?.id !== 'string' || user.team_id?.startsWith('E') === true
  return personOf(user.id, known ? user.team_id : undefined, { tenant, enterprise: enterprise?.id })
}

/** The language of the message whose modal this is. */
export function languageOf({ view }: ViewSubmission): string | undefined {
  return valueOf(view.private_metadata, ModalOrigin)?.language
}

function ticked({ state }: BlockActions): string[] {
  const fields = Object.values(state?.values ?? {}).flatMap((block) => Object.entries(block))
  return fields.flatMap(([id, { selected_options: options = [] }]) =>
    id.startsWith(actions.options) ? options.map(({ value }) => value) : [],
  )
}

function addressOf(
  { message, team }: BlockActions,
  channel: string,
  tenant = team?.id,
): ModalOrigin['address'] {
  const thread = message?.thread_ts
  return {
    adapter: 'slack',
    channel,
    ...(tenant === undefined ? {} : { tenant }),
    ...(thread === undefined ? {} : { thread }),
  }
}

function valueOf<T>(json: string | undefined, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json ?? '')).data
  } catch {
    // Not ours: ours is JSON.
    return undefined
  }
}
