/** Where a webhook may lead. */
import { expect, test } from 'vitest'
import { mayAsk } from '../../../adapters/http/public-address.ts'

const inside = `
  127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 198.18.0.1
  [::1] [::] [fe80::1] [fc00::1] [ff02::1] [::ffff:127.0.0.1] [::ffff:8.8.8.8] [64:ff9b::7f00:1] [2002:7f00:1::]
  [2001:db8::1]`

test.each(inside.trim().split(/\s+/))('%s is not on the open internet', (host) => {
  expect(mayAsk(host)).toBe(false)
})

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '[2606:4700::1111]', 'example.com'])(
  '%s may be asked',
  (host) => {
    expect(mayAsk(host)).toBe(true)
  },
)
