/** YAML text -> plain values with variables filled in, and where in the file each of them stands. */
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node, YAMLMap } from 'yaml'
import { type ConfigErrorCode, type Path, type Place, type Problem, keyOf } from './problems.ts'
import { substitute } from './variables.ts'

/** Values in a file, those that aliases repeat included. A config has some hundred. */
const mostValues = 10_000
const deepest = 50

export interface ConfigDocument {
  /** Objects, lists and scalars; undefined where the file has a problem. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Values that came from the environment. */
  readonly variables: readonly string[]
  /** Where this key stands, else the nearest key around it. */
  place(path: Path): Place | undefined
  /** True when the environment had a part in this value. */
  isVariable(path: Path): boolean
}

/** Never throws: what is wrong stands in `problems`. */
export function readDocument(text: string, env: NodeJS.ProcessEnv): ConfigDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: 'error',
    // Looked for below: the library compares every key with every other, a minute for 60,000 of them.
    uniqueKeys: false,
  })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const syntax = syntaxProblems(document, text, at)
  if (syntax.length > 0) return { ...new Walk(env, at).result(undefined), problems: syntax }
  return new Walk(env, at).read(document.contents)
}

/** One for each line: a slip makes the parser stumble several times. */
function syntaxProblems(document: Document.Parsed, text: string, at: (offset: number) => Place): Problem[] {
  const byLine = new Map<number, Problem>()
  for (const error of [...document.errors, ...document.warnings]) {
    const place = at(error.pos[0])
    const what = `not readable as YAML, ${firstLower(error.message)}`
    if (!byLine.has(place.line)) {
      byLine.set(place.line, {
        code: 'syntax',
        key: '',
        what,
        advice: syntaxAdvice(error.code, text, place),
        place,
      })
    }
  }
  return [...byLine.values()]
}

function syntaxAdvice(code: string, text: string, { line }: Place): string | undefined {
  if (code === 'TAB_AS_INDENT') return 'indent with spaces'
  if (code === 'MULTIPLE_DOCS') return 'remove the line `---` in the middle'
  // Inside [ ] and { } the braces of a variable are YAML's own.
  const written = text.split('\n')[line - 1] ?? ''
  return written.includes('${') ? 'put a value with ${…} into quotes' : undefined
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/**
 * Goes through the tree once. Not the library's own toJS: that keeps no places, and gives up on the first bad
 * alias with an error that names no line.
 */
class Walk {
  readonly #env: NodeJS.ProcessEnv
  readonly #at: (offset: number) => Place
  readonly #problems: Problem[] = []
  readonly #variables: string[] = []
  readonly #places = new Map<string, Place>()
  readonly #fromEnvironment = new Set<string>()
  readonly #anchors = new Map<string, Node>()
  #values = 0

  constructor(env: NodeJS.ProcessEnv, at: (offset: number) => Place) {
    this.#env = env
    this.#at = at
  }

  read(root: Node | null): ConfigDocument {
    if (root !== null) this.#remember([], root)
    return this.result(root === null ? null : this.#value(root, []))
  }

  result(value: unknown): ConfigDocument {
    return {
      value,
      problems: this.#problems,
      variables: this.#variables,
      place: (path) => this.#nearestPlace(path),
      isVariable: (path) => this.#fromEnvironment.has(JSON.stringify(path)),
    }
  }

  #nearestPlace(path: Path): Place | undefined {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)))
      if (place !== undefined) return place
    }
    return undefined
  }

  #value(node: Node, path: Path): unknown {
    if (++this.#values > mostValues || path.length > deepest) {
      // Once: everything after it would be refused with the same words.
      if (this.#values !== Infinity) {
        this.#problem('too-big', path, node, `holds more than ${mostValues} values or ${deepest} levels`)
      }
      this.#values = Infinity
      return undefined
    }
    if (isAlias(node)) return this.#alias(node.source, node, path)
    // An anchor stands for its value only after it: before that the value would contain itself.
    const value = this.#plain(node, path)
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node)
    return value
  }

  #plain(node: Node, path: Path): unknown {
    if (isMap(node)) return this.#map(node, path)
    if (isSeq<Node>(node)) {
      return node.items.map((item, index) => {
        this.#remember([...path, index], item)
        return this.#value(item, [...path, index])
      })
    }
    if (!isScalar(node)) return undefined
    return typeof node.value === 'string' ? this.#string(node.value, node, path) : node.value
  }

  #alias(name: string, node: Node, path: Path): unknown {
    const target = this.#anchors.get(name)
    if (target !== undefined) return this.#value(target, path)
    this.#problem('syntax', path, node, `is \`*${name}\`, and nothing before it is marked \`&${name}\``)
    return undefined
  }

  #map(map: YAMLMap, path: Path): unknown {
    const entries = new Map<string, unknown>()
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const inside = [...path, name]
      const node = isScalar(key) ? key : map
      if (entries.has(name)) {
        const first = this.#nearestPlace(inside)?.line
        this.#problem('duplicate-key', inside, node, `stands twice, first in line ${first}`, 'keep one')
        continue
      }
      this.#remember(inside, node)
      if (name === '__proto__') this.#problem('unknown-key', inside, node, 'cannot be a key')
      entries.set(name, isNode(value) ? this.#value(value, inside) : null)
    }
    // Not by assignment: no key of the file may reach a prototype.
    return Object.fromEntries(entries)
  }

  #string(text: string, node: Node, path: Path): string {
    if (!text.includes('${')) return text
    const found = substitute(text, this.#env)
    for (const name of found.missing) {
      const advice = `set it, or write \${${name}:-default}`
      this.#problem(
        'missing-variable',
        path,
        node,
        `wants the environment variable ${name}, which is not set`,
        advice,
      )
    }
    for (const piece of found.broken) {
      const advice = 'write ${NAME} or ${NAME:-default}, and $${ for a plain ${'
      this.#problem('bad-variable', path, node, `holds \`${piece}\`, which is no variable`, advice)
    }
    this.#variables.push(...found.values)
    this.#fromEnvironment.add(JSON.stringify(path))
    return found.text
  }

  #remember(path: Path, node: Node): void {
    const offset = node.range?.[0]
    if (offset !== undefined) this.#places.set(JSON.stringify(path), this.#at(offset))
  }

  #problem(code: ConfigErrorCode, path: Path, node: Node, what: string, advice?: string): void {
    const key = keyOf(path)
    const offset = node.range?.[0]
    const place = offset === undefined ? undefined : this.#at(offset)
    this.#problems.push({
      code,
      key,
      what: key === '' ? `the file ${what}` : `\`${key}\` ${what}`,
      advice,
      place,
    })
  }
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value)
}
