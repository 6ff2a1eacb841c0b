/** The adapter on a Feishu of our own, in a chat of two. */
import { onTestFinished } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { type LarkSettings, settings } from '../../../adapters/lark/settings.ts'
import type { Adapter, Address, PromptReply } from '../../../src/contract.ts'
import type { FakeLark } from '../../fakes/lark/lark.ts'
import { startLark } from '../../fakes/lark/start.ts'

export const user = 'ou_ann'

export interface LarkRig {
  readonly lark: FakeLark
  /** Not started. */
  readonly adapter: Adapter
  readonly address: Address
  /** The chat's id, as the platform has it. */
  readonly chat: string
}

export function larkSettings({ appId, appSecret, url }: FakeLark, more: object = {}): LarkSettings {
  return settings.schema.parse({ appId, appSecret, domain: url, ...more })
}

export async function openLark(options: { ackWithin?: number; frameBytes?: number } = {}): Promise<LarkRig> {
  const lark = await startLark(options)
  const adapter = create(larkSettings(lark))
  onTestFinished(() => adapter.stop())
  lark.people.join(user)
  const address = { adapter: 'lark', tenant: lark.tenant.key, channel: user }
  return { lark, adapter, address, chat: lark.tenant.direct(user).id }
}

/** Presses what stands for the choice, with the words filled in. */
export function choose({ lark, chat }: LarkRig, { choices }: PromptReply, id: string, words?: string): void {
  const label = choices.find((each) => each.id === id)?.label ?? ''
  lark.people.press(user, chat, label, words === undefined ? undefined : { words })
}
