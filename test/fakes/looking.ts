/** Waits for what a fake has to show, without asking again and again. */
export class Looking {
  readonly #checks = new Set<() => void>()

  /** Waits until the look finds something. The test's own time-out bounds it. */
  until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = look()
        if (found === undefined) return
        this.#checks.delete(check)
        resolve(found)
      }
      this.#checks.add(check)
      check()
    })
  }

  /** Something has changed. */
  looked(): void {
    for (const check of this.#checks) check()
  }
}
