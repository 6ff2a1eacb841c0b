/** A request of OpenAI's chat completions: the session that it belongs to, what is said there, what comes of it. */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { OfficeError } from '../../../src/contract.ts'
import { ask } from '../asking.ts'
import { type Caller, askedBy } from '../caller.ts'
import { answerTo } from '../inbound.ts'
import { obey } from '../obey.ts'
import type { Parts } from '../parts.ts'
import type { Run } from '../run.ts'
import { type Chat, type Chats, placeOf, placeOfSession } from './chats.ts'
import { decisionIn } from './questions.ts'
import { type CompletionRequest, type Line, type Saying, readSaying } from './request.ts'
import { told } from './retelling.ts'
import { type Told, telling } from './telling.ts'

/** The model that is whatever the operator configured. */
export const ownModel = 'parley'

export interface Completing {
  readonly session: string
  readonly run: Run
  /** Of whoever asks again the events up to here are known. */
  readonly after: number
  /** Where its chat was before, and where it is when this was said. */
  readonly from: string
  readonly place: (answer: string) => string
}

export interface CompletingParts extends Parts {
  readonly chats: Chats
}

/** Throws {@link Problem}, {@link OfficeError}. */
export async function begin(
  parts: CompletingParts,
  { caller, headers }: Pick<FastifyRequest, 'caller' | 'headers'>,
  body: CompletionRequest,
): Promise<Completing> {
  const user = caller.name
  const saying = readSaying(body)
  const named = header(headers['x-parley-session'])
  const chatId = header(headers['x-openwebui-chat-id'])
  const at = (said: readonly Line[]): string =>
    named === undefined ? placeOf(user, chatId, said) : placeOfSession(user, named)
  const from = at(saying.earlier)
  const place = (answer: string): string =>
    at([...saying.earlier, ...saying.fresh, { by: 'assistant', said: answer.trim(), files: '' }])
  const chat = named === undefined && saying.earlier.length === 0 ? undefined : parts.chats.take(from)
  try {
    return { ...(await say(parts, caller, { saying, chat, named, model: body.model })), from, place }
  } catch (error) {
    if (chat !== undefined) await parts.chats.put(from, chat, from)
    throw error
  }
}

function header(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}

interface Said {
  readonly saying: Saying
  readonly chat: Chat | undefined
  readonly named: string | undefined
  readonly model: string
}

async function say(
  parts: CompletingParts,
  caller: Caller,
  { saying, chat, named, model }: Said,
): Promise<Pick<Completing, 'session' | 'run' | 'after'>> {
  const { name: user } = caller
  const going = chat?.asked === undefined ? undefined : await decide(parts, user, chat, saying.text)
  if (going !== undefined) return going
  const office = parts.bot.office({ id: user })
  const gateway = parts.settings.gateway?.models.includes(model) === true
  const goesOn = chat !== undefined && (await canGoOn(parts, { user, session: chat.session, gateway }))
  const known = named ?? (goesOn ? chat.session : undefined)
  const wished = model === ownModel ? undefined : model
  const { system } = saying
  const fresh = {
    id: randomUUID(),
    gateway,
    ...(wished === undefined ? {} : { model: wished }),
    ...(system === undefined ? {} : { systemPrompt: system }),
  }
  const { id: session, model: current } =
    known === undefined ? await office.create(fresh) : await office.session(known)
  if (wished !== undefined && wished !== current)
    await obey(parts, { user, session }, `/model ${wished}`, 'model')
  const files = await Promise.all(
    saying.files.map(({ name, content }) =>
      office.writeFile(session, { name, stream: new Blob([new Uint8Array(content)]).stream() }),
    ),
  )
  const before = known === undefined ? told(saying.earlier) : ''
  const text = [`${before}${saying.text}`, ...files.map(({ path }) => `@"${path}"`)]
  const run = await ask(parts, {
    id: `chatcmpl-${randomUUID()}`,
    ...askedBy(caller),
    session,
    kind: 'message',
    state: 'waiting',
    text: text.filter((part) => part !== '').join('\n\n'),
    priority: 5,
    createdAt: Date.now(),
  })
  return { session, run, after: 0 }
}

/** Is it still there, and run on what the model takes? */
async function canGoOn(
  { bot }: Parts,
  { user, session, gateway }: { readonly user: string; readonly session: string; readonly gateway: boolean },
): Promise<boolean> {
  try {
    return (await bot.office({ id: user }).session(session)).gateway === gateway
  } catch (error) {
    if (error instanceof OfficeError && error.code === 'unknown') return false
    throw error
  }
}

/** The words decide what was asked last, and its run goes on. Undefined: nobody is asked any more. */
async function decide(
  { bot, runs }: Parts,
  user: string,
  { session, asked }: Chat,
  text: string,
): Promise<Pick<Completing, 'session' | 'run' | 'after'> | undefined> {
  const approvals = await bot.office({ id: user }).approvals('own')
  const approval = approvals.find(({ prompt }) => prompt === asked?.prompt)
  const run = asked && (await runs.find(user, asked.run))
  if (approval === undefined || asked === undefined || run === undefined) return undefined
  const receipt = await bot.receive(answerTo(asked.prompt, { user, session }, decisionIn(approval, text)))
  return receipt === 'accepted' ? { session, run, after: asked.after } : undefined
}

/**
 * The words as they come. Where the chat is by then is known before the last of it is told. Whoever leaves stops what was
 * asked, as with OpenAI. Throws {@link Problem} when the run failed.
 */
export async function* completion(
  { bot, chats, closing }: CompletingParts,
  user: string,
  { session, run, after, from, place }: Completing,
  signal: AbortSignal,
): AsyncGenerator<Told, void> {
  let answer = ''
  let over = false
  try {
    for await (const part of telling(run, after, signal)) {
      if (part.type === 'text') answer += part.text
      else {
        const { id } = run.record
        const asked = part.type === 'asked' ? { run: id, prompt: part.prompt, after: part.after } : undefined
        await chats.put(place(answer), { session, ...(asked === undefined ? {} : { asked }) }, from)
        over = true
      }
      yield part
    }
  } finally {
    // What failed is said again as it was; of what was left it is known how far it was heard.
    if (!over) await chats.put(run.over ? from : place(answer), { session }, from)
    if (!over && !run.over && !closing.aborted) void interrupt(run, session)
  }

  /** As soon as it runs. Never rejects. */
  async function interrupt(left: Run, where: string): Promise<void> {
    try {
      for await (const _event of left.events.after(0, closing)) {
        if (!left.over) await bot.office({ id: user }).interrupt(where)
        return
      }
    } catch (err) {
      bot.log.warn({ err }, 'a turn whose client has left could not be stopped')
    }
  }
}
