/** People who use Claude in a browser, on the real CLI. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { barriers, buildPage, desk, openBrowser, openWindow, phone, strangeName } from '../rig/browser.ts'
import { secrets, startHttpRig } from '../rig/http.ts'
import { describeWith } from '../rig/needs.ts'

describeWith('chromium', 'the web page', () => {
  let browser: Browser
  beforeAll(async () => {
    await buildPage()
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  test('somebody signs in, is answered, allows a tool with a reason against another, answers a question, reloads', async () => {
    const rig = await startHttpRig()
    const { page, faults } = await openWindow(browser)
    await page.goto(rig.url)
    await page.getByLabel('API key').fill('no-such-key-0123456789-0123456789')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('not known').waitFor()
    await signIn(page, secrets.ann)
    expect(page.url()).not.toContain(secrets.ann)

    await say(page, '!say One **word** and `code`.')
    await page.locator('.claude strong', { hasText: 'word' }).waitFor()
    await say(page, '!slow 2 30')
    const answer = page.locator('.claude').last()
    await answer.locator('.working').waitFor()
    // It grows: what was seen first is less than what it ends with.
    await expect.poll(() => answer.textContent()).toMatch(/\w{3,} \w+/)
    const early = (await answer.textContent()) ?? ''
    await answer.locator('.figures').waitFor()
    expect(((await answer.textContent()) ?? '').length).toBeGreaterThan(early.length)

    await say(page, '!write a.txt alpha\n!bash touch b.txt')
    await page
      .getByRole('article', { name: /use Write/ })
      .getByText('alpha')
      .waitFor()
    await page.getByRole('button', { name: 'Allow once' }).click()
    const bash = page.getByRole('article', { name: /use Bash/ })
    await bash.getByRole('button', { name: 'Deny and say why …' }).click()
    await bash.getByLabel('Your words').fill('Not today.')
    await page.keyboard.press('Enter')
    await page.locator('.claude').last().getByText('reason given: Not today.').waitFor()
    const tools = page.locator('.tools').last()
    expect(await tools.locator('li.done .name').allTextContents()).toEqual(['Write'])
    expect(await tools.locator('li.failed .name').allTextContents()).toEqual(['Bash'])

    await say(page, '!question Which tea? | Green | Black')
    await page.getByRole('button', { name: /^Green/ }).click()
    await page.locator('.claude > .prose').last().getByText('Green').waitFor()

    const address = page.url()
    await page.reload()
    await page.locator('.claude strong', { hasText: 'word' }).waitFor()
    expect(page.url()).toBe(address)
    expect(await page.locator('.you').count()).toBe(4)

    await rig.restart()
    await say(page, '!say Back again.')
    await page.getByText('Back again.', { exact: true }).waitFor()
    expect(await page.locator('.you').count()).toBe(5)
    expect(faults).toEqual([])
  }, 60_000)

  test('somebody stops an answer, finds a running one after a reload, puts files in and takes them out, keeps sessions in order', async () => {
    const rig = await startHttpRig()
    const { page, faults } = await openWindow(browser)
    await enter(page, rig.url, secrets.ann)
    await say(page, '!slow 20 60')
    await page.locator('.working').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.claude').getByText('Stopped.').waitFor()

    await say(page, '!slow 3 40')
    await page.locator('.claude .prose').last().waitFor()
    await page.reload()
    await page.locator('.you', { hasText: '!slow 3 40' }).waitFor()
    await page.locator('.claude .figures').waitFor()

    const name = '<img src=x onerror=alert(1)>.txt'
    const file = { name, mimeType: 'text/plain', buffer: Buffer.from('alpha') }
    await page.getByLabel('Attach files').setInputFiles(file)
    const box = page.getByLabel('Message to Claude')
    await expect.poll(() => box.inputValue()).toMatch(/^@inbox\/.+ $/)
    await box.fill('')
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    await page.getByRole('button', { name: 'Open folder inbox' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Download/ }).click(),
    ])
    expect(await readFile(await download.path(), 'utf8')).toBe('alpha')

    await say(
      page,
      '!write made.txt beta\n!tool mcp__chat__send_file {"path":"made.txt","caption":"Here it is"}',
    )
    await page.getByRole('button', { name: 'Allow once' }).click()
    const sent = page.locator('.sent-file', { hasText: 'Here it is' })
    const [fetched] = await Promise.all([page.waitForEvent('download'), sent.getByRole('button').click()])
    expect([fetched.suggestedFilename(), await readFile(await fetched.path(), 'utf8')]).toEqual([
      'made.txt',
      'beta',
    ])

    await menu(page, 'Rename')
    await page.getByRole('textbox', { name: 'Name' }).fill('first')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /^first/ }).waitFor()
    await page.getByLabel('Model').selectOption('haiku')
    await expect
      .poll(async () => (await rig.ann.get('/api/v1/sessions')).body.sessions)
      .toMatchObject([{ name: 'first', model: 'haiku' }])
    await menu(page, 'Fork')
    await page.locator('a[aria-current=page]', { hasText: 'first - fork' }).waitFor()
    await page.getByRole('link', { name: /^first \d/ }).click()
    await page.getByRole('heading', { name: 'first', exact: true }).waitFor()
    await menu(page, 'Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('What shall Claude do?').waitFor()
    await expect.poll(() => page.getByRole('link', { name: /^first/ }).count()).toBe(1)
    await page.getByRole('button', { name: 'New session' }).click()
    await page.locator('a[aria-current=page]', { hasText: 'Untitled' }).waitFor()
    expect(faults).toEqual([])
  }, 60_000)

  test('an operator sees who talks and what was used, decides and stops for others; everybody else sees no such view', async () => {
    const rig = await startHttpRig()
    const { page, faults } = await openWindow(browser)
    await enter(page, rig.url, secrets.ops)
    const later = { prefer: 'respond-async' }
    const [writes, talks] = [
      await rig.ann.session({ name: 'writes' }),
      await rig.ann.session({ name: 'talks' }),
    ]
    await rig.ann.post(`/api/v1/sessions/${talks}/messages`, { text: '!say Hello.' })
    await rig.ann.post(`/api/v1/sessions/${writes}/messages`, { text: '!write a.txt a', id: 'w' }, later)
    await rig.ann.post(`/api/v1/sessions/${talks}/messages`, { text: '!slow 30 30', id: 't' }, later)
    await rig.ann.post('/api/v1/tasks', { text: '!slow 30 30', id: 'report' })

    await page.getByRole('link', { name: 'Operate' }).click()
    const asked = page.getByRole('article', { name: /use Write/ })
    await asked.getByText('Asked for by http:ann').waitFor()
    await asked.getByRole('button', { name: 'Allow once' }).click()
    await asked.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Stop talks' }).click()
    const queue = page.getByRole('region', { name: 'Task queue' }).first()
    await queue.getByText('report').waitFor()
    await queue.getByRole('button', { name: 'Stop report' }).click()
    const end = async (id: string): Promise<unknown> => (await rig.ann.get(`/api/v1/tasks/${id}`)).body.state
    await expect.poll(() => end('w')).toBe('answered')
    await expect.poll(() => end('t')).toBe('cancelled')
    await expect.poll(() => end('report')).toBe('cancelled')
    expect(await barriers(page)).toEqual([])

    await page.reload()
    const usage = page.getByRole('region', { name: 'Usage' })
    await usage.getByRole('img', { name: /^Cost by day: \d{4}-/ }).waitFor()
    await usage.getByText('As a table').last().click()
    await usage.getByRole('cell', { name: 'http:ann' }).waitFor()
    await usage.getByLabel('Measure').selectOption('Turns')
    await usage.getByRole('img', { name: /^Turns by day/ }).waitFor()
    expect(faults).toEqual([])

    const other = await openWindow(browser)
    await enter(other.page, rig.url, secrets.ann)
    expect(await other.page.getByRole('link', { name: 'Operate' }).count()).toBe(0)
  }, 60_000)

  test('the page is open to whoever may sign in and nothing else is; it can be left out', async () => {
    const { url } = await startHttpRig()
    const [page, missing, sessions] = await Promise.all(
      ['/', '/assets/none.js', '/api/v1/sessions'].map((path) => fetch(`${url}${path}`)),
    )
    expect([page?.status, missing?.status, sessions?.status]).toEqual([200, 404, 401])
    expect(page?.headers.get('x-frame-options')).toBe('DENY')
    const html = (await page?.text()) ?? ''
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=|https?:/)
    const [, script = ''] = /src="([^"]+)"/.exec(html) ?? []
    const sent = await fetch(`${url}${script}`)
    expect(sent.headers.get('content-encoding')).toBe('gzip')
    expect(sent.headers.get('content-type')).toContain('javascript')
    const without = await startHttpRig({ adapters: { http: { page: false } } })
    expect((await without.ann.fetch('/')).status).toBe(404)
  })

  test('nothing that Claude writes runs or is fetched, whatever it looks like', async () => {
    const rig = await startHttpRig()
    const { page, faults } = await openWindow(browser)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await enter(page, rig.url, secrets.ann)
    await say(page, `!say ${hostile}`)
    const answer = page.locator('.claude .prose').last()
    await page.locator('.claude .figures').waitFor()
    // It is Markdown by then, and not only its letters.
    await answer.locator('a').last().waitFor()
    expect(await answer.locator('script, img, iframe, form, svg, style, [onerror], [onclick]').count()).toBe(
      0,
    )
    const links = await answer.locator('a').all()
    expect(await Promise.all(links.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.com/fine',
      'https://tracker.example/pixel.png?secret',
    ])
    expect(await answer.locator('a').first().getAttribute('rel')).toBe('noopener noreferrer')
    expect(await answer.textContent()).toContain('<script>alert(1)</script>')
    expect(asked.filter((url) => !url.startsWith(rig.url))).toEqual([])
    expect(faults).toEqual([])

    // What the policy forbids is seen by this test at all.
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'alert(2)' }))`,
    )
    await expect.poll(() => faults).toEqual(['script-src-elem inline'])
  }, 60_000)

  test('without keys nobody signs in, and no page from elsewhere gets in', async () => {
    const rig = await startHttpRig({ adapters: { http: { apiKeys: {} } } })
    const { page, faults } = await openWindow(browser)
    await page.goto(rig.url)
    await say(page, '!say Hello there.')
    await page.getByText('Hello there.', { exact: true }).waitFor()
    expect(faults).toEqual([])

    const sessions = async (): Promise<number> =>
      (
        await page.evaluate<unknown[]>(
          `fetch('/api/v1/sessions').then((r) => r.json()).then((b) => b.sessions)`,
        )
      ).length
    const before = await sessions()
    const elsewhere = await startElsewhere()
    const strange = await openWindow(browser)
    await strange.page.goto(elsewhere)
    const said = await strange.page.evaluate<string[]>(`(${attacks})(${JSON.stringify(rig.url)})`)
    expect(said).toEqual(['refused', 'opaque', 'opaque', 'no picture'])
    await strange.page.goto(elsewhere)
    await strange.page.evaluate(`document.body.innerHTML = '<iframe src="${rig.url}/"></iframe>'`)
    await expect.poll(() => strange.page.frames().at(-1)?.url()).toMatch(/^chrome-error/)
    const { port } = new URL(rig.url)
    const rebound = await strange.page.goto(`http://${strangeName}:${port}/`)
    expect(rebound?.status()).toBe(403)
    expect(await sessions()).toBe(before)
    // Whoever follows a link to it gets there.
    await strange.page.goto(elsewhere)
    await strange.page.evaluate(`location.href = ${JSON.stringify(rig.url)}`)
    await strange.page.getByLabel('Message to Claude').waitFor()
  }, 60_000)

  test('on a phone all of it is within reach, and a checker finds no barrier at either width', async () => {
    const rig = await startHttpRig()
    const { page } = await openWindow(browser, phone)
    await page.goto(rig.url)
    expect(await barriers(page)).toEqual([])
    await signIn(page, secrets.ann)
    const box = page.getByLabel('Message to Claude')
    await box.fill(
      '!say # Title\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n- [x] done\n\n```ts\nconst a = 1\n```\n\n`end`',
    )
    await page.getByRole('button', { name: 'Send' }).click()
    await page.locator('.claude .figures').waitFor()
    // Heard once it is whole.
    await page.getByRole('status').getByText('Title').waitFor({ state: 'attached' })
    await box.fill('!bash ls\n!write a.txt a')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('article', { name: /use Write/ }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await barriers(page)).toEqual([])
    }
    await page.getByRole('button', { name: 'Sessions' }).click()
    await page.getByRole('dialog', { name: 'Sessions' }).getByRole('link').waitFor()
    expect(await barriers(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    await page.getByRole('dialog', { name: 'Files' }).waitFor()
    await page.keyboard.press('Escape')
    // What was closed by Esc is not also what Claude does.
    await page.getByRole('article', { name: /use Write/ }).waitFor()

    await page.setViewportSize(desk)
    await page.getByRole('navigation', { name: 'Sessions' }).waitFor()
    expect(await barriers(page)).toEqual([])
    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to the conversation' }).focus()
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
  }, 60_000)
})

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Message to Claude').waitFor()
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message to Claude').fill(text)
  await page.keyboard.press('Enter')
}

async function enter(page: Page, url: string, key: string): Promise<void> {
  await page.goto(url)
  await signIn(page, key)
}

async function menu(page: Page, name: string): Promise<void> {
  await page.getByLabel('Session', { exact: true }).click()
  await page.getByRole('button', { name, exact: true }).click()
}

const hostile = `<script>alert(1)</script>

<img src=x onerror="alert(1)"> <b onclick="alert(1)">bold</b>

[a](javascript:alert(1)) [b](<JavaScript:alert(1)>) [c](data:text/html,<script>alert(1)</script>) [d](vbscript:x) [e]

[fine](https://example.com/fine) ![tracks](https://tracker.example/pixel.png?secret)

<iframe src="https://example.com"></iframe><svg onload=alert(1)><style>*{display:none}</style>

<form action="/api/v1/sessions" method="post"><input name=a></form>

[e]: javascript:alert(1)`

/** What a page from elsewhere could try: as a script, without being asked for leave, as a form would, as a picture. */
const attacks = `async (url) => {
  const body = JSON.stringify({ name: 'attack' })
  const type = (name) => ({ 'content-type': name })
  const path = url + '/api/v1/sessions'
  const outcome = (response) => response.type
  return Promise.all([
    fetch(path, { method: 'POST', headers: type('application/json'), body }).then(outcome, () => 'refused'),
    fetch(path, { method: 'POST', mode: 'no-cors', headers: type('text/plain'), body }).then(outcome, () => 'refused'),
    fetch(path, { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ name: 'attack' }) }).then(outcome, () => 'refused'),
    new Promise((resolve) => {
      const picture = new Image()
      picture.onload = () => resolve('picture')
      picture.onerror = () => resolve('no picture')
      picture.src = path
    }),
  ])
}`

/** A page of somebody else's. */
async function startElsewhere(): Promise<string> {
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>x</title><body></body>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return `http://localhost:${port}/`
}
