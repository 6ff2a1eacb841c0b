/** `parley backup` and `parley restore`: what the bot keeps, copied while it runs, and put back. */
import { resolve } from 'node:path'
import { type BackupReport, backUp } from '../backup/backup.ts'
import { BackupError } from '../backup/error.ts'
import { restore as putBack } from '../backup/restore.ts'
import { type Config, loadConfig } from '../config.ts'

const mostShown = 10

export async function backup(
  folder: string,
  { config: file, workspaces }: { readonly config?: string; readonly workspaces: boolean },
): Promise<number> {
  const config = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  const into = resolve(folder)
  using stop = stopped()
  const report = await backUp({ dataDir: config.dataDir, into, workspaces, signal: stop.signal })
  say(`${into} holds ${config.dataDir} as it is now: ${weight(report)}.`)
  tellSkipped(report)
  say('Not in it:')
  for (const line of missing(config, workspaces)) say(`- ${line}`)
  return 0
}

export async function restore(
  folder: string,
  { config: file, replace = false }: { readonly config?: string; readonly replace?: boolean },
): Promise<number> {
  const { dataDir, store, queue } = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  using stop = stopped()
  const { at, files, aside, workspaces } = await putBack({
    from: resolve(folder),
    dataDir,
    replace,
    signal: stop.signal,
  })
  say(`${dataDir} is as it was at ${at}: ${files} files, each checked.`)
  if (!workspaces) say('The backup held no workspaces: people begin with empty ones.')
  if (aside !== undefined) say(`What was there before is in ${aside}. Remove it when you do not need it.`)
  if (queue.url !== undefined)
    say('The queue is in Redis (`queue.url`): restore it there, from the same time, while no node runs.')
  if (store.url !== undefined)
    say('The records are in Redis (`store.url`): restore them there, from the same time.')
  say('What was answered after that time is forgotten; what was waiting then is answered at the next start.')
  return 0
}

/** What a newcomer would miss on the day when it is needed. */
function missing({ file, store, queue }: Config, workspaces: boolean): readonly string[] {
  return [
    `${file ?? 'a config file (there is none)'} and the variables that it takes from the environment: tokens and keys`,
    'folders outside of dataDir that Claude works in: `projects`, `claude.addDirs`',
    ...(workspaces ? [] : ['workspaces and homes, as you wished (--no-workspaces)']),
    ...inRedis(store.url, queue.url),
  ]
}

/** When it is to be copied: files may be newer than what tells of them, as after a crash, and never older. */
function inRedis(records: string | undefined, queue: string | undefined): readonly string[] {
  if (records === undefined) return []
  const place = withoutSecrets(records)
  return queue === undefined
    ? [`the records in Redis (${place}): right after this, redis-cli --rdb FILE`]
    : [`queue and records in Redis (${place}): redis-cli --rdb FILE, right before this`]
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function tellSkipped({ skipped }: BackupReport): void {
  if (skipped.length === 0) return
  process.stderr.write(`Could not be copied: ${skipped.length}\n`)
  for (const { path, why } of skipped.slice(0, mostShown)) {
    // Whoever works there chose the name.
    process.stderr.write(`- ${JSON.stringify(path)}: ${why}\n`)
  }
  if (skipped.length > mostShown) process.stderr.write(`- and ${skipped.length - mostShown} more\n`)
}

function weight({ files, bytes, databases }: BackupReport): string {
  const known = databases.length === 0 ? '' : `${databases.join(' and ')} of one instant, `
  return `${known}${files} files in all, ${(bytes / 1e6).toFixed(1)} MB`
}

/** A backup that is stopped leaves nothing behind. */
function stopped(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const stop = (): void => controller.abort(new BackupError('stopped', 'Stopped: all is as it was before.'))
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}

function say(words: string): void {
  process.stdout.write(`${words}\n`)
}
