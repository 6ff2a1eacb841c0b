/** How an adapter is configured, set up and looked over: `adapters/<name>/settings.ts` and `setup.ts`. */

/** What `adapters/<name>/settings.ts` exports, read before the adapter's SDK is. */
export interface AdapterSettings<T> {
  /** Parses the adapter's config block; a zod schema does. */
  readonly schema: { parse(value: unknown): T }
  /** Environment variables that switch the adapter on when no config file is there: key -> variable. */
  readonly environment: Readonly<Record<string, string>>
  /** Where this machine reaches the API that it serves, for the block as the schema gives it; absent: it serves none. */
  readonly api?: (settings: T) => string
}

/** Something that a newcomer is asked for. */
export interface SetupQuestion {
  /** The setting that it becomes; one of a group as `group.setting`, and so on. */
  readonly key: string
  /** What is wanted, and where it is found, in a line. */
  readonly ask: string
  /** True: what is typed is not shown. */
  readonly secret?: boolean
}

/** How a newcomer gets from nothing to a bot on this platform. Plain text, for a terminal. */
export interface SetupGuide {
  /** What the platform's console takes as it is, e.g. the manifest of an app. */
  readonly file?: { readonly name: string; readonly content: string }
  /** What to do there, in order. */
  readonly steps: readonly string[]
  /** What the steps have brought. */
  readonly questions: readonly SetupQuestion[]
  /** Settings that are not asked for. */
  readonly settings?: Readonly<Record<string, string>>
  /** Settings that these take the place of: the environment may have them, and they are not taken from it. */
  readonly instead?: readonly string[]
  /** How people find the id that access lists name them by. */
  readonly ownId: string
  /** The newcomer's own id there, where the guide decides it. */
  readonly own?: string
}

/** What was found when settings were tried on the platform. */
export interface Finding {
  readonly ok: boolean
  /** E.g. `the app lacks the scope files:read`. */
  readonly what: string
  /** What to do about it, and where to click. */
  readonly advice?: string
}

/** What `adapters/<name>/setup.ts` exports as `setup`, where there is one. Loaded by `parley init` and `doctor` alone. */
export interface AdapterSetup<T> {
  /** `url`: where the platform can reach the bot, e.g. `https://bot.example.com`; absent: the bot connects by itself. */
  guide(url: string | undefined): SetupGuide
  /** The same for one bot in several workspaces, guilds or tenants, each of which installs it by itself. */
  several?(url: string): SetupGuide
  /** What is left to do on the platform once the settings are known, in order; tried after that. Never rejects. */
  next?(settings: T): Promise<readonly string[]>
  /** Tries the settings on the platform and changes nothing there. Never rejects: what fails is a finding. */
  check(settings: T): Promise<readonly Finding[]>
}
