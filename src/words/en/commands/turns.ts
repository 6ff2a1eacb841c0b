/** Commands about the turn that runs, and how Claude works. */
import { efforts, permissionModes } from '../../../claude/turn.ts'
import { format } from '../format.ts'

const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`)

export const turns = {
  stop: {
    usage: '[all]',
    summary: 'ends the running turn; `all` withdraws what waits behind it too',
    arguments: { which: 'what waits, too' },
    form: (given: string) => `/stop takes \`all\` or nothing, not \`${given}\`.`,
    stopping: 'Stopping.',
    nothing: 'Nothing is running.',
    withdrawn: (count: number) => `${messages(count)} withdrawn.`,
    waiting: (count: number) => `${messages(count)} still waiting; \`/stop all\` withdraws them.`,
    notYours: 'That is the turn of somebody else: they can stop it, or an operator or admin.',
  },
  queue: {
    usage: '[drop number | steer | queue | interrupt | always mode]',
    summary:
      'shows what waits for its turn; `drop` withdraws one, `steer` takes what you wrote into the running turn, `interrupt` ends that turn for it, `always` keeps the choice',
    arguments: {
      action: 'withdraws one, says what becomes of yours, or keeps that choice',
      which: 'with `drop` its number; with `always` one of `steer`, `queue`, `interrupt`, `default`',
    },
    empty: 'Nothing waits.',
    running: 'Claude is at work on:',
    placeless: 'Waiting for a place:',
    waiting: 'Waiting, in this order:',
    hint: '`/queue drop 1` withdraws the first, `/stop all` all of them.',
    form: (given: string) =>
      `/queue takes nothing; \`drop\` and a number, as in \`/queue drop 1\`; \`steer\`, \`queue\` or \`interrupt\`; \`always\` and one of these or \`default\`; not \`${given}\`.`,
    idle: 'Nothing of yours waits that could go into the running turn, or end it.',
    directed: {
      steer: (count: number) => `${messages(count)} taken into the running turn.`,
      queue: (count: number) => `${messages(count)} left to wait.`,
      interrupt: (count: number) => `The running turn ends for ${messages(count)} of yours.`,
    },
    always: {
      steer: 'From now on what you write while Claude works goes into the running turn.',
      queue: 'From now on what you write while Claude works waits for its turn.',
      interrupt: 'From now on what you write while Claude works ends the running turn.',
      default: 'What you write while Claude works is treated as configured again.',
    },
    noNumber: (number: number, waiting: number) =>
      `There is no number ${number}: ${waiting === 0 ? 'nothing waits' : waiting === 1 ? '1 waits' : `${waiting} wait`}.`,
    notYours: 'That is the message of somebody else: they can withdraw it, or an operator or admin.',
    begun: 'Its turn has just begun: `/stop` ends it.',
    dropped: (number: number) => `Number ${number} is withdrawn.`,
  },
  btw: {
    usage: '<question>',
    summary: 'asks aside, without disturbing the running turn; Claude will not remember it',
    arguments: { question: 'what you want to know' },
  },
  retry: {
    usage: '',
    summary: 'sends your last message to Claude again',
    nothing: 'There is no message of yours to send again.',
  },
  undo: {
    usage: '[yes]',
    summary: 'puts files back to before the last turn; shows first what would change',
    arguments: { go: 'do it' },
    nothing: 'There is no turn to undo in this session.',
    unchanged: 'Your last turn changed no file that can be put back.',
    form: '/undo takes `yes` or nothing: without it you see first what would change.',
    lines: (come: number, go: number) => `Lines that come back: ${come}; lines that go: ${go}.`,
    preview: (changes: string) =>
      `Undoing your last turn would put back:\n\n${changes}\n\n\`/undo yes\` does it. What was said stays; what commands did to files is not known and stays too.`,
    done: (changes: string) => `Put back to before your last turn:\n\n${changes}`,
  },
  model: {
    usage: '[name | default]',
    summary: 'shows or sets the model, from the next message on',
    arguments: { name: 'as Claude names it, or `default`' },
    standard: 'the default of your Claude account',
    now: (model: string) => `Model: ${model}. \`/model opus\` changes it, \`/model default\` goes back.`,
    form: 'A model is named by one word, e.g. `/model sonnet` or `/model claude-opus-4-1`.',
    back: (standard: string) => `Back to ${standard}.`,
    changed: (model: string) =>
      `Model: \`${model}\`, from your next message on. If there is no such model, that message will say so.`,
  },
  mode: {
    usage: `[${permissionModes.join(' | ')}]`,
    summary: 'shows or sets what Claude may do without asking',
    arguments: { mode: 'what may be done unasked' },
    now: (mode: string) => `Permission mode: ${mode}.`,
    unknown: (given: string, modes: readonly string[]) =>
      `There is no mode \`${given}\`. The modes are: ${modes.join(', ')}.`,
    closed:
      '`bypassPermissions` is not open here: only the operator can set it, as `claude.permissionMode` in the config.',
    changed: (mode: string) => `Permission mode: ${mode}, from your next message on.`,
  },
  effort: {
    usage: `[${[...efforts, 'default'].join(' | ')}]`,
    summary: 'shows or sets how hard Claude thinks',
    arguments: { level: 'from low to max' },
    standard: 'the default of the model',
    now: (effort: string) => `Effort: ${effort}.`,
    unknown: (given: string, levels: readonly string[]) =>
      `There is no effort \`${given}\`. It is one of: ${levels.join(', ')}.`,
    changed: (effort: string) => `Effort: ${effort}, from your next message on.`,
  },
  tools: {
    usage: '',
    summary: 'shows what Claude can use in this session',
    unknown: 'Claude tells its tools with its first answer: ask again after that.',
    own: (tools: string) => `Tools: ${tools}.`,
    of: (server: string, tools: string) => `Tools of ${server}: ${tools}.`,
    allowed: (tools: string) => `Used without asking: ${tools}.`,
    asked: (tools: string) => `Asked each time: ${tools}.`,
    never: (tools: string) => `Never used: ${tools}.`,
  },
  why: {
    usage: '[retry]',
    summary: 'says what this conversation is waiting for, and what you can do',
    arguments: { mend: 'send at once what could not be sent' },
    form: '/why takes `retry` or nothing.',
    nothing: 'Nothing is waiting here: everything you sent has its answer.',
    /** Whose message it is about, within a sentence. */
    yours: 'your message',
    theirs: (name: string) => `the message of \`${name}\``,
    place: (whose: string) => `All places for turns are taken: ${whose} waits for a place.`,
    starting: (whose: string) => `Claude has not begun to answer ${whose} yet.`,
    approval: (whose: string) => `Claude waits for somebody to decide what it asked about ${whose}.`,
    status: (whose: string, status: string) => `Claude is at work on ${whose}: ${status}.`,
    tool: (whose: string, tool: string) =>
      `Claude is at work on ${whose} and uses ${tool}, which has not ended yet.`,
    writing: (whose: string) => `Claude is at work on ${whose}.`,
    ends: '`/stop` ends that turn.',
    anew: 'If nothing helps, `/new` starts a new session.',
    waiting: (own: number, others: number) => {
      const parts = [
        ...(own === 0 ? [] : [`${messages(own)} of yours`]),
        ...(others === 0 ? [] : [`${messages(others)} of others`]),
      ]
      return `Waiting behind it: ${format.list(parts)}. \`/queue\` shows them.`
    },
    undelivered: (count: number) =>
      `${count === 1 ? '1 reply' : `${count} replies`} to this conversation could not be sent yet: the chat refused or could not be reached, and it is tried again by itself. \`/why retry\` tries at once.`,
    retried: 'Trying again now.',
  },
}
