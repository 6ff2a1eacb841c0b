/** The contacts of the company, as far as the app may see them. */
import { z } from 'zod'
import { endpoint, Refusal } from '../endpoint.ts'

const user_id_type = z.enum(['open_id', 'union_id', 'user_id']).optional()
// Fields are given in these alone: what is not asked for by its type would be another id.
const department_id_type = z.literal('open_department_id')
const scope = 'contact:contact.base:readonly'
const fieldScope = 'contact:user.department:readonly'
const nameScope = 'contact:user.base:readonly'
const most = 50

export const contact = [
  endpoint(
    'GET /contact/v3/users/batch',
    {
      scope,
      query: {
        user_ids: z.union([z.string().transform((id) => [id]), z.array(z.string()).max(most)]),
        user_id_type,
        department_id_type,
      },
      body: {},
    },
    ({ query }, lark) => {
      if (query.user_id_type !== 'open_id') throw new Refusal(41_012, 'user id invalid error')
      const found = lark.contacts.named(query.user_ids)
      const items = lark.may(nameScope) ? found : found.map((user) => ({ ...user, name: undefined }))
      return { data: { items } }
    },
  ),
  endpoint(
    'GET /contact/v3/users/:user_id',
    { scope, query: { user_id_type, department_id_type }, body: {} },
    ({ path, query }, lark) => {
      if (query.user_id_type !== 'open_id') throw new Refusal(41_012, 'user id invalid error')
      const user = lark.contacts.user(path.user_id ?? '')
      if (user === undefined) throw new Refusal(41_050, 'no user authority error', { status: 403 })
      const hidden = lark.may(fieldScope) ? {} : { department_ids: undefined }
      return { data: { user: { ...user, ...hidden } } }
    },
  ),
  endpoint(
    'GET /contact/v3/departments/parent',
    {
      scope,
      query: {
        user_id_type,
        department_id_type,
        department_id: z.string().startsWith('od-'),
        page_token: z.string().optional(),
        page_size: z.coerce.number().int().min(1).max(50).optional(),
      },
      body: {},
    },
    ({ query }, lark) => {
      const items = lark.contacts
        .above(query.department_id)
        .map((id) => ({ open_department_id: id, name: id }))
      return { data: { has_more: false, items } }
    },
  ),
]
