/** The session's workspace: look, take, put. */
import { useCallback, useEffect, useState } from 'react'
import { z } from 'zod'
import { Entry } from '../../shapes/file.ts'
import { type Client, part } from '../api/client.ts'
import { useDoing } from '../parts/doing.ts'
import { useFresh } from '../parts/fresh.ts'
import { Icon } from '../parts/icon.tsx'
import { size, words } from '../words/words.ts'
import { type Turn, isOver } from './turn.ts'

const everyMs = 15_000
const Entries = z.object({ entries: z.array(Entry) })

interface Props {
  readonly client: Client
  readonly session: string
  /** Whatever ends may have written something. */
  readonly turns: readonly Turn[]
}

export function Files({ client, session, turns }: Props) {
  /** Names of folders, from the workspace on. */
  const [way, setWay] = useState<readonly string[]>([])
  const { problem, run } = useDoing()
  const path = `/api/v1/sessions/${part(session)}/files`
  const folder = way.length === 0 ? '.' : way.join('/')
  const look = useCallback(
    (signal: AbortSignal) => client.get(`${path}?folder=${part(folder)}`, Entries, signal),
    [client, path, folder],
  )
  const list = useFresh(look, everyMs)
  const ended = turns.filter(isOver).length
  const { again } = list
  useEffect(again, [again, ended])
  const wrong = problem ?? list.problem

  return (
    <section className="files" aria-label={words.files.title}>
      <Way way={way} onWay={setWay} />
      {wrong !== undefined && (
        <p role="alert" className="problem">
          {wrong}
        </p>
      )}
      {list.value?.entries.length === 0 && <p className="hint">{words.files.empty}</p>}
      <ul>
        {list.value?.entries.map((entry) => (
          <FileLine
            key={entry.name}
            entry={entry}
            onOpen={() => setWay([...way, entry.name])}
            onDownload={() =>
              void run(() =>
                download(client, `${path}/${[...way, entry.name].map(part).join('/')}`, entry.name),
              )
            }
          />
        ))}
      </ul>
    </section>
  )
}

function Way({
  way,
  onWay,
}: {
  readonly way: readonly string[]
  readonly onWay: (way: readonly string[]) => void
}) {
  return (
    <nav className="way" aria-label={words.files.folder}>
      {[words.files.top, ...way].map((name, index) => (
        <button
          key={`${index} ${name}`}
          type="button"
          className="quiet words"
          disabled={index === way.length}
          onClick={() => onWay(way.slice(0, index))}
        >
          {name}
        </button>
      ))}
    </nav>
  )
}

interface LineProps {
  readonly entry: Entry
  readonly onOpen: () => void
  readonly onDownload: () => void
}

function FileLine({ entry: { name, kind, bytes }, onOpen, onDownload }: LineProps) {
  const isFolder = kind === 'folder'
  return (
    <li>
      <button
        type="button"
        className="quiet file"
        aria-label={isFolder ? words.files.open(name) : words.files.download(name)}
        onClick={isFolder ? onOpen : onDownload}
      >
        <Icon name={isFolder ? 'folder' : 'file'} />
        <span className="title">{name}</span>
        {bytes !== undefined && <span className="meta">{size(bytes)}</span>}
      </button>
    </li>
  )
}

/** By way of memory: an address cannot carry the key. */
async function download(client: Client, path: string, name: string): Promise<void> {
  const response = await client.fetch(path)
  const address = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
