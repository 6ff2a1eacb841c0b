/** A queue that lies elsewhere from now on: the files that it has promised to chats lie elsewhere with it. */
import { DatabaseSync } from 'node:sqlite'

/** Nobody may have it open. Absolute paths of the folder with the copies. */
export function moveFiles(queue: string, from: string, to: string): void {
  if (from === to) return
  using db = new DatabaseSync(queue)
  // As it stands in the JSON of a reply. In what people wrote every quotation mark has a backslash before it.
  const [old, moved] = [from, to].map((folder) => `"path":${JSON.stringify(`${folder}/`).slice(0, -1)}`)
  db.prepare('UPDATE outbox SET reply = replace(reply, ?, ?) WHERE ended_at IS NULL').run(
    old ?? '',
    moved ?? '',
  )
}
