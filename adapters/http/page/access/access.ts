/** The key: it lives in this tab alone, and goes into no address. */
import { useCallback, useEffect, useState } from 'react'
import { Info } from '../../shapes/info.ts'
import { Client } from '../api/client.ts'
import { RequestError, reasonOf } from '../api/problem.ts'
import { words } from '../words/words.ts'

const place = 'parley-key'

type Access =
  | { readonly kind: 'looking' }
  | { readonly kind: 'out'; readonly problem: string | undefined }
  | { readonly kind: 'in'; readonly client: Client; readonly info: Info; readonly keyed: boolean }

interface Door {
  readonly access: Access
  readonly signIn: (key: string) => Promise<void>
  readonly signOut: () => void
}

export function useAccess(): Door {
  const [access, setAccess] = useState<Access>({ kind: 'looking' })

  const out = useCallback((problem?: string) => {
    sessionStorage.removeItem(place)
    setAccess({ kind: 'out', problem })
  }, [])

  const enter = useCallback(
    async (key: string | undefined) => {
      const client = new Client(key, () => out(key === undefined ? undefined : words.signIn.wrong))
      try {
        const info = await client.get('/api/v1/info', Info)
        if (key !== undefined) sessionStorage.setItem(place, key)
        setAccess({ kind: 'in', client, info, keyed: key !== undefined })
      } catch (error) {
        if (error instanceof RequestError && error.status === 401) return
        setAccess({ kind: 'out', problem: reasonOf(error) })
      }
    },
    [out],
  )

  useEffect(() => {
    void enter(sessionStorage.getItem(place) ?? undefined)
  }, [enter])

  return { access, signIn: enter, signOut: out }
}
