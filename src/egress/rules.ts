/** Where walled processes may connect to, as the operator lists it. Pure. */
import { BlockList, isIP } from 'node:net'

/** `example.com`, `*.example.com` (whatever is below it), an address, each with a port or for 443 and 80. */
export const placeForm = /^(?:(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

export interface Place {
  /** In lower case; an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
}

/** Undefined: it is none. `text`: as in CONNECT, `host:port`. */
export function placeOf(text: string): Place | undefined {
  if (!URL.canParse(`http://${text}`)) return undefined
  const { hostname, port } = new URL(`http://${text}`)
  return { host: bare(hostname), port: port === '' ? 80 : Number(port) }
}

function bare(hostname: string): string {
  return hostname
    .replaceAll(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

const usualPorts = [443, 80]

/** `named`: this very host is listed. `below`: what it is below is. Undefined: it is not to be reached. */
export function allowed(list: readonly string[], { host, port }: Place): 'named' | 'below' | undefined {
  const fits = list.flatMap((entry): ('named' | 'below')[] => {
    const [, name = '', ports] = /^(.*?)(?::(\d+))?$/.exec(entry.replace(/^(\[.*\])/, '$1')) ?? []
    if (!(ports === undefined ? usualPorts : [Number(ports)]).includes(port)) return []
    if (name.startsWith('*.'))
      return host.endsWith(name.slice(1).toLowerCase()) && isIP(host) === 0 ? ['below'] : []
    return bare(name) === host ? ['named'] : []
  })
  return fits.includes('named') ? 'named' : fits[0]
}

/** This machine, and what clouds tell a machine about itself, keys among it. */
const local = blockList([
  '127.0.0.0/8',
  '0.0.0.0/8',
  '169.254.0.0/16',
  '::1/128',
  // With IPv4 in it, as old stacks write it.
  '::/96',
  'fe80::/10',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::/32',
  'fd20:ce::/32',
])
/** Networks of one's own, and what is no machine's. */
const inner = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '64:ff9b:1::/48',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
])

function blockList(nets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const net of nets) {
    const [address = '', bits = ''] = net.split('/')
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

/**
 * May what is allowed by name be at this address? Whoever owns a name says where it leads: to this machine none may, but
 * an address that is listed itself; into a network of one's own only a host that is listed itself.
 */
export function mayBeAt(address: string, how: 'named' | 'below', host: string): boolean {
  if (how === 'named' && host === address) return true
  return [address, ...translated(address)].every((each) => {
    const family = isIP(each) === 6 ? 'ipv6' : 'ipv4'
    return !local.check(each, family) && (how === 'named' || !inner.check(each, family))
  })
}

/** The IPv4 address that a network makes of this one on the way: by NAT64, where the last 32 bits are it, or by 6to4. */
function translated(address: string): readonly string[] {
  const url = `http://[${address}]`
  if (isIP(address) !== 6 || !URL.canParse(url)) return []
  const [front = [], back = []] = new URL(url).hostname
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''))
  const left = Array<string>(8 - front.length - back.length).fill('0')
  const groups = [...front, ...left, ...back].map((group) => parseInt(group, 16))
  if (groups[0] === 0x2002) return [dotted(groups.slice(1, 3))]
  return groups[0] === 0x64 && groups[1] === 0xff9b ? [dotted(groups.slice(6))] : []
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.')
}
