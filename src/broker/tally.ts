/** What the model's answers say of their own cost, read as they pass. */
import { z } from 'zod'
import type { TokenUsage } from '../claude/turn.ts'
import { lineSplitter } from '../lines.ts'

const noTokens: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

const count = z.number().nonnegative().catch(0)
const more = z.number().nonnegative().optional().catch(undefined)
const Started = z.object({
  type: z.literal('message_start'),
  message: z.object({
    usage: z.object({
      input_tokens: count,
      output_tokens: count,
      cache_read_input_tokens: count,
      cache_creation_input_tokens: count,
    }),
  }),
})
const Went = z.object({
  type: z.literal('message_delta'),
  usage: z.object({
    input_tokens: more,
    output_tokens: more,
    cache_read_input_tokens: more,
    cache_creation_input_tokens: more,
  }),
})
const Event = z.discriminatedUnion('type', [Started, Went])
const Whole = Started.shape.message

/** An event is small but for what a tool is given. */
const mostLineBytes = 16 * 1024 * 1024
const mostBodyBytes = 64 * 1024 * 1024
/** What stands around a piece of text in an event, and about how much text makes a token. */
const deltaFrame = 91
const tokenChars = 4

/** Of one process. */
export class Tally {
  #spent = noTokens

  add(more: TokenUsage): void {
    this.#spent = combine(this.#spent, more, (a, b) => a + b)
  }

  get spent(): TokenUsage {
    return combine(this.#spent, noTokens, Math.max)
  }

  take(): TokenUsage {
    const { spent } = this
    this.#spent = noTokens
    return spent
  }
}

/** Reads one answer: give it each chunk, then the end. */
export interface Reading {
  take(chunk: Buffer): void
  end(): void
}

/** `contentType`: of the answer. What stands in the tally is never behind what has passed. */
export function readingOf(contentType: string, tally: Tally): Reading {
  return contentType.startsWith('text/event-stream') ? readingEvents(tally) : readingBody(tally)
}

function readingEvents(tally: Tally): Reading {
  let counted = noTokens
  const setTo = (now: TokenUsage): void => {
    tally.add(combine(now, counted, (a, b) => a - b))
    counted = now
  }
  const line = (text: string): void => {
    if (text.includes('"content_block_delta"')) {
      // The API counts at the end, which an answer that is broken off does not have.
      const piece = Math.max(1, Math.round((text.length - deltaFrame) / tokenChars))
      setTo({ ...counted, output: counted.output + piece })
    } else if (text.includes('"message_start"') || text.includes('"message_delta"')) {
      const event = parsed(Event, text.slice(text.indexOf('{')))
      if (event?.type === 'message_start') setTo(usageOf(event.message.usage))
      if (event?.type === 'message_delta') setTo({ ...counted, ...defined(event.usage) })
    }
  }
  const take = lineSplitter({ line, tooLong: () => undefined }, mostLineBytes)
  return { take, end: () => undefined }
}

function readingBody(tally: Tally): Reading {
  const chunks: Buffer[] = []
  let bytes = 0
  return {
    take(chunk) {
      bytes += chunk.length
      if (bytes <= mostBodyBytes) chunks.push(chunk)
    },
    end() {
      const whole = bytes <= mostBodyBytes ? parsed(Whole, Buffer.concat(chunks).toString('utf8')) : undefined
      if (whole !== undefined) tally.add(usageOf(whole.usage))
    },
  }
}

type Told<T> = Readonly<
  Record<'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens', T>
>

function usageOf(told: Told<number>): TokenUsage {
  return {
    input: told.input_tokens,
    output: told.output_tokens,
    cacheRead: told.cache_read_input_tokens,
    cacheWrite: told.cache_creation_input_tokens,
  }
}

function defined(told: Partial<Told<number | undefined>>): Partial<TokenUsage> {
  return {
    ...(told.input_tokens !== undefined && { input: told.input_tokens }),
    ...(told.output_tokens !== undefined && { output: told.output_tokens }),
    ...(told.cache_read_input_tokens !== undefined && { cacheRead: told.cache_read_input_tokens }),
    ...(told.cache_creation_input_tokens !== undefined && { cacheWrite: told.cache_creation_input_tokens }),
  }
}

/** Undefined: it is something else. */
function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function combine(a: TokenUsage, b: TokenUsage, each: (a: number, b: number) => number): TokenUsage {
  return {
    input: each(a.input, b.input),
    output: each(a.output, b.output),
    cacheRead: each(a.cacheRead, b.cacheRead),
    cacheWrite: each(a.cacheWrite, b.cacheWrite),
  }
}
