/** What the app is and may. */
import { z } from 'zod'
import { endpoint, Refusal } from '../endpoint.ts'

export const application = [
  endpoint('GET /bot/v3/info', { query: {}, body: {} }, (_call, lark) => {
    if (!lark.app.bot) throw new Refusal(11_205, 'app do not have bot')
    return {
      bot: {
        activate_status: lark.app.status,
        app_name: lark.botName,
        open_id: lark.botId,
        avatar_url: '',
        ip_white_list: [],
      },
    }
  }),
  endpoint('GET /application/v6/scopes', { query: {}, body: {} }, (_call, lark) => {
    if (lark.app.status === 0) throw new Refusal(212_100, 'app not install')
    const scopes = [...lark.app.scopes].map((scope_name) => ({
      scope_name,
      grant_status: lark.lacks.has(scope_name) ? 2 : 1,
    }))
    return { data: { scopes } }
  }),
  endpoint(
    'GET /application/v6/applications/:app_id',
    {
      scope: 'application:application:self_manage',
      query: {
        lang: z.enum(['zh_cn', 'en_us', 'ja_jp']),
        user_id_type: z.enum(['open_id', 'union_id', 'user_id']).optional(),
      },
      body: {},
    },
    ({ path }, lark) => {
      if (path.app_id !== 'me' && path.app_id !== lark.appId)
        throw new Refusal(210_504, 'no such app in tenant')
      const { way, events, callbacks } = lark.app
      return {
        data: {
          app: {
            app_id: lark.appId,
            status: 1,
            app_name: lark.botName,
            event: { subscription_type: way, subscribed_events: [...events] },
            callback_info: { callback_type: way, subscribed_callbacks: [...callbacks] },
          },
        },
      }
    },
  ),
]
