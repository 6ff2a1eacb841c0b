/** Tokens. */
import { z } from 'zod'
import { endpoint, Refusal } from '../endpoint.ts'

export const auth = [
  endpoint(
    'POST /auth/v3/tenant_access_token/internal',
    { open: true, body: { app_id: z.string(), app_secret: z.string() }, query: {} },
    ({ body }, lark) => {
      if (body.app_id !== lark.appId) throw new Refusal(10003, 'invalid app_id')
      if (body.app_secret !== lark.appSecret) throw new Refusal(10014, 'app secret invalid')
      return { tenant_access_token: lark.newToken(), expire: 7200 }
    },
  ),
]
