/** `parley top`: a bot elsewhere, or here, as a full screen that an operator steers it from. */
import { render } from 'ink'
import { createElement } from 'react'
import { Api } from '../remote/api.ts'
import { carryOut } from './acts.ts'
import { Screen } from './screen.ts'
import { Watch } from './watch.ts'

export interface Top {
  readonly url: string
  /** Absent: the server serves this machine without. */
  readonly key: string | undefined
  /** Aborted: it is left. */
  readonly signal: AbortSignal
}

/** Resolves when it was left. Throws RemoteError where the bot cannot be looked at from the beginning. */
export async function top({ url, key, signal }: Top): Promise<void> {
  const api = new Api(url, key)
  const watch = await Watch.open(api, signal)
  try {
    const leave = (): void => screen.unmount()
    const parts = {
      url: api.url,
      watch,
      carryOut: (act: Parameters<typeof carryOut>[1]) => carryOut(api, act, signal),
      leave,
    }
    // It is asked for by somebody in front of it: nothing else makes a terminal fit or not.
    const screen = render(createElement(Screen, parts), {
      alternateScreen: true,
      exitOnCtrlC: false,
      interactive: true,
    })
    signal.addEventListener('abort', leave, { once: true })
    await screen.waitUntilExit()
  } finally {
    watch.close()
  }
}
