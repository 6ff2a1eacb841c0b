/** Something of the bot's that is asked for again and again while somebody sees it. */
import { useCallback, useEffect, useState } from 'react'
import { reasonOf } from '../api/problem.ts'

interface Fresh<T> {
  readonly value: T | undefined
  readonly problem: string | undefined
  readonly again: () => void
}

/** `look` has to stay the same function. */
export function useFresh<T>(look: (signal: AbortSignal) => Promise<T>, everyMs: number): Fresh<T> {
  const [value, setValue] = useState<T>()
  const [problem, setProblem] = useState<string>()
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    const gone = new AbortController()
    const { signal } = gone
    const once = async (): Promise<void> => {
      if (document.hidden) return
      try {
        const found = await look(signal)
        if (signal.aborted) return
        setValue(found)
        setProblem(undefined)
      } catch (error) {
        if (!signal.aborted) setProblem(reasonOf(error))
      }
    }
    void once()
    const timer = setInterval(() => void once(), everyMs)
    document.addEventListener('visibilitychange', () => void once(), { signal })
    return () => {
      clearInterval(timer)
      gone.abort()
    }
  }, [look, everyMs, asked])
  const again = useCallback(() => setAsked((count) => count + 1), [])
  return { value, problem, again }
}
