/** One logger, redacting: pino writes, synchronously and in this process; {@link createRedactor} decides what. */
import { createRequire } from 'node:module'
import { pino } from 'pino'
import type { Log } from './contract.ts'
import { RecentLines } from './log/recent.ts'
import { createRedactor } from './log/redact.ts'
import type { Redactor } from './log/redact.ts'
import { complain, openSink } from './log/sink.ts'
import type { Sink } from './log/sink.ts'

/** From the most to the fewest lines. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** `auto`: pretty on a terminal, else JSON. */
export const logFormats = ['auto', 'json', 'pretty'] as const
export type LogFormat = (typeof logFormats)[number]

export interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Appended to, its folder made. Absent: stderr, since stdout belongs to answers. */
  readonly file?: string | undefined
  /** Values that never appear in a line, wherever they stand. */
  readonly secrets?: readonly string[]
}

/** A logger with fields of its own on every line. */
export interface BoundLog extends Log {
  /** Adds fields to every line, e.g. `{ conversation, turn }`. */
  child(bindings: object): BoundLog
}

/** The program's logger. Writing a line never throws; after {@link close} lines are dropped. */
export interface RootLog extends BoundLog {
  /** May be set at any time; holds for children too. */
  level: LogLevel
  /** What was written last. */
  readonly recent: RecentLines
  /** Hides further values, e.g. those of a config that was read again. */
  conceal(secrets: Iterable<string>): void
  /** Closes the file; every line is in it already. Safe to call twice. */
  close(): void
}

/** `file` the log file cannot be opened. */
export class LogError extends Error {
  override readonly name = 'LogError'
  readonly code = 'file'
}

/** Opens the log. Throws {@link LogError}. */
export function createLog(options: LogOptions): RootLog {
  const redactor = createRedactor(options.secrets ?? [])
  const sink = open(options.file)
  let { level } = options
  const recent = new RecentLines()
  const target = wantsPretty(options) ? prettySink(sink, options.file === undefined) : sink
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // What arrives is plain already; pino's own serializer would take it for an error object again.
      serializers: { err: (err: unknown) => err },
    },
    {
      write(line: string) {
        target.write(line)
        recent.add(line)
      },
    },
  )
  return {
    ...bind(logger, redactor),
    recent,
    get level() {
      return level
    },
    set level(wanted) {
      level = wanted
      logger.level = wanted
    },
    conceal: (secrets) => redactor.conceal(secrets),
    close: () => sink.close(),
  }
}

function open(file: string | undefined): Sink {
  try {
    return openSink(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const advice = 'change `log.file` or the rights of its folder'
    throw new LogError(`the log file ${file} cannot be opened (${reason}): ${advice}`, { cause: error })
  }
}

function wantsPretty({ format, file }: LogOptions): boolean {
  if (format === 'auto') return file === undefined && process.stderr.isTTY
  return format === 'pretty'
}

function prettySink(sink: Sink, terminal: boolean): pino.DestinationStream {
  // Only here: most processes never need it, and it costs 20 ms.
  const { prettyFactory }: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty')
  const pretty = prettyFactory({
    colorize: terminal && process.stderr.isTTY && (process.env.NO_COLOR ?? '') === '',
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid',
    singleLine: true,
  })
  return { write: (line) => sink.write(pretty(line)) }
}

function bind(logger: pino.Logger, redactor: Redactor): BoundLog {
  function at(level: Exclude<LogLevel, 'silent'>) {
    return (fields: object, message: string): void => {
      // Before the redaction, so that a line which nobody wants costs nothing.
      if (!logger.isLevelEnabled(level)) return
      try {
        logger[level](redactor.fields(fields), redactor.text(message))
      } catch (error) {
        complain(`a log line could not be written: ${String(error)}`)
      }
    }
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (bindings) => bind(logger.child(redactor.fields(bindings)), redactor),
  }
}
