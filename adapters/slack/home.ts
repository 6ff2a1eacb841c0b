/** The home tab: everybody's own page. Cosmetic: nothing depends on it. */
import type { types } from '@slack/bolt'
import { z } from 'zod'
import type { Address, Bot, Message, Page, PageButton, PagePart } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { unseenId } from './commands.ts'
import type { HomeActions } from './events.ts'
import { isDirect, milliseconds } from './inbound.ts'
import type { Profiles } from './profiles.ts'
import { line } from './text.ts'

/** Begin of the ids of its buttons. */
const pressable = 'parley_page'
const mostBlocks = 100
/** What was pressed takes a moment to show. */
const againMs = 2000

const Address = z.object({
  adapter: z.literal('slack'),
  tenant: z.string().exactOptional(),
  channel: z.string(),
  thread: z.string().exactOptional(),
})
const Pressed = z.object({ says: z.string(), address: Address })

export class Home {
  readonly #api: Api
  readonly #bot: Bot
  readonly #profiles: Profiles
  readonly #again = new Map<string, NodeJS.Timeout>()

  constructor(api: Api, bot: Bot, profiles: Profiles) {
    this.#api = api
    this.#bot = bot
    this.#profiles = profiles
  }

  /** Shows somebody their page as it is now. `address`: their direct chat. Never rejects. */
  async show(user: string, address: Address): Promise<void> {
    try {
      const known = await this.#profiles.of([user])
      const page = await this.#bot.page({ id: user, ...known.get(user) }, address)
      const view = homeView(page, address)
      await this.#api.run('views.publish', (client) => client.views.publish({ user_id: user, view }))
    } catch (error) {
      this.#bot.log.debug({ err: error }, 'a home tab could not be shown')
    }
  }

  /** Somebody pressed a button: the page is shown again, now and when that has taken effect. Never rejects. */
  async pressed(user: string, address: Address): Promise<void> {
    clearTimeout(this.#again.get(user))
    const again = (): void => {
      this.#again.delete(user)
      void this.show(user, address)
    }
    this.#again.set(user, setTimeout(again, againMs).unref())
    await this.show(user, address)
  }
}

/** What is said by a button of the home tab, and whose page it stands on; null: it is none of ours. */
export function saidBy({ user, view, actions }: HomeActions): { said: Message; home: Address } | null {
  const [action] = actions
  if (action === undefined || !action.action_id.startsWith(pressable)) return null
  const { says: text, address } = Pressed.parse(JSON.parse(action.value))
  const home = Address.parse(JSON.parse(view.private_metadata))
  const { action_ts: at } = action
  const said: Message = {
    kind: 'message',
    id: unseenId(user.id, at),
    at: milliseconds(at),
    from: { id: user.id },
    address,
    direct: isDirect(address.channel),
    text,
  }
  return { said, home }
}

function homeView(page: Page, address: Address): types.HomeView {
  const blocks = page.map(blockOf).slice(0, mostBlocks)
  return { type: 'home', private_metadata: JSON.stringify(address), blocks }
}

function blockOf(part: PagePart, index: number): types.KnownBlock {
  if (part.kind === 'heading') return { type: 'header', text: plain(part.text, 150) }
  const { text, detail, button } = part
  return {
    type: 'section',
    text: plain(detail === undefined ? text : `${line(text, 300)}\n${line(detail, 300)}`, 700),
    ...(button === undefined ? {} : { accessory: buttonOf(button, index) }),
  }
}

function buttonOf({ label, style, says, address }: PageButton, index: number): types.Button {
  return {
    type: 'button',
    action_id: `${pressable}_${index}`,
    text: plain(line(label, 75), 75),
    value: JSON.stringify({ says, address }),
    ...(style === undefined ? {} : { style }),
  }
}

function plain(text: string, most: number): types.PlainTextElement {
  return { type: 'plain_text', text: text.slice(0, most).toWellFormed(), emoji: false }
}
