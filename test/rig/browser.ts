/** A headless Chromium, and the web page built for it. */
import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type Page, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'

const source = new URL('../../adapters/http/page', import.meta.url).pathname

/** A name that leads to this machine, as somebody could make one. */
export const strangeName = 'rebound.example'

/** One for all tests of a file: close it after them. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = '/usr/bin/chromium'
  // Who runs as root, as CI does, gets no sandbox from it. It sees nothing but our page.
  const args = ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP ${strangeName} 127.0.0.1`]
  return chromium.launch({ executablePath, args })
}

/** `npm ci` has built it; whoever changes it sees the change. */
export async function buildPage(): Promise<void> {
  const built = await changed(join(source, 'built/index.html'))
  const files = await readdir(source, { recursive: true, withFileTypes: true })
  const sources = files.filter((file) => file.isFile() && !file.parentPath.startsWith(join(source, 'built')))
  const shapes = await readdir(join(source, '../shapes'))
  const all = [
    ...sources.map(({ parentPath, name }) => join(parentPath, name)),
    ...shapes.map((name) => join(source, '../shapes', name)),
  ]
  const times = await Promise.all(all.map(changed))
  if (built >= Math.max(...times)) return
  // By a process of its own: Vitest's variables would make it React for developers.
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)('vite', ['build', source], { env })
}

async function changed(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

export interface Window {
  readonly page: Page
  /** Whatever a page must never cause: faults of its scripts, and what its policy forbade. */
  readonly faults: string[]
}

export const desk = { width: 1280, height: 800 }
export const phone = { width: 390, height: 844 }

/** A window of a person of its own, closed when the test ends. */
export async function openWindow(browser: Browser, viewport = desk): Promise<Window> {
  const context = await browser.newContext({ viewport, locale: 'en-US', acceptDownloads: true })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  await page.exposeFunction('tellFault', (what: string) => faults.push(what))
  await page.addInitScript(`
    addEventListener('securitypolicyviolation', (event) => tellFault(event.violatedDirective + ' ' + event.blockedURI))
    window.alert = () => tellFault('alert')
  `)
  return { page, faults }
}

/** What a checker finds that keeps people out, as it calls it; nothing where all is well. */
export async function barriers(page: Page): Promise<readonly string[]> {
  // A colour on its way from one to another is neither.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
