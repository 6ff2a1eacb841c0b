/** What a terminal of this process is handed whose bot is another process: it receives, and knows no more. */
import { type Bot, OfficeError } from '../contract.ts'

const nothingKept: Bot['keep'] = {
  get: async () => undefined,
  set: async () => undefined,
  delete: async () => undefined,
  entries: async function* entries() {},
}

const noFiles: Bot['files'] = {
  put: async () => undefined,
  open: async () => undefined,
  delete: async () => undefined,
}

/** A terminal tells of no typing, has no pages, completes names of commands alone, and keeps nothing. */
export function distantBot(its: Pick<Bot, 'receive' | 'commands' | 'log' | 'greeting' | 'leave'>): Bot {
  return {
    ...its,
    // What comes while nobody is there waits at the bot.
    missed: () => undefined,
    expects: () => undefined,
    page: () => Promise.resolve([]),
    readiness: () => Promise.resolve([]),
    measures: {
      standing: () => Promise.resolve({ waiting: 0, running: 0, undelivered: 0, warm: 0 }),
      listen: () => undefined,
    },
    office: () => {
      throw new OfficeError('unknown', 'A terminal shows what a bot elsewhere sends, and asks no more.')
    },
    operating: () => {
      throw new OfficeError('unknown', 'A terminal shows what a bot elsewhere sends, and asks no more.')
    },
    draining: false,
    keep: nothingKept,
    files: noFiles,
    suggest: () => Promise.resolve([]),
  }
}
