/** Sessions as they are asked for and answered. Times in ISO 8601, money in US dollars. */
import { z } from 'zod'
import type { Approval, HistoryLine, SessionView, Transcript } from '../../../src/contract.ts'
import { iso } from './run.ts'
import { Wish } from './wish.ts'

export const sessionId = z.string().min(1).max(400)
export const SessionParams = z.object({ id: sessionId })

export const NewSession = Wish.extend({
  id: z.uuidv4().exactOptional(),
  name: z.string().min(1).max(40).exactOptional(),
  /** Id of a transcript to go on with, see `available`. */
  resume: z.string().max(100).exactOptional(),
}).strict()

export const ApprovalView = z
  .object({
    prompt: z.string(),
    session: z.string(),
    message: z.string(),
    kind: z.string(),
    tool: z.string(),
    input: z.record(z.string(), z.unknown()).readonly(),
    title: z.string(),
    markdown: z.string(),
    choices: z
      .array(
        z
          .object({
            id: z.string(),
            label: z.string(),
            description: z.string().exactOptional(),
            style: z.enum(['primary', 'danger']).exactOptional(),
            /** Wants own words with it. */
            text: z.boolean().exactOptional(),
          })
          .readonly(),
      )
      .readonly(),
    multiple: z.boolean(),
    ownText: z.boolean(),
    requester: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .readonly()
export type ApprovalView = z.infer<typeof ApprovalView>

const Tool = z
  .object({
    id: z.string(),
    name: z.string(),
    title: z.string(),
    state: z.enum(['running', 'done', 'failed']),
  })
  .readonly()

export const Session = z
  .object({
    id: z.string(),
    name: z.string().exactOptional(),
    /** `none`: nothing runs or waits. */
    state: z.enum(['none', 'works', 'waits', 'decides']),
    owner: z.string().exactOptional(),
    /** Can messages be sent to it from here? */
    own: z.boolean(),
    /** If not: may this key speak in it all the same? */
    joinable: z.boolean(),
    transcript: z.string(),
    model: z.string().exactOptional(),
    permissionMode: z.string(),
    effort: z.string().exactOptional(),
    project: z.string().exactOptional(),
    gateway: z.boolean(),
    turns: z.int(),
    costUsd: z.number(),
    createdAt: z.iso.datetime(),
    lastAt: z.iso.datetime(),
    queued: z.int(),
    turn: z
      .object({
        since: z.iso.datetime(),
        markdown: z.string(),
        tools: z.array(Tool).readonly(),
        status: z.string().exactOptional(),
      })
      .readonly()
      .exactOptional(),
    approvals: z.array(ApprovalView).readonly(),
  })
  .readonly()
export type Session = z.infer<typeof Session>

export function sessionOf({ createdAt, lastAt, turn, approvals, ...view }: SessionView): Session {
  return {
    ...view,
    createdAt: iso(createdAt),
    lastAt: iso(lastAt),
    ...(turn === undefined ? {} : { turn: { ...turn, since: iso(turn.since) } }),
    approvals: approvals.map(approvalOf),
  }
}

export function approvalOf({ createdAt, expiresAt, ...approval }: Approval): ApprovalView {
  return { ...approval, createdAt: iso(createdAt), expiresAt: iso(expiresAt) }
}

export const Line = z
  .object({
    at: z.iso.datetime(),
    role: z.enum(['user', 'assistant', 'notice']),
    user: z.string().exactOptional(),
    text: z.string(),
    files: z.array(z.string()).readonly().exactOptional(),
    transcript: z.string(),
  })
  .readonly()
export type Line = z.infer<typeof Line>

export function lineOf({ at, ...line }: HistoryLine): Line {
  return { ...line, at: iso(at) }
}

export const Available = z
  .object({
    id: z.string(),
    preview: z.string(),
    title: z.string().exactOptional(),
    bytes: z.int(),
    lastAt: z.iso.datetime(),
    project: z.string().exactOptional(),
    session: z.string().exactOptional(),
  })
  .readonly()

export function availableOf({ lastAt, ...transcript }: Transcript): z.infer<typeof Available> {
  return { ...transcript, lastAt: iso(lastAt) }
}
