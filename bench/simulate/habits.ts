/** What is assumed of people and prices, and what was measured. Whoever knows their own people changes the first part. */

/** Assumed: an office that writes to the bot as it writes to colleagues. */
export const habits = {
  /** Share of all users who write on a working day. */
  active: 0.2,
  /** Times a day that one of them turns to the bot. */
  visits: 2.5,
  /** Messages in one visit, on average; at least one. */
  turns: 4,
  /** A turn, from the message to the answer: the model's time and that of its tools. Seconds: median, and 95 of 100. */
  turnSeconds: { median: 20, p95: 180 },
  /** From an answer to the next message of the same visit. */
  pauseSeconds: { median: 60, p95: 480 },
  /** When visits begin: around these hours, with this spread, half and half. One time zone, which is the worst case. */
  peaks: [
    { hour: 10.5, spread: 1.5 },
    { hour: 15, spread: 1.7 },
  ],
  /** Processor time of the commands that Claude runs in a turn, on average: builds and tests cost more, talk none. */
  toolCpuSeconds: 2,
  /** What lies in a user's workspace and transcripts. */
  diskMb: 300,
  /** What the model costs a turn. Asked of your own books: /cost and the usage of docs/http.md. */
  modelUsd: 0.06,
}

/** Measured on 2 cores of an AMD EPYC; docs/scaling.md says how. */
export const measured = {
  /** Processor time of a warm turn without tools: the CLI, Parley and the stand-in model together. */
  turnCpuSeconds: 0.035,
  /** The same of starting or resuming the CLI. */
  coldCpuSeconds: 0.45,
  /** An idle CLI process' share of a core: 0.2 to 0.6 %. */
  idleCpu: 0.004,
  /** Proportional set size of one warm CLI process of ten; alone it is 200 MB, of which much is the program itself. */
  warmMb: 125,
  /** Parley itself under load. */
  parleyMb: 530,
  /** Messages accepted, answered and delivered in a second by one Parley, the CLI left out. */
  parleyTurnsPerSecond: 1400,
  /** Redis, for one conversation that is known and at rest. */
  redisKb: 1.2,
}

/** Assumed: a machine as clouds rent it, and how far it is to be used. */
export const machine = {
  cores: 16,
  memoryMb: 64 * 1024,
  /** What the system and the people's commands need of it. */
  othersMb: 16 * 1024,
  usdPerMonth: 450,
  /** So much of cores and memory at the busiest minute: a machine that fails leaves its people to the others. */
  use: 0.7,
  diskUsdPerGbMonth: 0.1,
}

export const workdays = 21
