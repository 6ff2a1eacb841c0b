/** What Claude uses, as it is used; more of each when it is opened. */
import { words } from '../words/words.ts'
import type { Tool } from './turn.ts'

/** Of what is put in or comes out. */
const mostChars = 4000

export function Tools({ tools }: { readonly tools: readonly Tool[] }) {
  return (
    <ul className="tools" aria-label={words.tools.count(tools.length)}>
      {tools.map((tool) => (
        <li key={tool.id} className={tool.state}>
          <details>
            <summary>
              <span className="dot" aria-hidden="true" />
              <span className="name">{tool.name}</span>
              <code>{gistOf(tool.input)}</code>
              <span className="heard">{words.tools.states[tool.state]}</span>
            </summary>
            <Detail label={words.tools.input} text={JSON.stringify(tool.input, null, 2)} />
            {tool.result !== '' && <Detail label={words.tools.result} text={tool.result} />}
          </details>
        </li>
      ))}
    </ul>
  )
}

function Detail({ label, text }: { readonly label: string; readonly text: string }) {
  const shown =
    text.length > mostChars ? `${text.slice(0, mostChars).toWellFormed()}${words.tools.cut}` : text
  return (
    <figure>
      <figcaption>{label}</figcaption>
      <pre tabIndex={0} aria-label={label}>
        {shown}
      </pre>
    </figure>
  )
}

/** The part of an input that says most: a command, a path. */
function gistOf(input: Tool['input']): string {
  const first = ['command', 'file_path', 'path', 'pattern', 'query', 'url', 'description']
    .map((name) => input[name])
    .find((value) => typeof value === 'string')
  // Where the workspace lies is of no interest.
  return typeof first === 'string' ? first.replace(/^\/\S*\/workspace\//, '').slice(0, 200) : ''
}
