/** Something that a person has begun and that may fail: what is to be said of it. */
import { useCallback, useState } from 'react'
import { reasonOf } from '../api/problem.ts'

interface Doing {
  readonly busy: boolean
  readonly problem: string | undefined
  /** True when it went well. Never rejects. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
      return true
    } catch (error) {
      setProblem(reasonOf(error))
      return false
    } finally {
      setBusy(false)
    }
  }, [])
  return { busy, problem, run }
}
