/** A fake Feishu for a test: closed when the test is over. */
import { onTestFinished } from 'vitest'
import { FakeLark, type LarkOptions } from './lark.ts'

export async function startLark(options: LarkOptions = {}): Promise<FakeLark> {
  const lark = new FakeLark(options)
  await lark.listen()
  onTestFinished(() => lark.close())
  return lark
}
