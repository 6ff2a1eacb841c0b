/** Much Markdown, always the same: what a splitter has to get right stands in every section. Pure. */

const words =
  'the queue keeps every message until its answer has arrived whole and a session stays warm between two turns while nobody waits'.split(
    ' ',
  )

/** Markdown (CommonMark with GFM) of exactly so many bytes in UTF-8, the same for the same size; no blank at either end. */
export function longMarkdown(bytes: number): string {
  const sections: string[] = []
  let left = bytes
  for (let number = 1; ; number++) {
    const section = `${sectionOf(number)}\n\n`
    const size = Buffer.byteLength(section)
    // The closing paragraph needs a byte at least.
    if (size >= left) break
    sections.push(section)
    left -= size
  }
  return sections.join('') + filler(left)
}

/** Plain words of exactly so many bytes. */
function filler(bytes: number): string {
  const text = Array.from({ length: Math.ceil(bytes / 2) }, (_, index) => word(index)).join(' ')
  return `${text
    .slice(0, Math.max(0, bytes - 1))
    .trimEnd()
    .padEnd(Math.max(0, bytes - 1), '.')}${bytes > 0 ? '.' : ''}`
}

function word(index: number): string {
  return words[index % words.length] ?? ''
}

function sentence(number: number, length: number): string {
  return Array.from({ length }, (_, index) => word(number * 7 + index * 3)).join(' ')
}

function sectionOf(number: number): string {
  return [
    `## ${number}. Section ${number} of the long answer`,
    `${sentence(number, 40)}. See [the notes on ${number}](https://example.com/notes/${number}?a=1&b=(2)), **bold ${number}**, _slanted_, ~~gone~~ and \`inline_${number}()\`.`,
    `- first ${sentence(number, 6)}\n- second\n  1. nested ${number}\n  2. nested with \`code\`\n- [x] done ${number}\n- [ ] open`,
    codeOf(number),
    tableOf(number),
    `> ${sentence(number + 3, 18)}\n>\n> — a quotation, ${number} 👩‍👩‍👧‍👦 🏳️‍🌈 🇯🇵 👍🏽`,
    `第${number}節。消息一直排队，直到回答完整送达为止。答えはひとつも失われません。대화는 순서대로 이어집니다。`,
  ].join('\n\n')
}

function codeOf(number: number): string {
  const languages = [
    [
      'ts',
      `export function step${number}(input: string): string {\n  return \`\${input} ${number}\` // <b>&amp;</b>\n}`,
    ],
    [
      'python',
      `def step_${number}(text):\n    """Section ${number}."""\n    return f"{text} *{number}* _x_"`,
    ],
    ['bash', `for f in *.md; do\n  echo "$f" | sed 's/|/ /g' > "out-${number}.txt"\ndone`],
    ['json', `{ "section": ${number}, "tags": ["a", "b"], "text": "\\u00e9 | \\"quoted\\"" }`],
  ]
  const [language, code] = languages[number % languages.length] ?? []
  // Every eighth shows a fence within a fence.
  if (number % 8 === 0) return `\`\`\`\`markdown\n\`\`\`${language}\n${code}\n\`\`\`\n\`\`\`\``
  return `\`\`\`${language}\n${code}\n\`\`\``
}

function tableOf(number: number): string {
  const rows = Array.from(
    { length: 4 + (number % 5) },
    (_, row) => `| ${number}.${row} | ${word(number + row)} | ✅ ${row * number} |`,
  )
  return ['| id | word | figure |', '| :-- | --- | --: |', ...rows].join('\n')
}
