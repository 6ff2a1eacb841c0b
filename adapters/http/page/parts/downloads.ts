/** Files of the API, saved by the browser: whoever shows one asks for it by this. */
import { createContext } from 'react'
import type { Client } from '../api/client.ts'

export type Download = (path: string, name: string) => void

export const Downloads = createContext<Download>(() => undefined)

/** By way of memory: an address cannot carry the key. Throws RequestError. */
export async function download(client: Client, path: string, name: string): Promise<void> {
  const response = await client.fetch(path)
  const address = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
