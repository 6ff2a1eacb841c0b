/** Files: uploaded in three steps, and told of. */
import { z } from 'zod'
import { count, json, type Method, method, Refusal, ts } from '../method.ts'
import type { StoredFile } from '../team.ts'
import { openChannel, ownMessage, rootOf } from './chat.ts'

export const files: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': method(
    { filename: z.string().min(1), length: count.positive(), alt_txt: z.string().max(1000).optional() },
    ({ filename, length }, { team, slack }) => {
      const id = team.newId('F')
      team.uploads.set(id, { name: filename, length })
      return { upload_url: `${slack.url}/upload/${team.id}/${id}`, file_id: id }
    },
    { scope: 'files:write' },
  ),

  'files.completeUploadExternal': method(
    {
      files: json(z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).length(1)),
      channel_id: z.string(),
      thread_ts: ts.optional(),
      initial_comment: z.string().optional(),
    },
    ({ files: [given], channel_id: channel, thread_ts: threadTs, initial_comment: text = '' }, called) => {
      const { team, slack } = called
      const id = given?.id ?? ''
      const upload = team.uploads.get(id)
      if (upload === undefined) throw new Refusal('file_not_found')
      if (upload.content === undefined) throw new Refusal('file_update_failed')
      openChannel(team, channel)
      const root = threadTs === undefined ? undefined : rootOf(team, channel, threadTs)
      const file = slack.keep(team, { id, name: given?.title ?? upload.name, content: upload.content })
      team.uploads.delete(id)
      slack.people.saw(team, team.add({ ...ownMessage(team, channel, root), text, files: [file] }))
      return { files: [{ id, title: file.name }] }
    },
    { scope: 'files:write' },
  ),

  'files.info': method(
    { file: z.string() },
    ({ file: id }, { team, slack }) => {
      const file = team.files.get(id)
      if (file === undefined) throw new Refusal('file_not_found')
      return { file: wireFile(file, slack.url) }
    },
    { scope: 'files:read' },
  ),
}

function wireFile({ id, name, mimetype, content, path }: StoredFile, url: string): object {
  return {
    id,
    name,
    title: name,
    mimetype,
    size: content.length,
    mode: 'hosted',
    url_private: `${url}${path}`,
    url_private_download: `${url}${path}`,
  }
}
