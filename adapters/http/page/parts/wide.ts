/** Is there room for lists beside the conversation? The style sheets break at the same width. */
import { useSyncExternalStore } from 'react'

const wide = matchMedia('(min-width: 860px)')

export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      wide.addEventListener('change', changed)
      return () => wide.removeEventListener('change', changed)
    },
    () => wide.matches,
  )
}
