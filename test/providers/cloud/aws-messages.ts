/** AWS event stream messages written by hand, with a checksum of our own: the code under test is not asked. */

/** CRC-32 as in RFC 1952, bit by bit. */
export function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const textHeader = ([name, value]: readonly [string, string]): Buffer =>
  Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([7, value.length >> 8, value.length & 0xff]),
    Buffer.from(value),
  ])

export function message(
  headers: Readonly<Record<string, string>>,
  payload: string,
  otherHeaders = Buffer.alloc(0),
): Buffer {
  const headerBytes = Buffer.concat([...Object.entries(headers).map(textHeader), otherHeaders])
  const body = Buffer.from(payload)
  const lengths = Buffer.concat([uint32(16 + headerBytes.length + body.length), uint32(headerBytes.length)])
  const unsealed = Buffer.concat([lengths, uint32(checksum(lengths)), headerBytes, body])
  return Buffer.concat([unsealed, uint32(checksum(unsealed))])
}

export const event = (name: string, payload: unknown): Buffer =>
  message(
    { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify(payload),
  )

export const exception = (name: string, payload: unknown): Buffer =>
  message(
    { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' },
    JSON.stringify(payload),
  )

/** An event of the Messages API as InvokeModelWithResponseStream wraps it. */
export const chunk = (json: string): Buffer =>
  event('chunk', { bytes: Buffer.from(json).toString('base64'), p: 'abcd' })
