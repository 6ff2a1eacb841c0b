/** What Feishu's console is told of the app: what it may do, what it is told. Pure. */

/** What the app may do, by the names of the console, and what each is for. */
export const scopes: Readonly<Record<string, string>> = {
  'im:message': 'to read and send messages',
  'im:message.p2p_msg:readonly': 'to be written to directly',
  'im:message.group_at_msg:readonly': 'to be mentioned in groups',
  'im:message.group_msg': 'to hear replies without a mention, and to fetch what was missed',
  'im:resource': 'files, both ways',
  'cardkit:card:write': 'answers that grow while they are written',
  'application:application:self_manage': 'to check that the events are ticked',
}

/** What the bot answers without; both take part. In most companies an administrator has to agree. */
export const nameScopes = ['contact:contact.base:readonly', 'contact:user.base:readonly'] as const

/** Further ones, each for a setting that wants it. */
export const departmentScopes = ['contact:contact.base:readonly', 'contact:user.department:readonly'] as const

/** `needed` false: the bot answers without it. Not every cloud has all of those. */
export const events = [
  { type: 'im.message.receive_v1', needed: true },
  { type: 'im.message.recalled_v1', needed: true },
  { type: 'im.message.updated_v1', needed: false },
  { type: 'application.bot.menu_v6', needed: false },
] as const

/** They tell at once of what would be known late. */
export const departmentEvents = [
  { type: 'contact.user.updated_v3', needed: false },
  { type: 'contact.user.deleted_v3', needed: false },
  { type: 'contact.department.updated_v3', needed: false },
  { type: 'contact.department.deleted_v3', needed: false },
] as const

export const callbacks = ['card.action.trigger'] as const

/** Where events over HTTP are taken. */
export const eventsPath = '/lark/events'

/** As the console's "Batch import/export scopes" takes it. */
export function permissions(): object {
  return { scopes: { tenant: Object.keys(scopes), user: [] } }
}
