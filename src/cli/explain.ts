/** Errors as words for whoever typed the command. */

/** The message with its code; a stack only for what nobody foresaw, or when `stack` asks for it. */
export function explain(error: unknown, stack = false): string {
  if (!(error instanceof Error)) return `parley: ${String(error)}`
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const words = `parley: ${error.message}${code === undefined ? '' : ` [${code}]`}`
  if (!stack && code !== undefined) return words
  return `${words}\n${error.stack ?? ''}`
}
