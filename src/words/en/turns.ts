/** What comes while Claude works, and what stands in the chat meanwhile. */
import { format } from './format.ts'

export const turns = {
  withdrawn: (excerpt: string) => `Withdrawn before it began: ${excerpt}`,
  leave: 'Leave it',
  offered: (count: number) => (count === 1 ? 'Run your message now?' : `Run your ${count} messages now?`),
  runNow: 'Run now',
  onlyAuthor: 'Only whoever wrote it can have it run.',
  compacting: 'summing up the conversation so far, to make room',
  deciding: 'waiting for an approval',
  retrying: (status: number | undefined, inMs: number, attempt: number, of: number) => {
    const why = status === 529 ? 'the API is overloaded' : `the API failed (${status ?? 'no answer'})`
    return `${why}, trying again in ${format.duration(Math.ceil(inMs / 1000) * 1000)} (${attempt} of ${of})`
  },
  asideMark: 'Aside',
  asideNothing: 'Ask something, e.g. `/btw which file is that in?`',
  asideGivenUp: 'This question was given up: the process that worked on it ended several times.',
}
