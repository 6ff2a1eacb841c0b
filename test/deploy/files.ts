/** The files of deploy/, read. */
import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { KubernetesObject, type StatefulSet } from './kubernetes.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export function read(name: string): Promise<string> {
  return readFile(`${root}${name}`, 'utf8')
}

const Package = z.object({
  devDependencies: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
})
export const pinned = Package.parse(JSON.parse(await read('package.json')))

/** Lines that go on are one; the first word of each is the instruction. */
export async function dockerfile(): Promise<readonly { readonly name: string; readonly rest: string }[]> {
  const text = (await read('deploy/Dockerfile')).replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1).trim() }))
}

/** Of the last stage. */
export async function instruction(name: string): Promise<string> {
  const all = await dockerfile()
  const last = all.findLastIndex((each) => each.name === 'FROM')
  return all.slice(last).findLast((each) => each.name === name)?.rest ?? ''
}

const Service = z.object({
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  cap_drop: z.tuple([z.literal('ALL')]),
  read_only: z.literal(true),
  healthcheck: z.object({ test: z.tuple([z.literal('CMD-SHELL'), z.string()]) }).optional(),
  stop_grace_period: z.string().regex(/^\d+s$/),
  image: z.string(),
  build: z.object({ args: z.record(z.string(), z.string()) }).optional(),
})
const Compose = z.object({
  services: z.object({ parley: Service, redis: Service }),
  volumes: z.record(z.string(), z.unknown()),
})
export const compose = Compose.parse(parse(await read('deploy/compose.yaml')))

/** By file. */
export async function manifests(): Promise<ReadonlyMap<string, readonly KubernetesObject[]>> {
  const names = (await readdir(`${root}deploy/kubernetes`)).filter((name) => name.endsWith('.yaml'))
  const entries = names.map(async (name) => {
    const documents = parseAllDocuments(await read(`deploy/kubernetes/${name}`))
    return [name, documents.map((document) => KubernetesObject.parse(document.toJS()))] as const
  })
  return new Map(await Promise.all(entries))
}

export async function objects(): Promise<readonly KubernetesObject[]> {
  return [...(await manifests()).values()].flat()
}

export async function statefulSet(name: string): Promise<StatefulSet> {
  const found = (await objects()).find((each) => each.kind === 'StatefulSet' && each.metadata.name === name)
  if (found?.kind !== 'StatefulSet') throw new Error(`there is no StatefulSet ${name}`)
  return found
}
