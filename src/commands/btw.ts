import type { AsideCommand } from './command.ts'
import { worded } from './worded.ts'

export const btw: AsideCommand = {
  ...worded('btw', [{ name: 'question', type: 'text', required: true }]),
  when: 'aside',
}
