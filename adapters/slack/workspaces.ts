/** Whose token speaks where: that of the config everywhere, or that of each workspace's installation. */
import { z } from 'zod'
import { AdapterError, type Bot } from '../../src/contract.ts'
import { apart } from './apart.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** Where something happened. */
export interface Whereabouts {
  /** Id of the workspace; absent where the app is installed for an organisation as a whole. */
  readonly tenant?: string | undefined
  /** Id of the organisation that the workspace is one of. */
  readonly enterprise?: string | undefined
}

export interface Workspaces {
  /** Undefined: the app is not installed there. Throws {@link AdapterError}. */
  at(where: Whereabouts): Promise<Workspace | undefined>
  /** The same where it is open already: nothing is asked for it. */
  openAt(tenant: string | undefined): Workspace | undefined
  /** The app was removed there, or its token revoked. */
  forget(where: Whereabouts): Promise<void>
  /** No further call is made. Never rejects. */
  close(): Promise<void>
}

export function oneWorkspace(only: Workspace): Workspaces {
  return {
    at: () => Promise.resolve(only),
    openAt: () => only,
    forget: () => {
      only.bot.log.error({}, 'the app was removed from the workspace, or its token revoked: install it again')
      return Promise.resolve()
    },
    close: () => only.api.close(),
  }
}

/** What is kept of an installation. */
const Installation = z.object({ token: z.string(), name: z.string() })
export type Installation = z.infer<typeof Installation>

export class InstalledWorkspaces implements Workspaces {
  readonly #bot: Bot
  readonly #apiUrl: string
  /** By the id of what the app is installed in: a workspace, or an organisation. */
  readonly #open = new Map<string, Promise<Workspace>>()
  /** By workspace: those that are open. */
  readonly #known = new Map<string, Workspace>()

  constructor(bot: Bot, apiUrl: string) {
    this.#bot = bot
    this.#apiUrl = apiUrl
  }

  async install(id: string, installation: Installation): Promise<void> {
    await this.#bot.keep.set(key('installation', id), JSON.stringify(installation))
    // Installed again: the token is another one.
    await this.#leave(id)
  }

  async at({ tenant, enterprise }: Whereabouts): Promise<Workspace | undefined> {
    const own = tenant === undefined ? undefined : await this.#installed(tenant)
    if (own !== undefined) return this.#remember(tenant, own)
    const parent = enterprise ?? (tenant && (await this.#bot.keep.get(key('organisation', tenant))))
    const whole = parent === undefined || parent === '' ? undefined : await this.#installed(parent)
    if (whole === undefined) return undefined
    // What is sent there later names the workspace alone.
    if (tenant !== undefined && enterprise !== undefined && !this.#known.has(tenant)) {
      await this.#bot.keep.set(key('organisation', tenant), enterprise)
    }
    return this.#remember(tenant, whole)
  }

  openAt(tenant: string | undefined): Workspace | undefined {
    return this.#known.get(tenant ?? '')
  }

  async forget({ tenant, enterprise }: Whereabouts): Promise<void> {
    // Of a workspace that was installed by itself, else of the organisation.
    const own = tenant !== undefined && (await this.#bot.keep.get(key('installation', tenant)))
    const id = typeof own === 'string' ? tenant : (enterprise ?? tenant)
    if (id === undefined) return
    await this.#bot.keep.delete(key('installation', id))
    await this.#leave(id)
    this.#bot.log.info({ workspace: id }, 'the app was removed from a workspace: its token is forgotten')
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
    const kept = await this.#bot.keep.get(key('installation', id))
    if (kept === undefined) return undefined
    const { token } = Installation.parse(JSON.parse(kept))
    const meanwhile = this.#open.get(id)
    if (meanwhile !== undefined) return meanwhile
    const opening = openWorkspace(token, this.#apiUrl, apart(this.#bot))
    this.#open.set(id, opening)
    try {
      return await opening
    } catch (error) {
      // It may work the next time.
      this.#open.delete(id)
      throw error
    }
  }

  async #leave(id: string): Promise<void> {
    const opening = this.#open.get(id)
    this.#open.delete(id)
    const workspace = await opening?.catch(() => undefined)
    if (workspace === undefined) return
    for (const [tenant, known] of this.#known) if (known === workspace) this.#known.delete(tenant)
    await workspace.api.close()
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
