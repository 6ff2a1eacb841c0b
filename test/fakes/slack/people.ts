/** The people of a workspace: they write, edit, press, and read. */
import { type Courier, Delivery } from './courier.ts'
import { callback, changed, deleted, mentioned, posted, pressedIn, wireMessage } from './events.ts'
import { type Block, pressable } from './shapes.ts'
import type { FakeSlack } from './slack.ts'
import type { StoredMessage, Team } from './team.ts'

export interface SayOptions {
  readonly channel?: string
  readonly thread?: string
  /** True: the text begins with a mention of the bot. */
  readonly mention?: boolean
  /** The writer's own workspace, where it is another. */
  readonly home?: string
  /** True: the text is as Slack writes it down, mentions and all. */
  readonly raw?: boolean
  readonly files?: readonly {
    readonly name: string
    readonly content: Buffer | string
    readonly mime?: string
  }[]
}

/** Something that a person did, on its way to the bot. */
export interface Deed {
  /** Of the message. */
  readonly ts: string
  /** All that the bot was told of it. */
  readonly deliveries: readonly Delivery[]
  /** Resolves when the bot has acknowledged all of it. */
  readonly acked: Promise<void>
}

export class People {
  readonly #slack: FakeSlack
  readonly deliveries: Delivery[] = []

  constructor(slack: FakeSlack) {
    this.#slack = slack
  }

  /** Without a channel: directly to the bot. */
  say(user: string, text: string, options: SayOptions = {}, team = this.#slack.team): Deed {
    const {
      channel = this.direct(user, team),
      thread,
      home,
      mention = false,
      raw = false,
      files = [],
    } = options
    const escaped = raw ? text : escape(text)
    const stored = files.map(({ name, content, mime }) =>
      this.#slack.keep(team, { id: team.newId('F'), name, content: Buffer.from(content) }, mime),
    )
    const message = team.add({
      channel,
      user,
      text: mention ? `<@${team.bot.user}> ${escaped}`.trim() : escaped,
      ...(thread === undefined ? {} : { threadTs: thread }),
      ...(home === undefined ? {} : { home }),
      files: stored,
    })
    return this.saw(team, message)
  }

  edit(ts: string, text: string, team = this.#slack.team): Deed {
    const message = this.#find(team, ts)
    const before = { ...message }
    message.text = escape(text)
    message.edited = team.ts()
    return this.changed(team, message, before)
  }

  /** Slack adds previews of links to a message: nobody edited it. */
  unfurl(ts: string, team = this.#slack.team): Deed {
    const message = this.#find(team, ts)
    const event = changed(team, message, message, {
      attachments: [{ title: 'A page', from_url: 'https://example.com' }],
    })
    return this.#deed(message.ts, [this.#event(team, event)])
  }

  remove(ts: string, team = this.#slack.team): Deed {
    const message = this.#find(team, ts)
    team.remove(message)
    return this.took(team, message)
  }

  /** Presses the button with this label. Throws where no message of the channel has one. */
  press(user: string, channel: string, label: string, team = this.#slack.team): Deed {
    const message = team.messages.findLast((each) => each.channel === channel && buttonIn(each.blocks, label))
    const button = message && buttonIn(message.blocks, label)
    if (message === undefined || button === undefined) throw new Error(`no button is called ${label}`)
    return this.act(user, message, button, {}, team)
  }

  /** An action on a message as it stood, as a client that is behind sends it. */
  act(
    user: string,
    message: StoredMessage,
    action: object,
    state: object = {},
    team = this.#slack.team,
    home = team.enterprise ?? team.id,
  ): Deed {
    const trigger = this.#trigger(user, team)
    const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs }
    const payload = {
      type: 'block_actions',
      api_app_id: 'A1',
      ...pressedIn(team),
      user: {
        id: user,
        username: user.toLowerCase(),
        name: user.toLowerCase(),
        team_id: home,
      },
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: message.only !== undefined,
        ...thread,
      },
      channel: { id: message.channel, name: message.channel.startsWith('D') ? 'directmessage' : 'town' },
      // Of what one person alone is shown Slack does not tell what it said.
      ...(message.only === undefined && {
        message: { type: 'message', ts: message.ts, user: message.user, text: message.text, ...thread },
      }),
      trigger_id: trigger,
      state: { values: state },
      actions: [{ ...action, action_ts: team.ts() }],
    }
    return this.#deed(message.ts, [this.#give(new Delivery('interactive', payload))])
  }

  /** Types `/parley …`. */
  command(user: string, channel: string, text: string, team = this.#slack.team): Deed {
    const payload = {
      token: 'not used any more',
      command: '/parley',
      text,
      team_id: team.id,
      team_domain: 'a-team',
      ...(team.enterprise !== undefined && {
        enterprise_id: team.enterprise,
        is_enterprise_install: 'true',
      }),
      channel_id: channel,
      channel_name: channel.startsWith('D') ? 'directmessage' : 'town',
      user_id: user,
      user_name: user.toLowerCase(),
      api_app_id: 'A1',
      trigger_id: this.#trigger(user, team),
      response_url: `${this.#slack.url}/response`,
    }
    return this.#deed('', [this.#give(new Delivery('slash_commands', payload))])
  }

  /** Uses the shortcut on a message. */
  askAbout(user: string, ts: string, team = this.#slack.team): Deed {
    const message = this.#find(team, ts)
    const payload = {
      type: 'message_action',
      callback_id: 'parley_about',
      ...pressedIn(team),
      user: { id: user, name: user.toLowerCase() },
      channel: { id: message.channel, name: 'town' },
      trigger_id: this.#trigger(user, team),
      response_url: `${this.#slack.url}/response`,
      message_ts: ts,
      message: wireMessage(team, message),
    }
    return this.#deed(ts, [this.#give(new Delivery('interactive', payload))])
  }

  /** Presses Slack's own Stop button in a thread: Slack ends what grows there. Throws where there is no button. */
  stop(user: string, channel: string, thread: string, team = this.#slack.team): Deed {
    if (team.sessions.get(`${channel}/${thread}`)?.status !== 'processing')
      throw new Error('nobody works in this thread')
    const growing = team.messages.filter(
      ({ threadTs, streaming }) => threadTs === thread && streaming === true,
    )
    for (const message of growing) message.streaming = false
    const event = {
      type: 'agent_session_stopped',
      channel,
      user,
      thread_ts: thread,
      streaming_message_ts: growing.map(({ ts }) => ts),
      event_ts: team.ts(),
    }
    return this.#deed(thread, [this.#event(team, event)])
  }

  /** Opens the panel where agents are talked to. */
  openPanel(user: string, team = this.#slack.team): Deed {
    const channel = this.direct(user, team)
    const { ts } = team.add({ channel, user: team.bot.user, botId: team.bot.id, text: 'New chat' })
    const panel = { user_id: user, context: {}, channel_id: channel, thread_ts: ts }
    return this.#deed(ts, [
      this.#event(team, { type: 'assistant_thread_started', assistant_thread: panel, event_ts: ts }),
    ])
  }

  /** Removes the app from the workspace: its tokens are worth nothing from then on. */
  uninstall(team: Team): Deed {
    for (const [token, { teams, app }] of this.#slack.tokens) {
      if (teams.includes(team) && !app) this.#slack.tokens.delete(token)
    }
    return this.#deed('', [this.#event(team, { type: 'app_uninstalled', event_ts: team.ts() })])
  }

  /** Opens the app: its home tab, or the direct chat with it. */
  openHome(user: string, team = this.#slack.team, tab: 'home' | 'messages' = 'home'): Deed {
    const channel = this.direct(user, team)
    const event = { type: 'app_home_opened', user, channel, tab, event_ts: team.ts() }
    return this.#deed('', [this.#event(team, event)])
  }

  /** Presses the n-th button with this label on the home tab. Throws where there is none. */
  pressHome(user: string, label: string, nth = 0, team = this.#slack.team): Deed {
    const view = team.homes.get(user)
    const button = view?.blocks.flatMap((block) => buttonIn([block], label) ?? [])[nth]
    if (view === undefined || button === undefined) throw new Error(`no button is called ${label}`)
    const payload = {
      type: 'block_actions',
      api_app_id: 'A1',
      ...pressedIn(team),
      user: {
        id: user,
        username: user.toLowerCase(),
        name: user.toLowerCase(),
        team_id: team.enterprise ?? team.id,
      },
      container: { type: 'view', view_id: `VH${user}` },
      view: { ...view, id: `VH${user}`, team_id: team.id, state: { values: {} } },
      trigger_id: this.#trigger(user, team),
      actions: [{ ...button, action_ts: team.ts() }],
    }
    return this.#deed('', [this.#give(new Delivery('interactive', payload))])
  }

  /** Fills in the modal that is open for this person, and sends it. */
  async submit(user: string, words: string, team = this.#slack.team): Promise<unknown> {
    const open = await this.#slack.until(() => [...team.views.values()].find((each) => each.user === user))
    const input = open.view.blocks.find((block) => block.type === 'input')
    if (input === undefined) throw new Error('the modal asks for nothing')
    const value = { type: 'plain_text_input', value: words }
    const payload = {
      type: 'view_submission',
      api_app_id: 'A1',
      ...pressedIn(team),
      user: {
        id: user,
        username: user.toLowerCase(),
        name: user.toLowerCase(),
        team_id: team.enterprise ?? team.id,
      },
      trigger_id: team.newId('trigger'),
      view: {
        ...open.view,
        id: open.id,
        team_id: team.id,
        hash: '1.a',
        state: { values: { [input.block_id ?? '']: { [input.element.action_id]: value } } },
      },
    }
    const answer = await this.#give(new Delivery('interactive', payload)).answer
    if (!refuses(answer)) team.views.delete(open.id)
    return answer
  }

  /** Where this person writes to the bot alone. */
  direct(user: string, team = this.#slack.team): string {
    const channel = `D${user}`
    team.channels.set(channel, { kind: 'im', member: true })
    return channel
  }

  /** The bot is told of every message where it is a member, its own too. */
  saw(team: Team, message: StoredMessage): Deed {
    const events = [posted(team, message)]
    if (message.text.includes(`<@${team.bot.user}>`) && team.kindOf(message.channel) !== 'im') {
      events.push(mentioned(team, message))
    }
    this.#slack.looked()
    return this.#deed(
      message.ts,
      events.map((event) => this.#event(team, event)),
    )
  }

  changed(team: Team, message: StoredMessage, before: StoredMessage): Deed {
    this.#slack.looked()
    return this.#deed(message.ts, [this.#event(team, changed(team, message, before))])
  }

  took(team: Team, message: StoredMessage): Deed {
    this.#slack.looked()
    return this.#deed(message.ts, [this.#event(team, deleted(team, message))])
  }

  #event(team: Team, event: object): Delivery {
    return this.#give(new Delivery('events_api', callback(team, { ...event })))
  }

  #give(delivery: Delivery): Delivery {
    this.deliveries.push(delivery)
    const courier: Courier = this.#slack.courier
    courier.deliver(delivery)
    return delivery
  }

  #deed(ts: string, deliveries: readonly Delivery[]): Deed {
    const acked = Promise.all(deliveries.map(({ answer }) => answer)).then(() => undefined)
    return { ts, deliveries, acked }
  }

  #trigger(user: string, team: Team): string {
    const trigger = team.newId('trigger')
    team.triggers.set(trigger, { user, at: Date.now() })
    return trigger
  }

  #find(team: Team, ts: string): StoredMessage {
    const message = team.messages.find((each) => each.ts === ts)
    if (message === undefined) throw new Error(`no message ${ts}`)
    return message
  }
}

function buttonIn(blocks: readonly Block[], label: string): object | undefined {
  for (const block of blocks) {
    if (block.type !== 'actions' && block.type !== 'section') continue
    const found = pressable(block).find((element) => element.type === 'button' && element.text.text === label)
    if (found !== undefined) return { ...found, block_id: block.block_id ?? 'b' }
  }
  return undefined
}

/** As Slack writes down what people type. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A modal stays open when what was filled in is refused. */
function refuses(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'response_action' in answer
}
