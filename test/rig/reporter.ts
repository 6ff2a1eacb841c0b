/** Closes the run with one line of counts, and names what was skipped. In CI a skip is a failure. */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    const skipped: string[] = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed') counts[state]++
        else counts.skipped++
        if (state === 'skipped') skipped.push(`${module.relativeModuleId}: ${test.fullName}`)
      }
    }
    if (skipped.length > 0) console.log(`\nskipped, because a part is missing:\n  ${skipped.join('\n  ')}`)
    if (skipped.length > 0 && process.env.PARLEY_REQUIRE_ALL !== undefined) process.exitCode = 1
    console.log(`\ntests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }
}
