/** People who use Claude in a browser, on the real CLI. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage, openBrowser, openWindow } from '../rig/browser.ts'
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
    expect(faults).toEqual([])
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
