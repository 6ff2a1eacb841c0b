/** The steps of a turn -> events for programs. Joining the deltas gives the text of the answer. */
import { z } from 'zod'
import type { TurnStep } from '../../src/contract.ts'

export interface Told {
  readonly type: string
  readonly data: object
}

/** Of a tool's result; the whole stands in the transcript. */
const longestResult = 16 * 1024
const between = '\n\n'

const writing = new Set(['Write', 'Edit', 'NotebookEdit'])
const Assistant = z.object({
  type: z.literal('assistant'),
  message: z.object({
    id: z.string(),
    usage: z.object({
      input_tokens: z.number().catch(0),
      output_tokens: z.number().catch(0),
      cache_read_input_tokens: z.number().catch(0),
      cache_creation_input_tokens: z.number().catch(0),
    }),
  }),
})

export class Narrator {
  /** Whole blocks of text, joined. */
  #whole = ''
  #open = ''
  readonly #files = new Set<string>()
  readonly #usage = new Map<string, { readonly input: number; readonly output: number }>()

  tell(step: TurnStep): readonly Told[] {
    switch (step.type) {
      case 'text':
        return [this.#delta(step.delta)]
      case 'text-block':
        return this.#block(step.text)
      case 'text-void':
        return this.#void()
      case 'tool': {
        const { type: _type, ...data } = step
        return [{ type: 'tool_use', data }, ...this.#touched(step.name, step.input)]
      }
      case 'tool-result': {
        const { id, ok, text } = step
        const cut = text.length > longestResult
        const shown = cut ? text.slice(0, longestResult).toWellFormed() : text
        return [{ type: 'tool_result', data: { id, ok, text: shown, ...(cut ? { cut } : {}) } }]
      }
      case 'started':
        return [{ type: 'started', data: { transcript: step.transcript, model: step.model } }]
      case 'line':
        return this.#counted(step.line)
      case 'thinking':
        return []
    }
  }

  #delta(delta: string): Told {
    const first = this.#open === '' && this.#whole !== ''
    this.#open += delta
    return { type: 'message', data: { delta: first ? `${between}${delta}` : delta } }
  }

  /** What the deltas said so far was a preview: most often the same. */
  #block(text: string): readonly Told[] {
    const told = this.#open
    const before = this.#whole
    this.#open = ''
    if (text === '') return told === '' ? [] : this.#reset()
    this.#whole = before === '' ? text : `${before}${between}${text}`
    if (told === text) return []
    if (told !== '') return this.#reset()
    return [{ type: 'message', data: { delta: before === '' ? text : `${between}${text}` } }]
  }

  #void(): readonly Told[] {
    if (this.#open === '') return []
    this.#open = ''
    return this.#reset()
  }

  /** All that was told before is void, and this stands in its place. */
  #reset(): readonly Told[] {
    return [{ type: 'message_reset', data: { text: this.#whole } }]
  }

  #touched(tool: string, input: Readonly<Record<string, unknown>>): readonly Told[] {
    const path = input['file_path'] ?? input['notebook_path']
    if (!writing.has(tool) || typeof path !== 'string') return []
    this.#files.add(path)
    return [this.#progress()]
  }

  #counted(line: string): readonly Told[] {
    // Most lines are deltas: those are not worth being parsed.
    if (!line.startsWith('{"type":"assistant"')) return []
    const parsed = Assistant.safeParse(JSON.parse(line)).data
    if (parsed === undefined) return []
    const { id, usage } = parsed.message
    const isNew = !this.#usage.has(id)
    const input = usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens
    this.#usage.set(id, { input, output: usage.output_tokens })
    return isNew ? [this.#progress()] : []
  }

  #progress(): Told {
    const all = [...this.#usage.values()]
    const inputTokens = all.reduce((sum, { input }) => sum + input, 0)
    const outputTokens = all.reduce((sum, { output }) => sum + output, 0)
    return {
      type: 'progress',
      data: { turns: all.length, inputTokens, outputTokens, files: [...this.#files] },
    }
  }
}
