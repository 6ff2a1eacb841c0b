/** deploy/kubernetes: each field is one that there is, and what one object says of another is true. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config.ts'
import { testDir } from '../rig/dir.ts'
import { instruction, manifests, objects, read, statefulSet } from './files.ts'
import { KubernetesObject } from './kubernetes.ts'

test('every file is of known kinds and fields, and the kustomization names them all; a misspelt field is refused', async () => {
  const files = await manifests()
  const kustomization = files.get('kustomization.yaml')?.[0]
  const applied = kustomization?.kind === 'Kustomization' ? kustomization.resources : []
  expect(applied.toSorted()).toEqual(
    [...files.keys()]
      .filter((name) => !['kustomization.yaml', 'nodes.yaml', 'secret.example.yaml'].includes(name))
      .toSorted(),
  )
  const parley = JSON.stringify(await statefulSet('parley'))
  expect(() =>
    KubernetesObject.parse(JSON.parse(parley.replace('readinessProbe', 'readynessProbe'))),
  ).toThrow(/readynessProbe/)
})

test('the pod runs what the image holds: its arguments, its user, its port; its config is the one of the image', async () => {
  const { spec } = (await statefulSet('parley')).spec.template
  const [parley] = spec.containers
  expect(parley?.args).toEqual(JSON.parse(await instruction('CMD')))
  expect(`${spec.securityContext.runAsUser}:${spec.securityContext.runAsGroup}`).toBe(
    await instruction('USER'),
  )
  expect(parley?.ports).toEqual([{ name: 'http', containerPort: Number(await instruction('EXPOSE')) }])
  const map = (await manifests()).get('parley.yaml')?.find(({ kind }) => kind === 'ConfigMap')
  const config: unknown = parse(await read('deploy/config.yaml'))
  expect(map?.kind === 'ConfigMap' && parse(map.data['config.yaml'] ?? '')).toEqual(config)
})

test('probes ask what the HTTP adapter answers to anybody, and a pod that leaves has time for it', async () => {
  const { spec } = (await statefulSet('parley')).spec.template
  const [parley] = spec.containers
  // Alive is not ready: a pod that waits for Redis must not be killed for it.
  expect(parley?.startupProbe?.httpGet).toEqual({ path: '/health', port: 'http' })
  expect(parley?.livenessProbe.httpGet).toEqual({ path: '/health', port: 'http' })
  expect(parley?.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'http' })
  const pause = Number(parley?.lifecycle?.preStop.exec.command[1])
  // 10 s for running turns, 5 s for sends in flight (src/bot/house.ts, src/queue/port.ts), and as much again.
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(pause + 30)
})

test('what is mounted is there, what is selected has those labels, what is taken from the secret is in it', async () => {
  const all = await objects()
  const sets = all.filter((each) => each.kind === 'StatefulSet')
  expect(sets).toHaveLength(2)
  const secret = all.find((each) => each.kind === 'Secret')
  const given = secret?.kind === 'Secret' ? Object.keys(secret.stringData) : []
  for (const { metadata, spec } of sets) {
    const { labels } = spec.template.metadata
    expect(labels).toMatchObject(spec.selector.matchLabels)
    const names = [...spec.template.spec.volumes, ...spec.volumeClaimTemplates.map((claim) => claim.metadata)]
    for (const container of spec.template.spec.containers) {
      for (const mount of container.volumeMounts) expect(names.map(({ name }) => name)).toContain(mount.name)
      for (const { valueFrom } of container.env) expect(given).toContain(valueFrom.secretKeyRef.key)
    }
    const service = all.find((each) => each.kind === 'Service' && each.metadata.name === spec.serviceName)
    if (service?.kind !== 'Service') throw new Error(`${metadata.name} has no service`)
    expect(labels).toMatchObject(service.spec.selector)
    const ports = spec.template.spec.containers.flatMap(({ ports }) => ports)
    for (const { targetPort } of service.spec.ports)
      expect(ports.map(({ name }) => name)).toContain(targetPort)
    const policy = all.find((each) => each.kind === 'NetworkPolicy' && each.metadata.name === metadata.name)
    const chosen = policy?.kind === 'NetworkPolicy' ? policy.spec.podSelector.matchLabels : { app: 'none' }
    expect(labels).toMatchObject(chosen)
    expect(policy?.kind === 'NetworkPolicy' && policy.spec.ingress[0]?.ports[0]?.port).toBe(
      ports[0]?.containerPort,
    )
  }
  const variables = Array.from(
    (await read('deploy/config.yaml')).matchAll(/^[^#]*\$\{(\w+)/gm),
    ([, name]) => name,
  )
  expect(variables).toEqual(['REDIS_URL', 'PARLEY_API_KEY'])
  expect(given).toEqual(expect.arrayContaining(variables))
})

test('Claude’s commands reach neither the cluster nor the machine’s own address', async () => {
  const policy = (await objects()).find(
    (each) => each.kind === 'NetworkPolicy' && each.metadata.name === 'parley',
  )
  const blocks = policy?.kind === 'NetworkPolicy' ? policy.spec.egress.flatMap(({ to }) => to) : []
  const open = blocks.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock]))
  expect(open.map(({ cidr }) => cidr)).toEqual(['0.0.0.0/0', '::/0'])
  expect(open[0]?.except).toEqual(
    expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']),
  )
})

test('several nodes: the same pod as the one, on a shared volume and the queue’s Redis, asked by the verb, one gone at a time', async () => {
  const files = await manifests()
  const nodes = files.get('nodes.yaml') ?? []
  const deployment = nodes.find((each) => each.kind === 'Deployment')
  if (deployment?.kind !== 'Deployment') throw new Error('there is no Deployment')
  const { template, selector } = deployment.spec
  expect(template.metadata.labels).toMatchObject(selector.matchLabels)
  const budget = nodes.find((each) => each.kind === 'PodDisruptionBudget')
  expect(budget?.kind === 'PodDisruptionBudget' && budget.spec.selector).toEqual(selector)
  const claim = nodes.find((each) => each.kind === 'PersistentVolumeClaim')
  expect(claim?.kind === 'PersistentVolumeClaim' && claim.spec.accessModes).toEqual(['ReadWriteMany'])
  expect(template.spec.volumes[0]?.persistentVolumeClaim?.claimName).toBe(claim?.metadata.name)

  const alone = (await statefulSet('parley')).spec.template.spec
  const [one, node] = [alone.containers[0], template.spec.containers[0]]
  for (const key of ['image', 'args', 'envFrom', 'securityContext', 'volumeMounts'] as const)
    expect(node?.[key]).toEqual(one?.[key])
  expect(template.spec.securityContext).toEqual(alone.securityContext)
  // The Service sends nobody to a pod without the API.
  const service = files.get('parley.yaml')?.find((each) => each.kind === 'Service')
  expect(service?.kind === 'Service' && service.spec.selector).toEqual({ app: 'parley', part: 'api' })
  expect((await statefulSet('parley')).spec.template.metadata.labels).toEqual({ app: 'parley', part: 'api' })

  const words = node?.startupProbe?.exec?.command
  expect(words).toEqual([
    'node',
    '/opt/parley/src/cli/main.ts',
    'status',
    '--config',
    '/etc/parley/config.yaml',
  ])
  expect(node?.readinessProbe.exec?.command).toEqual(words)
  expect(node?.livenessProbe.exec?.command[2]).toBe(`${words?.join(' ')}; [ $? -ne 3 ]`)

  const map = nodes.find((each) => each.kind === 'ConfigMap')
  const file = join(await testDir('nodes-'), 'config.yaml')
  await writeFile(file, (map?.kind === 'ConfigMap' && map.data['config.yaml']) || '')
  const config = await loadConfig({ file, env: { REDIS_URL: 'redis://:word@redis:6379' }, cwd: '/' })
  expect(config).toMatchObject({ dataDir: '/data', roles: ['gateway', 'worker'], adapters: {} })
  expect(config.queue.url).toBe(config.store.url)
})
