/** Images and files. */
import { z } from 'zod'
import { Content, endpoint, Refusal } from '../endpoint.ts'
import type { FakeLark } from '../lark.ts'

const bytes = z.custom<Buffer>((value) => Buffer.isBuffer(value))
const name = z.string().min(1)
const megabyte = 1024 * 1024

export const files = [
  endpoint(
    'POST /im/v1/images',
    { scope: 'im:resource', body: { image_type: z.literal('message'), image: bytes }, query: {} },
    ({ body }, lark) => ({ data: { image_key: keep(lark, 'img', body.image, 'image', 10 * megabyte) } }),
  ),
  endpoint(
    'POST /im/v1/files',
    {
      scope: 'im:resource',
      body: {
        file_type: z.enum(['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream']),
        file_name: name,
        file: bytes,
      },
      query: {},
    },
    ({ body }, lark) => ({
      data: { file_key: keep(lark, 'file', body.file, body.file_name, 30 * megabyte) },
    }),
  ),
  endpoint(
    'GET /im/v1/messages/:id/resources/:key',
    { scope: 'im:resource', query: { type: z.enum(['image', 'file']) }, body: {} },
    ({ path, query }, lark) => {
      const file = lark.tenant.files.get(path.key ?? '')
      if (file === undefined || file.message !== path.id) throw new Refusal(234003, 'File not in message')
      if ((query.type === 'image') !== file.key.startsWith('img_'))
        throw new Refusal(234001, 'Invalid request param.')
      return new Content(file.content, 'application/octet-stream', file.name)
    },
  ),
]

function keep(lark: FakeLark, prefix: string, content: Buffer, name: string, most: number): string {
  if (content.length === 0) throw new Refusal(234010, 'File size can not be 0.')
  if (content.length > most) throw new Refusal(234006, 'The file size exceed the max value.')
  const key = lark.tenant.newId(prefix)
  lark.tenant.files.set(key, { key, name, content, message: undefined })
  return key
}
