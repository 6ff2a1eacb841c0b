/** The app as its developer made it in the console: what it may do, what it is told, whether it is released. */
import { z } from 'zod'

/** What the app may be permitted, as far as the fake knows it. */
const knownScopes = [
  'im:message',
  'im:message.p2p_msg:readonly',
  'im:message.group_at_msg:readonly',
  'im:message.group_msg',
  'im:resource',
  'cardkit:card:write',
  'application:application:self_manage',
  'contact:contact.base:readonly',
  'contact:user.department:readonly',
  'contact:user.base:readonly',
]
const knownEvents = [
  'im.message.receive_v1',
  'im.message.recalled_v1',
  'im.message.updated_v1',
  'application.bot.menu_v6',
  'contact.user.updated_v3',
  'contact.user.deleted_v3',
  'contact.department.updated_v3',
  'contact.department.deleted_v3',
]
const knownCallbacks = ['card.action.trigger']
const Permissions = z.strictObject({
  scopes: z.strictObject({ tenant: z.array(z.enum(knownScopes)), user: z.array(z.string()) }),
})

export class App {
  bot = true
  /** `activate_status`; 2: it is on. */
  status = 2
  scopes = new Set<string>(knownScopes)
  events = new Set<string>(knownEvents)
  callbacks = new Set<string>(knownCallbacks)
  way: 'websocket' | 'webhook' = 'websocket'

  /** Is it told of this? What no test has to do with is told to whoever listens. */
  hears(type: string): boolean {
    if (knownCallbacks.includes(type)) return this.callbacks.has(type)
    return !knownEvents.includes(type) || this.events.has(type)
  }

  /** A fresh one: nothing is ticked. */
  bare(): void {
    this.bot = false
    this.status = 0
    for (const ticked of [this.scopes, this.events, this.callbacks]) ticked.clear()
  }

  /** "Batch import/export scopes": what is not as the console takes it is refused. */
  paste(json: string): void {
    for (const scope of Permissions.parse(JSON.parse(json)).scopes.tenant) this.scopes.add(scope)
  }
}
