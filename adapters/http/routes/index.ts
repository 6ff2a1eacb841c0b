/** The table of routes: one file for each resource. */
import type { App, Parts } from '../parts.ts'
import { messages } from './messages.ts'
import { permissions } from './permissions.ts'
import { sessions } from './sessions.ts'
import { system } from './system.ts'

const all: readonly ((app: App, parts: Parts) => void)[] = [system, sessions, messages, permissions]

export function addRoutes(app: App, parts: Parts): void {
  for (const add of all) add(app, parts)
}
