/** `parley key`: a secret for a program, and the hash of it that the config holds. Nothing is kept. */
import { createHash, randomBytes } from 'node:crypto'

const texts = {
  once: 'Give this to the program. It is not shown again, and not kept anywhere:',
  config: 'Put this into config.yaml, under `apiKeys` of the adapter that the program talks to:',
}

export function key(name: string): number {
  const secret = `pk_${randomBytes(32).toString('base64url')}`
  const hash = createHash('sha256').update(secret).digest('hex')
  process.stderr.write(`${texts.once}\n\n`)
  process.stdout.write(`${secret}\n`)
  process.stderr.write(`\n${texts.config}\n\n`)
  process.stdout.write(`${name}: { key: 'sha256:${hash}', scope: chat }\n`)
  return 0
}
