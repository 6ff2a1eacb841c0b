import type { AsideCommand } from './command.ts'

export const btw: AsideCommand = {
  name: 'btw',
  usage: '<question>',
  summary: 'asks aside, without disturbing the running turn; Claude will not remember it',
  arguments: [{ name: 'question', type: 'text', summary: 'what you want to know' }],
  when: 'aside',
}
