/** The session's workspace: look, take, put. */
import { useCallback, useContext, useEffect, useState } from 'react'
import { z } from 'zod'
import { Entry } from '../../shapes/file.ts'
import { FileView } from '../../shapes/sent-file.ts'
import { type Client, part } from '../api/client.ts'
import { Downloads } from '../parts/downloads.ts'
import { useFresh } from '../parts/fresh.ts'
import { Icon } from '../parts/icon.tsx'
import { Wrong } from '../parts/wrong.tsx'
import { size, words } from '../words/words.ts'
import { type Turn, isOver } from './turn.ts'

const everyMs = 15_000
const Entries = z.object({ entries: z.array(Entry) })
const SentFiles = z.object({ files: z.array(FileView) })

interface Props {
  readonly client: Client
  readonly session: string
  /** Whatever ends may have written something. */
  readonly turns: readonly Turn[]
}

export function Files({ client, session, turns }: Props) {
  const ended = turns.filter(isOver).length
  return (
    <section className="files" aria-label={words.files.title}>
      <Folder key={session} client={client} session={session} ended={ended} />
      <Sent client={client} session={session} ended={ended} />
    </section>
  )
}

interface ListProps {
  readonly client: Client
  readonly session: string
  /** Changes when something may have been written. */
  readonly ended: number
}

function Folder({ client, session, ended }: ListProps) {
  /** Names of folders, from the workspace on. */
  const [way, setWay] = useState<readonly string[]>([])
  const download = useContext(Downloads)
  const path = `/api/v1/sessions/${part(session)}/files`
  const folder = way.length === 0 ? '.' : way.join('/')
  const look = useCallback(
    (signal: AbortSignal) => client.get(`${path}?folder=${part(folder)}`, Entries, signal),
    [client, path, folder],
  )
  const { value, problem, again } = useFresh(look, everyMs)
  useEffect(again, [again, ended])
  return (
    <>
      <Way way={way} onWay={setWay} />
      <Wrong text={problem} />
      {value?.entries.length === 0 && <p className="hint">{words.files.empty}</p>}
      <ul>
        {value?.entries.map(({ name, kind, bytes }) =>
          kind === 'folder' ? (
            <FileLine key={name} name={name} isFolder onAct={() => setWay([...way, name])} />
          ) : (
            <FileLine
              key={name}
              name={name}
              bytes={bytes}
              onAct={() => download(`${path}/${[...way, name].map(part).join('/')}`, name)}
            />
          ),
        )}
      </ul>
    </>
  )
}

/** What Claude has sent stays to be had, whatever becomes of the workspace. */
function Sent({ client, session, ended }: ListProps) {
  const download = useContext(Downloads)
  const look = useCallback(
    (signal: AbortSignal) => client.get(`/api/v1/sent-files?session=${part(session)}`, SentFiles, signal),
    [client, session],
  )
  const { value, again } = useFresh(look, everyMs)
  useEffect(again, [again, ended])
  if (value === undefined || value.files.length === 0) return null
  return (
    <>
      <h3>{words.files.sentByClaude}</h3>
      <ul>
        {value.files.map(({ id, name, bytes, url }) => (
          <FileLine key={id} name={name} bytes={bytes} onAct={() => download(url, name)} />
        ))}
      </ul>
    </>
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
  readonly name: string
  readonly bytes?: number | undefined
  readonly isFolder?: boolean
  readonly onAct: () => void
}

function FileLine({ name, bytes, isFolder = false, onAct }: LineProps) {
  return (
    <li>
      <button
        type="button"
        className="quiet file"
        aria-label={isFolder ? words.files.open(name) : words.files.download(name)}
        onClick={onAct}
      >
        <Icon name={isFolder ? 'folder' : 'file'} />
        <span className="title">{name}</span>
        {bytes !== undefined && <span className="meta">{size(bytes)}</span>}
      </button>
    </li>
  )
}
