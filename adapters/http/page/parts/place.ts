/** Which view is shown stands behind the # of the address, so that reloading and going back work. */
import { useSyncExternalStore } from 'react'

export type Place =
  | { readonly view: 'chat'; readonly session: string | undefined }
  | { readonly view: 'operate' }

export function usePlace(): Place {
  return placeIn(useSyncExternalStore(listen, () => location.hash))
}

export function addressOf(place: Place): string {
  if (place.view === 'operate') return '#/operate'
  return place.session === undefined ? '#/' : `#/s/${encodeURIComponent(place.session)}`
}

export function go(place: Place): void {
  location.hash = addressOf(place)
}

function listen(changed: () => void): () => void {
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}

function placeIn(hash: string): Place {
  if (hash === '#/operate') return { view: 'operate' }
  const [, session] = /^#\/s\/([\w-]{1,400})$/.exec(hash) ?? []
  return { view: 'chat', session }
}
