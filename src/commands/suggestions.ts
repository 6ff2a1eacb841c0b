/** What may stand for the arguments of commands: sessions, folders, models, commands. */
import type { Config } from '../config.ts'
import type { Suggestion, Typing } from '../contract.ts'
import { homeDirs } from '../conversation/home.ts'
import type { Place } from '../conversation/place.ts'
import type { Store } from '../store/store.ts'
import type { Words } from '../words/en.ts'
import { commands } from './index.ts'
import { foldersIn } from './projects.ts'
import { listSessions } from './session-list.ts'
import { inLanguage } from './worded.ts'

interface SuggestParts {
  readonly config: Pick<Config, 'claude' | 'dataDir' | 'projects'>
  readonly place: Place
  readonly store: Pick<Store, 'sessions'>
  readonly words: Words
}

/** Names that the CLI takes whatever models there are; it takes others, too. */
const models = ['default', 'sonnet', 'opus', 'haiku', 'opusplan']

type Source = (parts: SuggestParts) => Promise<readonly Suggestion[]>

/** By command and argument. */
const sources: Readonly<Record<string, Readonly<Record<string, Source>>>> = {
  resume: { session: resting },
  cd: { folder: folders },
  model: {
    name: async ({ config }) => [...new Set([config.claude.model ?? 'default', ...models])].map(plain),
  },
  help: {
    command: async ({ words }) =>
      commands.map((command) => {
        const { name, summary } = inLanguage(command, words.language)
        return { value: name, label: `/${name}: ${summary}` }
      }),
  },
}

/** Those that hold what was typed; before all others those that begin with it. */
export async function suggestions(
  parts: SuggestParts,
  { command, argument, typed }: Typing,
): Promise<readonly Suggestion[]> {
  const all = (await sources[command]?.[argument]?.(parts)) ?? []
  const word = typed.trim().toLowerCase()
  const fits = ({ value, label }: Suggestion): boolean =>
    value.toLowerCase().includes(word) || label.toLowerCase().includes(word)
  const begins = ({ value }: Suggestion): number => (value.toLowerCase().startsWith(word) ? 0 : 1)
  return all.filter(fits).toSorted((a, b) => begins(a) - begins(b))
}

/** The last used first. */
async function resting({ store, place, words }: SuggestParts): Promise<readonly Suggestion[]> {
  const others = (await listSessions(store, place.conversation)).filter(({ active }) => !active)
  return others
    .toSorted((a, b) => b.record.lastAt - a.record.lastAt)
    .map(({ number, record: { name = '', turns, lastAt } }) => ({
      value: String(number),
      label: `${words.page.session(number, name)} (${words.page.told(turns, lastAt)})`,
    }))
}

async function folders({ config, store, place }: SuggestParts): Promise<readonly Suggestion[]> {
  const record = await store.sessions.get(place.conversation)
  const { workspace } = homeDirs(config.dataDir, record?.home ?? place.home)
  const own = (await foldersIn(workspace)).map((name) => `./${name}`)
  return [...Object.keys(config.projects), ...own, '.'].map(plain)
}

function plain(value: string): Suggestion {
  return { value, label: value }
}
