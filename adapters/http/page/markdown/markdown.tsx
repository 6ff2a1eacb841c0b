/** Markdown as elements. Nothing in it is taken for HTML, and no address is asked for by looking at it. */
import type { Nodes, Parents, RootContent, Table } from 'mdast'
import { type ReactNode, memo, useMemo, useState } from 'react'
import { CodeBlock } from './code-block.tsx'
import { Growing } from './growing.ts'

const Markdown = memo(function Markdown({ markdown }: { readonly markdown: string }) {
  const [growing] = useState(() => new Growing())
  const nodes = useMemo(() => growing.read(markdown), [growing, markdown])
  const addresses = useAddresses(nodes)
  return nodes.map((node, index) => <Block key={index} node={node} addresses={addresses} />)
})
export default Markdown

type Addresses = ReadonlyMap<string, string>

interface NodeProps {
  readonly node: Nodes
  readonly addresses: Addresses
}

/** Drawn again only where it has changed. */
const Block = memo(function Block({ node, addresses }: NodeProps) {
  return drawn(node, addresses)
})

function inside({ children }: Parents, addresses: Addresses): ReactNode {
  return children.map((child, index) => <Block key={index} node={child} addresses={addresses} />)
}

/** One of them for each kind of node. */
function drawn(node: Nodes, addresses: Addresses): ReactNode {
  switch (node.type) {
    case 'text':
      return node.value
    case 'html':
      // As it was written, for whoever wants to see it.
      return <span className="html">{node.value}</span>
    case 'paragraph':
      return <p>{inside(node, addresses)}</p>
    case 'heading':
      return <Heading depth={node.depth}>{inside(node, addresses)}</Heading>
    case 'strong':
      return <strong>{inside(node, addresses)}</strong>
    case 'emphasis':
      return <em>{inside(node, addresses)}</em>
    case 'delete':
      return <del>{inside(node, addresses)}</del>
    case 'inlineCode':
      return <code>{node.value}</code>
    case 'code':
      return <CodeBlock language={node.lang ?? ''} code={node.value} />
    case 'blockquote':
      return <blockquote>{inside(node, addresses)}</blockquote>
    case 'list':
      return node.ordered === true ? (
        <ol start={node.start ?? 1}>{inside(node, addresses)}</ol>
      ) : (
        <ul>{inside(node, addresses)}</ul>
      )
    case 'listItem':
      return <Item checked={node.checked}>{inside(node, addresses)}</Item>
    case 'link':
      return <Link to={node.url}>{inside(node, addresses)}</Link>
    case 'linkReference':
      return <Link to={addresses.get(node.identifier)}>{inside(node, addresses)}</Link>
    case 'image':
      return <Link to={node.url}>{pictureOf(node.alt, node.url)}</Link>
    case 'imageReference':
      return <Link to={addresses.get(node.identifier)}>{pictureOf(node.alt, node.identifier)}</Link>
    case 'table':
      return <TableOf node={node} addresses={addresses} />
    case 'thematicBreak':
      return <hr />
    case 'break':
      return <br />
    case 'footnoteReference':
      return <sup>[{node.label ?? node.identifier}]</sup>
    case 'footnoteDefinition':
      return (
        <div className="footnote">
          <sup>[{node.label ?? node.identifier}]</sup>
          {inside(node, addresses)}
        </div>
      )
    case 'definition':
    case 'yaml':
      return null
    case 'root':
    case 'tableRow':
    case 'tableCell':
      return inside(node, addresses)
  }
}

/** The page has headings of its own above those of an answer. */
function Heading({ depth, children }: { readonly depth: number; readonly children: ReactNode }) {
  if (depth === 1) return <h3>{children}</h3>
  if (depth === 2) return <h4>{children}</h4>
  return <h5>{children}</h5>
}

interface ItemProps {
  readonly checked: boolean | null | undefined
  readonly children: ReactNode
}

function Item({ checked, children }: ItemProps) {
  if (typeof checked !== 'boolean') return <li>{children}</li>
  return (
    <li className="task">
      <span role="img" aria-label={checked ? '✓' : '–'} className={checked ? 'box done' : 'box'} />
      {children}
    </li>
  )
}

/** A picture from elsewhere would tell its server who looks: only whoever wants to goes there. */
function pictureOf(alt: string | null | undefined, otherwise: string): string {
  return alt === null || alt === undefined || alt === '' ? otherwise : alt
}

/** Undefined, or of a kind that does something in place of leading somewhere: only its words. */
function Link({ to, children }: { readonly to: string | undefined; readonly children: ReactNode }) {
  if (to === undefined || !/^(https?:\/\/|mailto:)/i.test(to))
    return <span className="no-link">{children}</span>
  return (
    <a href={to} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}

function TableOf({ node, addresses }: { readonly node: Table; readonly addresses: Addresses }) {
  const [head, ...rows] = node.children
  return (
    <div className="scrolls" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head?.children.map((cell, index) => (
              <th key={index} scope="col" className={sideOf(node, index)}>
                {inside(cell, addresses)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.children.map((cell, index) => (
                <td key={index} className={sideOf(node, index)}>
                  {inside(cell, addresses)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function sideOf({ align }: Table, column: number): string | undefined {
  return align?.[column] ?? undefined
}

const none: Addresses = new Map()

/** The same as long as there are none. */
function useAddresses(nodes: readonly RootContent[]): Addresses {
  return useMemo(() => {
    const found = nodes.flatMap((node) =>
      node.type === 'definition' ? [[node.identifier, node.url] as const] : [],
    )
    return found.length === 0 ? none : new Map(found)
  }, [nodes])
}
