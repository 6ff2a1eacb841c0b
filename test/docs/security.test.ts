/** docs/security.md, docs/operating.md and deploy/README.md name tests as proof: each is there, and each link leads somewhere. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** As GitHub makes them of headings. */
function anchors(text: string): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}

test.each(['docs/security.md', 'docs/operating.md', 'docs/scaling.md', 'deploy/README.md'])(
  '%s',
  async (page) => {
    const text = await readFile(join(root, page), 'utf8')
    const tests = Array.from(text.matchAll(/`(test\/[\w./-]+\.ts)`/g), ([, path = '']) => path)
    expect(tests.length).toBeGreaterThan(0)
    expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g))
    const broken: string[] = []
    for (const [whole, path = '', anchor] of links) {
      const file = path === '' ? join(root, page) : join(root, dirname(page), path)
      if (!existsSync(file)) broken.push(whole)
      else if (anchor !== undefined && !anchors(await readFile(file, 'utf8')).includes(anchor))
        broken.push(whole)
    }
    expect(broken).toEqual([])
  },
)
