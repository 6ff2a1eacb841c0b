/** The frames of the long connection: protobuf `pbbp2.Frame`, as much of protobuf as they need. */

/** `control` pings and pongs, `data` events and their answers. */
export const methods = { control: 0, data: 1 } as const

export interface Frame {
  readonly seq: number
  readonly log: number
  readonly service: number
  readonly method: number
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
}

const wire = { varint: 0, bytes: 2 } as const

export function encodeFrame({ seq, log, service, method, headers, payload }: Frame): Buffer {
  const pairs = Object.entries(headers).map(([key, value]) =>
    bytesField(5, Buffer.concat([bytesField(1, Buffer.from(key)), bytesField(2, Buffer.from(value))])),
  )
  return Buffer.concat([
    numberField(1, seq),
    numberField(2, log),
    numberField(3, service),
    numberField(4, method),
    ...pairs,
    bytesField(8, payload),
  ])
}

export function decodeFrame(data: Buffer): Frame {
  const fields = fieldsOf(data)
  const number = (field: number): number => Number(fields.find(([id]) => id === field)?.[1] ?? 0)
  const payload = fields.find(([id]) => id === 8)?.[1]
  const headers = fields.flatMap(([id, value]) => (id === 5 && Buffer.isBuffer(value) ? [pairIn(value)] : []))
  return {
    seq: number(1),
    log: number(2),
    service: number(3),
    method: number(4),
    headers: Object.fromEntries(headers),
    payload: Buffer.isBuffer(payload) ? payload : Buffer.alloc(0),
  }
}

function pairIn(data: Buffer): [string, string] {
  const fields = new Map(fieldsOf(data))
  return [String(fields.get(1) ?? ''), String(fields.get(2) ?? '')]
}

function fieldsOf(data: Buffer): [number, number | Buffer][] {
  const fields: [number, number | Buffer][] = []
  for (let at = 0; at < data.length;) {
    const [tag, afterTag] = varintAt(data, at)
    const [value, afterValue] = varintAt(data, afterTag)
    const type = tag & 7
    if (type !== wire.varint && type !== wire.bytes)
      throw new Error(`no field of wire type ${type} belongs here`)
    at = type === wire.bytes ? afterValue + value : afterValue
    fields.push([tag >> 3, type === wire.bytes ? data.subarray(afterValue, at) : value])
  }
  return fields
}

function varintAt(data: Buffer, start: number): [number, number] {
  let value = 0
  for (let at = start, factor = 1; at < data.length; at += 1, factor *= 128) {
    const byte = data[at] ?? 0
    value += (byte & 127) * factor
    if (byte < 128) return [value, at + 1]
  }
  throw new Error('a number has no end')
}

function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | wire.varint), varint(value)])
}

function bytesField(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | wire.bytes), varint(value.length), value])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}
