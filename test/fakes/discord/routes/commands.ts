/** Commands of the application: everywhere, and of one guild. */
import { Commands, type Command } from '../command-shapes.ts'
import { bodyAs, type Called, Refusal, type Route } from '../route.ts'

const read: Route = {
  run(called) {
    const { discord, query } = called
    const all = discord.world.commands.get(scopeOf(called)) ?? []
    const told = query.get('with_localizations') === 'true'
    return all.map((command) => shown(called, command, told))
  },
}

const overwrite: Route = {
  run(called) {
    const { discord, body } = called
    const scope = scopeOf(called)
    const before = discord.world.commands.get(scope) ?? []
    const after = bodyAs(Commands, body)
    if (scope !== '' && after.some(({ contexts, integration_types: types }) => contexts ?? types))
      throw new Refusal(400, 50_035, 'Invalid Form Body')
    const fresh = after.filter(
      ({ type, name }) => !before.some((one) => one.type === type && one.name === name),
    )
    discord.world.created += fresh.length
    if (discord.world.created > 200)
      throw new Refusal(400, 30_034, 'Max number of daily application command creates has been reached (200)')
    discord.world.commands.set(scope, after)
    return after.map((command) => shown(called, command, true))
  },
}

/** Empty: everywhere. */
function scopeOf({ discord: { world }, ids: { app, guild = '' } }: Called): string {
  if (app !== world.app) throw new Refusal(403, 20_012, 'You are not authorized to perform this action')
  if (guild !== '' && (!world.guilds.includes(guild) || !world.commandsAllowed))
    throw new Refusal(403, 50_001, 'Missing Access')
  return guild
}

/** With what Discord adds. */
function shown({ discord: { world }, ids: { guild } }: Called, command: Command, told: boolean): object {
  const {
    name_localizations: names,
    description_localizations: texts,
    ...rest
  } = {
    description_localizations: null,
    ...command,
  }
  const options = ('options' in rest ? (rest.options ?? []) : []).map(
    ({ name_localizations: own, description_localizations: about, ...option }) => ({
      ...option,
      ...(told ? { name_localizations: own ?? null, description_localizations: about ?? null } : {}),
    }),
  )
  return {
    id: world.id(),
    application_id: world.app,
    version: world.id(),
    default_member_permissions: null,
    nsfw: false,
    ...(guild === undefined ? { contexts: null, integration_types: [0] } : { guild_id: guild }),
    description: '',
    ...rest,
    ...(told ? { name_localizations: names ?? null, description_localizations: texts ?? null } : {}),
    ...(options.length === 0 ? {} : { options }),
  }
}

export const commands: Readonly<Record<string, Route>> = {
  'GET /applications/:app/commands': read,
  'PUT /applications/:app/commands': overwrite,
  'GET /applications/:app/guilds/:guild/commands': read,
  'PUT /applications/:app/guilds/:guild/commands': overwrite,
}
