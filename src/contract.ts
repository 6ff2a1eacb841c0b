/**
 * What an adapter and the core say to each other. Nothing of it imports anything else, so that a platform is one folder.
 *
 * Values go forward ({@link Inbound}), shapes come back ({@link Reply}, {@link TurnView}). Everything but the handles
 * ({@link Adapter}, {@link Bot}, {@link Office}) is plain JSON: it is written to disk before it is acted on and may be read
 * back by another process.
 */
export type * from './contract/inbound.ts'
export type * from './contract/reply.ts'
export type * from './contract/adapter.ts'
export type * from './contract/bot.ts'
export type * from './contract/commands.ts'
export type * from './contract/measures.ts'
export type * from './contract/office.ts'
export type * from './contract/operating.ts'
export type * from './contract/setup.ts'
export type * from './contract/steps.ts'
export { AdapterError } from './contract/adapter.ts'
export { Newest } from './contract/newest.ts'
export { OfficeError } from './contract/office.ts'
