/** What a window that nobody looks at is called: it may be waited for. */
import { useEffect } from 'react'

export function useTitle(title: string | undefined, asks: boolean): void {
  useEffect(() => {
    const name = title === undefined ? 'Parley' : `${title} · Parley`
    document.title = asks ? `(!) ${name}` : name
    return () => {
      document.title = 'Parley'
    }
  }, [title, asks])
}
