/** The CLI process that a conversation keeps warm, and the record from which it is resumed when it is not. */
import {
  type ClaudeErrorCode,
  type ClaudeOptions,
  type Effort,
  type Guard,
  type PermissionMode,
  type Purse,
  type Rewind,
  type Session,
  type SessionOptions,
  type TurnEvent,
  ClaudeError,
} from '../claude/turn.ts'
import type { Steering } from '../commands/command.ts'
import type { SessionRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Walls } from '../files/walls.ts'
import type { Words } from '../words/en.ts'
import { folderPath, wallsOf } from './folder.ts'
import { homeDirs, makeHome } from './home.ts'
import { goesBy, looseningBy } from './loosening.ts'
import { chosenIn, mendedAfter, newSession } from './new-session.ts'
import { mostRecalled, recall } from './recall.ts'
import { type Gateway, wishedFor } from './wish.ts'
import type { ToolUse } from './tool-pattern.ts'

export interface WarmParts {
  readonly sessions: Store['sessions']
  readonly grants: Store['grants']
  readonly history: Pick<Store['history'], 'read'>
  readonly openSession: (options: SessionOptions) => Promise<Session>
  readonly claude: () => ClaudeOptions
  readonly dataDir: string
  /** Folders that the operator shares, by name. */
  readonly projects: () => Readonly<Record<string, string>>
  /** Follows what a process does by itself. */
  readonly follow: (session: Session) => void
  readonly gateway: Gateway
  readonly tools: SessionOptions['tools'] & object
  readonly guard: Guard
  readonly purse: Purse
}

/** How far back /undo reaches. */
const mostTurnIds = 20

/** Entries that are looked through for what was said in the lost one: notices, and other sessions, are among them. */
const readForRecall = 4 * mostRecalled
export class Warm implements Steering {
  readonly #parts: WarmParts
  readonly #conversation: string
  #home: string
  #dirs: { readonly of: string; readonly workspace: string } | undefined
  #record: SessionRecord | undefined
  #session: Session | undefined
  /** What the running process was started with: a reload of the config makes another. */
  #startedWith: ClaudeOptions | undefined
  /** What people let the running process do: rules kept for its home, and what it was told since. */
  #granted: readonly string[] = []
  #remembered: readonly unknown[] = []
  #notice: ((words: Words) => string) | undefined

  constructor(parts: WarmParts, conversation: string, record: SessionRecord | undefined) {
    this.#parts = parts
    this.#conversation = conversation
    this.#home = record?.home ?? ''
    this.#record = record
  }

  /** Where a new session lives; one that has a record stays where it is. */
  moveIn(home: string): void {
    if (this.#home === '') this.#home = home
  }

  get record(): SessionRecord | undefined {
    return this.#record
  }

  /** Absolute path of the directory that Claude works in. */
  get workspace(): string {
    // Asked for with every step of a turn.
    if (this.#dirs?.of !== this.#home)
      this.#dirs = { of: this.#home, ...homeDirs(this.#parts.dataDir, this.#home) }
    return this.#dirs.workspace
  }

  /** What is open to Claude's tools of ours and to `@path`: where it works, and the workspace. Throws {@link ClaudeError}. */
  walls(): Promise<Walls> {
    return wallsOf(this.#record?.folder, this.workspace, this.#parts.projects())
  }

  /** The process, started or resumed where none is up. Throws {@link ClaudeError}. */
  async ready(): Promise<Session> {
    const claude = this.#parts.claude()
    if (this.#session?.alive === true && this.#startedWith === claude) return this.#session
    await this.close()
    try {
      return await this.#open(claude)
    } catch (error) {
      if (!(error instanceof ClaudeError) || !this.mend(error.code)) throw error
      return this.#open(claude)
    }
  }

  /** Changes the record so that the next {@link ready} succeeds where the last failed with this code. False: it cannot. */
  mend(code: ClaudeErrorCode): boolean {
    const mended = this.#record === undefined ? undefined : mendedAfter(code, this.#record)
    if (mended === undefined) return false
    this.#record = mended
    if (!mended.started) this.#notice = ({ housekeeping }) => housekeeping.startedAnew
    return true
  }

  /** What a session that follows a lost one is told before its first message; else empty. */
  async recalled(): Promise<string> {
    const { started, follows } = this.#record ?? {}
    if (started !== false || follows === undefined) return ''
    const entries = await this.#parts.history.read(this.#conversation, { limit: readForRecall })
    const { text, messages } = recall(entries, follows)
    if (messages > 0) this.#notice = ({ housekeeping }) => housekeeping.toldAgain(messages)
    return text
  }

  /** What the user has to be told about the session, once. */
  takeNotice(): ((words: Words) => string) | undefined {
    const notice = this.#notice
    this.#notice = undefined
    return notice
  }

  /**
   * The CLI has taken a message up: from now on the session is resumed, and /undo can go back to before it. No `turnId`:
   * it goes on with the turn before.
   */
  async started(
    { sessionId, tools, commands }: Omit<Extract<TurnEvent, { type: 'started' }>, 'type' | 'model'>,
    turnId?: string,
  ): Promise<void> {
    const begun = turnId === undefined ? [] : [turnId]
    const turnIds = [...(this.#record?.turnIds ?? []), ...begun].slice(-mostTurnIds)
    await this.change({ started: true, sessionId, tools: [...tools], commands: [...commands], turnIds })
  }

  /** Claude has spent this by itself. */
  async spent(costUsd: number): Promise<void> {
    if (this.#record !== undefined) await this.change({ costUsd: this.#record.costUsd + costUsd })
  }

  /** Somebody has it forgotten: whatever comes next begins anew. */
  async forget(): Promise<void> {
    await this.close()
    this.#record = undefined
  }

  async change(changes: Partial<SessionRecord>): Promise<void> {
    this.#record = { ...(this.#record ?? this.#freshRecord()), ...changes }
    await this.#parts.sessions.set(this.#record)
  }

  /** A session that was not there before; choices of model, mode, effort and folder stay, and what was wished for. */
  fresh(changes: Partial<SessionRecord> = {}): SessionRecord {
    return { ...this.#freshRecord(), ...chosenIn(this.#record), ...changes }
  }

  /** The next {@link ready} opens this session; the one before rests. */
  async switchTo(record: SessionRecord): Promise<void> {
    await this.close()
    const { archivedAt: _archivedAt, ...active } = record
    await this.#parts.sessions.activate(active)
    this.#record = active
    this.#home = active.home
  }

  /** Files as they were before a turn. Throws {@link ClaudeError}. */
  async rewind(turnId: string, dryRun: boolean): Promise<Rewind> {
    return (await this.ready()).rewind(turnId, dryRun)
  }

  /** The running process first: it refuses a model that is not there. Throws {@link ClaudeError}. */
  async setModel(model: string | undefined): Promise<void> {
    if (this.#session?.alive === true) await this.#session.setModel(model ?? this.#parts.claude().model)
    const { model: _before, ...rest } = this.#record ?? this.#freshRecord()
    this.#record = model === undefined ? rest : { ...rest, model }
    await this.#parts.sessions.set(this.#record)
  }

  async setPermissionMode(permissionMode: PermissionMode): Promise<void> {
    if (this.#session?.alive === true) await this.#session.setPermissionMode(permissionMode)
    await this.change({ permissionMode })
  }

  /** Undefined: the CLI's own. Only a new process takes it. */
  async setEffort(effort: Effort | undefined): Promise<void> {
    await this.close()
    const { effort: _before, ...rest } = this.#record ?? this.#freshRecord()
    this.#record = effort === undefined ? rest : { ...rest, effort }
    await this.#parts.sessions.set(this.#record)
  }

  /** The mode that Claude works in once a plan is approved. */
  get modeAfterPlan(): PermissionMode {
    const { permissionMode = 'default' } = this.#parts.claude()
    return permissionMode === 'plan' ? 'default' : permissionMode
  }

  /** The CLI leaves plan mode by itself: the next process must not begin in it again. */
  async leavePlan(): Promise<void> {
    const mode = this.#record?.permissionMode ?? this.#parts.claude().permissionMode
    if (mode === 'plan') await this.change({ permissionMode: this.modeAfterPlan })
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.close()
  }

  /** Somebody allowed the running process these suggestions of its own. */
  remember(suggestions: readonly unknown[]): void {
    this.#remembered = [...this.#remembered, ...suggestions]
  }

  /** Would the CLI let this go by what people allowed, and by nothing else? */
  loosened(use: ToolUse): boolean {
    const claude = this.#startedWith ?? this.#parts.claude()
    const { rules, more } = looseningBy(this.#remembered, this.#record?.permissionMode, claude)
    const wished = this.#record?.wish?.allowedTools ?? []
    return goesBy({ rules: [...this.#granted, ...wished, ...rules], more }, use, this.workspace, claude)
  }

  /** Somebody allowed this for good: in this process the CLI was told, the next are started with it. */
  grant(rules: readonly string[]): Promise<void> {
    return this.#parts.grants.add(this.#home, rules)
  }

  async #open(claude: ClaudeOptions): Promise<Session> {
    if (this.#record === undefined) await this.#tellOfThosePutAway()
    const record = (this.#record ??= this.#freshRecord())
    const home = await makeHome(this.#parts.dataDir, this.#home)
    const granted = await this.#parts.grants.of(this.#home)
    const { model, permissionMode, effort, folder, forkOf } = record
    const session = await this.#parts.openSession({
      sessionId: record.sessionId,
      resume: record.started,
      ...home,
      claude: wishedFor(
        { ...claude, allowedTools: [...claude.allowedTools, ...granted] },
        record,
        this.#parts.gateway,
      ),
      ...(folder === undefined
        ? {}
        : { folder: await folderPath(folder, home.workspace, this.#parts.projects()) }),
      ...(forkOf === undefined ? {} : { forkOf }),
      tools: this.#parts.tools,
      guard: this.#parts.guard,
      purse: this.#parts.purse,
      ...(model === undefined ? {} : { model }),
      ...(permissionMode === undefined ? {} : { permissionMode }),
      ...(effort === undefined ? {} : { effort }),
    })
    this.#parts.follow(session)
    this.#session = session
    this.#granted = granted
    this.#remembered = []
    this.#startedWith = claude
    return session
  }

  /** Whoever comes back after long finds a new session: that should be no riddle. */
  async #tellOfThosePutAway(): Promise<void> {
    const others = await this.#parts.sessions.others(this.#conversation)
    if (others.some(({ archivedAt }) => archivedAt !== undefined))
      this.#notice = ({ housekeeping }) => housekeeping.putAway
  }

  #freshRecord(): SessionRecord {
    return newSession(this.#conversation, this.#home, Date.now())
  }
}
