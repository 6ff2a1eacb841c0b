/** Whose token speaks where: that of the config everywhere, or that of each workspace's installation. */
import { AdapterError, type Keep } from '../../src/contract.ts'
import { apart } from './apart.ts'
import type { OAuth } from './oauth.ts'
import { Installation, InstalledToken } from './token.ts'
import { openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts'

/** Where something happened. */
export interface Whereabouts {
  /** Id of the workspace; absent where the app is installed for an organisation as a whole. */
  readonly tenant?: string | undefined
  /** Id of the organisation that the workspace is one of. Null: it is one of none; absent: it is not known. */
  readonly enterprise?: string | null | undefined
}

export interface Workspaces {
  /** Undefined: the app is not installed there. Throws {@link AdapterError}. */
  at(where: Whereabouts): Promise<Workspace | undefined>
  /** The same where it is open already: nothing is asked for it. */
  openAt(tenant: string | undefined): Workspace | undefined
  /**
   * Slack says that the app was removed there, or its token revoked. It may say so late, or again: a token that works is
   * that of a newer installation, and stays. Throws {@link AdapterError}: it could not be found out.
   */
  forget(where: Whereabouts): Promise<void>
  /** No further call is made. Never rejects. */
  close(): Promise<void>
}

/** An app that was given away may be installed in other workspaces, too: theirs is none of the token's. */
export function oneWorkspace(only: Workspace): Workspaces {
  const { team, enterprise: own, whole } = only.self
  const isOurs = ({ tenant, enterprise = whole ? own : undefined }: Whereabouts): boolean =>
    tenant === team ||
    (tenant === undefined && enterprise === undefined) ||
    (own !== undefined && enterprise === own && (whole || tenant === undefined))
  return {
    at: (where) => Promise.resolve(isOurs(where) ? only : undefined),
    openAt: () => only,
    forget: (where) => {
      if (!isOurs(where)) return Promise.resolve()
      only.bot.log.error({}, 'the app was removed from the workspace, or its token revoked: install it again')
      return Promise.resolve()
    },
    close: () => only.close(),
  }
}

export class InstalledWorkspaces implements Workspaces {
  readonly #options: WorkspaceOptions
  readonly #oauth: OAuth
  /** By the id of what the app is installed in: a workspace, or an organisation. */
  readonly #open = new Map<string, Promise<Workspace>>()
  /** By workspace: those that are open. */
  readonly #known = new Map<string, Workspace>()

  constructor(options: WorkspaceOptions, oauth: OAuth) {
    this.#options = options
    this.#oauth = oauth
  }

  async install(id: string, installation: Installation): Promise<void> {
    await this.#save(id, installation)
    // Installed again: the token is another one.
    await this.#leave(id)
  }

  async at({ tenant, enterprise }: Whereabouts): Promise<Workspace | undefined> {
    const own = tenant === undefined ? undefined : await this.#installed(tenant)
    if (own !== undefined) return this.#remember(tenant, own)
    const parent = enterprise ?? (tenant && (await this.#keep.get(key('organisation', tenant))))
    const whole = parent === undefined || parent === '' ? undefined : await this.#installed(parent)
    if (whole === undefined) return undefined
    // What is sent there later names the workspace alone.
    if (tenant !== undefined && typeof enterprise === 'string' && !this.#known.has(tenant)) {
      await this.#keep.set(key('organisation', tenant), enterprise)
    }
    return this.#remember(tenant, whole)
  }

  openAt(tenant: string | undefined): Workspace | undefined {
    return this.#known.get(tenant ?? '')
  }

  async forget({ tenant, enterprise }: Whereabouts): Promise<void> {
    // Of a workspace that was installed by itself, else of the organisation.
    const own = tenant !== undefined && (await this.#keep.get(key('installation', tenant)))
    const id = typeof own === 'string' ? tenant : (enterprise ?? tenant)
    if (id === undefined || (await this.#works(id))) return
    await this.#keep.delete(key('installation', id))
    await this.#leave(id)
    this.#options.bot.log.info(
      { workspace: id },
      'the app was removed from a workspace: its token is forgotten',
    )
  }

  async #works(id: string): Promise<boolean> {
    try {
      const workspace = await this.#installed(id)
      await workspace?.api.run('auth.test', (client) => client.auth.test())
      return workspace !== undefined
    } catch (error) {
      if (error instanceof AdapterError && error.code === 'auth') return false
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#leave(id)))
  }

  #remember(tenant: string | undefined, workspace: Workspace): Workspace {
    if (tenant !== undefined) this.#known.set(tenant, workspace)
    return workspace
  }

  async #installed(id: string): Promise<Workspace | undefined> {
    const open = this.#open.get(id)
    if (open !== undefined) return open
    const kept = await this.#load(id)
    const meanwhile = this.#open.get(id)
    if (kept === undefined || meanwhile !== undefined) return meanwhile
    const { bot } = this.#options
    const opening = openWorkspace(this.#token(id, kept), { ...this.#options, bot: apart(bot) })
    this.#open.set(id, opening)
    try {
      return await opening
    } catch (error) {
      // It may work the next time.
      this.#open.delete(id)
      throw error
    }
  }

  #token(id: string, kept: Installation): InstalledToken {
    return new InstalledToken(kept, {
      load: () => this.#load(id),
      save: (installation) => this.#save(id, installation),
      renew: (by) => this.#oauth.renew(by),
      renewal: `install the app in this workspace again at ${this.#oauth.installUrl}`,
      log: this.#options.bot.log,
    })
  }

  async #load(id: string): Promise<Installation | undefined> {
    const kept = await this.#keep.get(key('installation', id))
    return kept === undefined ? undefined : Installation.parse(JSON.parse(kept))
  }

  #save(id: string, installation: Installation): Promise<void> {
    return this.#keep.set(key('installation', id), JSON.stringify(installation))
  }

  get #keep(): Keep {
    return this.#options.bot.keep
  }

  async #leave(id: string): Promise<void> {
    const opening = this.#open.get(id)
    this.#open.delete(id)
    const workspace = await opening?.catch(() => undefined)
    if (workspace === undefined) return
    for (const [tenant, known] of this.#known) if (known === workspace) this.#known.delete(tenant)
    await workspace.close()
  }
}

/** Undefined is no workspace of ours: nothing can be said there any more. */
export function present(workspace: Workspace | undefined): Workspace {
  if (workspace !== undefined) return workspace
  throw new AdapterError('gone', 'the app is not installed in this workspace of Slack: install it again')
}

function key(kind: 'installation' | 'organisation', id: string): string {
  return `${kind}/${id}`
}
