/** As much of a terminal as the terminal adapter asks for, with a page that never ends. */
import { clusters, clusterWidth } from '../../../adapters/terminal/width.ts'

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const sequence = /\u001B\[([?\d;]*)([A-Za-z])|[\r\n]|[^\u001B\r\n]+/g

export class Emulator {
  readonly #columns: number
  #lines: string[][] = [[]]
  #row = 0
  #column = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  write(text: string): void {
    for (const [token, argument = '', command = ''] of text.matchAll(sequence)) {
      if (token === '\r') this.#column = 0
      else if (token === '\n') this.#down()
      else if (command !== '') this.#control(command, argument)
      else for (const cluster of clusters(token)) this.#put(cluster)
    }
  }

  /** The page without trailing spaces. */
  text(): string {
    return this.#lines
      .map((cells) => cells.join('').trimEnd())
      .join('\n')
      .trimEnd()
  }

  /** The line that the cursor is in. */
  line(): string {
    return (this.#lines[this.#row] ?? []).join('').trimEnd()
  }

  #control(command: string, argument: string): void {
    const count = Number(argument || '1')
    if (command === 'A') this.#row = Math.max(0, this.#row - count)
    else if (command === 'C') this.#column += count
    else if (command === 'J') {
      this.#lines.length = this.#row + 1
      this.#lines[this.#row]?.splice(this.#column)
    } else if (command !== 'm' && !argument.startsWith('?'))
      throw new Error(`unknown sequence: ESC[${argument}${command}`)
  }

  #put(cluster: string): void {
    const size = clusterWidth(cluster)
    if (this.#column + size > this.#columns) {
      this.#column = 0
      this.#down()
    }
    const line = (this.#lines[this.#row] ??= [])
    while (line.length < this.#column) line.push(' ')
    line[this.#column] = cluster
    if (size === 2) line[this.#column + 1] = ''
    this.#column += size
  }

  #down(): void {
    this.#row++
    while (this.#lines.length <= this.#row) this.#lines.push([])
  }
}
