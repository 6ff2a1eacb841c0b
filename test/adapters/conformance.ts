/** What every adapter does, whatever its platform. A rig plays the platform and the person in front of it. */
import { describe } from 'vitest'
import { arrivals, redeliveries } from './conformance/arrivals.ts'
import { files } from './conformance/files.ts'
import { life } from './conformance/life.ts'
import { prompts } from './conformance/prompts.ts'
import type { OpenRig } from './conformance/rig.ts'
import { sending } from './conformance/sending.ts'
import { streams } from './conformance/streams.ts'

export type { AdapterRig } from './conformance/rig.ts'

export interface Traits {
  /** It shows a turn natively while it runs. */
  readonly streams: boolean
  /** Its platform wants acknowledgements and delivers again what has none. */
  readonly redelivers: boolean
  /** It takes files for people. */
  readonly files: boolean
}

/** `open` makes a rig with nothing in its chat; `onTestFinished` is the place to tidy up. */
export function adapterConformance(name: string, traits: Traits, open: OpenRig): void {
  const all: readonly Section[] = [
    { title: 'its life', define: life },
    { title: 'what arrives', define: arrivals },
    { title: 'what arrives again', define: redeliveries, applies: traits.redelivers },
    { title: 'what is sent', define: sending },
    { title: 'a stream', define: streams, applies: traits.streams },
    { title: 'a prompt', define: prompts },
    { title: 'a file', define: files, applies: traits.files },
  ]
  // Left out, not skipped: a skipped test tells of a part that is missing on this machine.
  for (const { title, define } of all.filter(({ applies = true }) => applies)) {
    describe(`${name}: ${title}`, () => {
      define(open)
    })
  }
}

interface Section {
  readonly title: string
  readonly define: (open: OpenRig) => void
  readonly applies?: boolean
}
