/** An audit log as it was written when nothing stood beside it. */
import { hashOf, root } from '../../src/audit/chain.ts'

export function oldLog(...texts: readonly string[]): string {
  let before = root
  const lines = texts.map((text, index) => {
    const line = JSON.stringify({
      seq: index + 1,
      at: '2026-01-01T00:00:00.000Z',
      event: 'decided',
      text,
      before,
    })
    before = hashOf(line)
    return `${line}\n`
  })
  return lines.join('')
}
