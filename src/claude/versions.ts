/** Which versions of the CLI are known to work; docs/cli-versions.md says how they differ. */

/** Older ones are refused. */
export const oldestVersion = '2.1.197'
/** The one that Parley is pinned to; newer ones are used with a warning. */
export const testedVersion = '2.1.330'

/** Compares versions of three numbers. */
export function isAtLeast(version: string, floor: string): boolean {
  const [mine, its] = [version, floor].map((one) => one.split('.').map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (mine?.[index] ?? 0) - (its?.[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
