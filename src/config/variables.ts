/** `${NAME}` and `${NAME:-default}` in the values of config.yaml. `$${` stands for a plain `${`. */

export interface Substitution {
  readonly text: string
  /** Values that came from the environment. */
  readonly values: readonly string[]
  readonly missing: readonly string[]
  /** Pieces that begin like a variable and are none. */
  readonly broken: readonly string[]
}

// The last alternative takes what the others left: an opening that nothing closes as it should.
const variable = /\$\$\{|\$\{([A-Za-z_]\w*)(:-([^{}]*))?\}|\$\{[^}]*\}?/g

/** An empty variable counts as set, save where a default is given: as in a shell. */
export function substitute(text: string, env: NodeJS.ProcessEnv): Substitution {
  const values: string[] = []
  const missing: string[] = []
  const broken: string[] = []
  const replaced = text.replace(
    variable,
    (piece: string, name?: string, rest?: string, fallback?: string) => {
      if (piece === '$${') return '${'
      if (name === undefined) {
        broken.push(piece)
        return ''
      }
      const value = env[name]
      if (value !== undefined && (value !== '' || rest === undefined)) {
        values.push(value)
        return value
      }
      if (rest === undefined) missing.push(name)
      return fallback ?? ''
    },
  )
  return { text: replaced, values, missing, broken }
}
