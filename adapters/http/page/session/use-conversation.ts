/** The conversation of a session, open as long as it is shown. */
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Client } from '../api/client.ts'
import { Conversation, type Shown } from './conversation.ts'

export function useConversation(
  client: Client,
  id: string,
): { readonly conversation: Conversation; readonly shown: Shown } {
  const conversation = useMemo(() => new Conversation(client, id), [client, id])
  useEffect(() => {
    const watching = new AbortController()
    void conversation.open(watching.signal)
    return () => watching.abort()
  }, [conversation])
  const listen = useCallback((changed: () => void) => conversation.listen(changed), [conversation])
  return { conversation, shown: useSyncExternalStore(listen, () => conversation.shown) }
}
