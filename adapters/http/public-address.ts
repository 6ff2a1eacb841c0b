/** Which addresses lie on the open internet. What a program names must not lead the bot into its own network. */
import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, type LookupFunction, isIP } from 'node:net'

/** Everything that IANA calls special: this machine, private nets, link-local (clouds' metadata), multicast, tests. */
const special = new BlockList()
const nets: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
]
for (const net of nets) special.addSubnet(...net)
const open = new BlockList()
open.addSubnet('2000::', 3, 'ipv6')
// Within that: Teredo and the like, documentation, 6to4 (which carries any IPv4 address).
special.addSubnet('2001::', 23, 'ipv6')
special.addSubnet('2001:db8::', 32, 'ipv6')
special.addSubnet('2002::', 16, 'ipv6')
special.addSubnet('3fff::', 20, 'ipv6')

/** `address`: a literal one, without brackets. */
function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !special.check(address, 'ipv4')
  return family === 6 && open.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

/** May a request go to this host of a URL, as far as it is an address itself? Names are looked at by {@link publicLookup}. */
export function mayAsk(host: string): boolean {
  const literal = host.replace(/^\[|\]$/g, '')
  return isIP(literal) === 0 || isPublic(literal)
}

/** Looks a name up for a connection, and fails where any of its addresses is not public: what was looked at is what is used. */
export const publicLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0)
    const [first] = found
    if (first === undefined || !found.every(({ address }) => isPublic(address)))
      return callback(new Error(`${host} leads into a private network`), '', 0)
    if (options.all === true) return callback(null, found)
    callback(null, first.address, first.family)
  })
}
