/** Who is in which department of the company. */
import { userIds } from './events.ts'

export class Contacts {
  /** What people are called, by their open_id. Not here: the app may not see them. */
  readonly names = new Map<string, string>()
  /** Departments of people, by their open_id. Not here: the app may not see them. */
  readonly #of = new Map<string, readonly string[]>()
  /** Of departments: the one above. */
  readonly #above = new Map<string, string>()

  /** `department`: ids of the department and of those above it, from below. */
  put(openId: string, ...departments: readonly string[]): void {
    this.#of.set(openId, departments.slice(0, 1))
    departments.slice(1).forEach((above, index) => this.#above.set(departments[index] ?? '', above))
  }

  user(openId: string): object | undefined {
    const departments = this.#of.get(openId)
    return (
      departments && {
        ...userIds(openId),
        name: this.names.get(openId) ?? openId,
        department_ids: departments,
      }
    )
  }

  /** Of these people: those that the app may see. */
  named(openIds: readonly string[]): { readonly open_id: string; readonly name: string }[] {
    return openIds.flatMap((id) => {
      const name = this.names.get(id)
      return name === undefined ? [] : [{ ...userIds(id), open_id: id, name }]
    })
  }

  above(department: string): readonly string[] {
    const above = this.#above.get(department)
    return above === undefined ? [] : [above, ...this.above(above)]
  }
}
