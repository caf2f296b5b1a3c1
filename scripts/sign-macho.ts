/**
 * Signs a thin 64-bit Mach-O file ad hoc, and checks such a signature, on any system.
 * Bun 1.4.5 leaves a stale signature in its darwin-x64 output, which macOS refuses to run.
 * Usage: sign-macho.ts [--check] FILE...
 *
 * Layout: Apple's `osfmt/kern/cs_blobs.h` and `EXTERNAL_HEADERS/mach-o/loader.h`. Load commands are little endian,
 * signature blobs big endian.
 */
import { createHash } from 'node:crypto'

const machHeaderBytes = 32
const magic64 = 0xfeedfacf
const segment64 = 0x19
const codeSignature = 0x1d

const superBlobMagic = 0xfade0cc0
const superBlobBytes = 20
const codeDirectoryMagic = 0xfade0c02
const codeDirectoryBytes = 88
const codeDirectoryVersion = 0x20400
const adHoc = 0x2
const sha256Type = 2
const sha256Bytes = 32
const pageBits = 12
const pageBytes = 1 << pageBits
const mainBinary = 1
/** Segments end on the largest page that macOS uses (arm64). */
const segmentAlignment = 0x4000

interface Segment {
  readonly at: number
  readonly fileOffset: number
  readonly fileBytes: number
}

interface Layout {
  readonly text: Segment
  readonly linkEdit: Segment
  /** Where the signature's load command is, and the offset and size it states. */
  readonly signature: { readonly at: number; readonly offset: number; readonly bytes: number }
}

export interface Verdict {
  readonly identifier: string
  readonly pages: number
  readonly badPages: number
  readonly isComplete: boolean
}

/** Answers the signed file; the given one is not changed. */
export function sign(file: Buffer, identifier: string): Buffer {
  const { text, linkEdit, signature } = readLayout(file)
  const limit = signature.offset
  const slots = Math.ceil(limit / pageBytes)
  const hashOffset = codeDirectoryBytes + identifier.length + 1
  const directoryBytes = hashOffset + slots * sha256Bytes
  const signatureBytes = alignUp(superBlobBytes + directoryBytes, 16)

  const signed = Buffer.alloc(limit + signatureBytes)
  file.copy(signed, 0, 0, limit)

  // The load commands are on the first page, so they must be final before it is hashed.
  const linkEditBytes = limit + signatureBytes - linkEdit.fileOffset
  signed.writeUInt32LE(signatureBytes, signature.at + 12)
  signed.writeBigUInt64LE(BigInt(alignUp(linkEditBytes, segmentAlignment)), linkEdit.at + 32)
  signed.writeBigUInt64LE(BigInt(linkEditBytes), linkEdit.at + 48)

  const superBlob = signed.subarray(limit)
  superBlob.writeUInt32BE(superBlobMagic, 0)
  superBlob.writeUInt32BE(superBlobBytes + directoryBytes, 4)
  superBlob.writeUInt32BE(1, 8)
  superBlob.writeUInt32BE(0, 12)
  superBlob.writeUInt32BE(superBlobBytes, 16)

  const directory = superBlob.subarray(superBlobBytes)
  directory.writeUInt32BE(codeDirectoryMagic, 0)
  directory.writeUInt32BE(directoryBytes, 4)
  directory.writeUInt32BE(codeDirectoryVersion, 8)
  directory.writeUInt32BE(adHoc, 12)
  directory.writeUInt32BE(hashOffset, 16)
  directory.writeUInt32BE(codeDirectoryBytes, 20)
  directory.writeUInt32BE(slots, 28)
  directory.writeUInt32BE(limit, 32)
  directory.writeUInt8(sha256Bytes, 36)
  directory.writeUInt8(sha256Type, 37)
  directory.writeUInt8(pageBits, 39)
  directory.writeBigUInt64BE(BigInt(text.fileOffset), 64)
  directory.writeBigUInt64BE(BigInt(text.fileBytes), 72)
  directory.writeBigUInt64BE(BigInt(mainBinary), 80)
  directory.write(identifier, codeDirectoryBytes, 'ascii')
  for (let slot = 0; slot < slots; slot++)
    pageHash(signed, slot, limit).copy(directory, hashOffset + slot * sha256Bytes)
  return signed
}

/** Recomputes each page's hash, as the kernel does when it maps the page. */
export function check(file: Buffer): Verdict {
  const { linkEdit, signature } = readLayout(file)
  const superBlob = file.subarray(signature.offset, signature.offset + signature.bytes)
  if (superBlob.readUInt32BE(0) !== superBlobMagic) throw new Error('the signature is not a super blob')
  const directory = findDirectory(superBlob)
  const hashOffset = directory.readUInt32BE(16)
  const identifierOffset = directory.readUInt32BE(20)
  const slots = directory.readUInt32BE(28)
  const limit = directory.readUInt32BE(32)
  if (directory.readUInt8(37) !== sha256Type || directory.readUInt8(39) !== pageBits) {
    throw new Error('the code directory is not of sha256 hashes of 4096-byte pages')
  }

  let badPages = 0
  for (let slot = 0; slot < slots; slot++) {
    const at = hashOffset + slot * sha256Bytes
    if (!pageHash(file, slot, limit).equals(directory.subarray(at, at + sha256Bytes))) badPages++
  }
  return {
    identifier: directory.toString('ascii', identifierOffset, directory.indexOf(0, identifierOffset)),
    pages: slots,
    badPages,
    isComplete:
      limit === signature.offset &&
      slots === Math.ceil(limit / pageBytes) &&
      signature.offset + signature.bytes === file.length &&
      linkEdit.fileOffset + linkEdit.fileBytes === file.length,
  }
}

export const isValid = (verdict: Verdict): boolean => verdict.isComplete && verdict.badPages === 0

function findDirectory(superBlob: Buffer): Buffer {
  const blobs = superBlob.readUInt32BE(8)
  for (let blob = 0; blob < blobs; blob++) {
    const offset = superBlob.readUInt32BE(16 + blob * 8)
    if (superBlob.readUInt32BE(offset) === codeDirectoryMagic) return superBlob.subarray(offset)
  }
  throw new Error('the signature has no code directory')
}

function pageHash(file: Buffer, slot: number, limit: number): Buffer {
  // The last page ends at the code limit, not at the page's end.
  const page = file.subarray(slot * pageBytes, Math.min((slot + 1) * pageBytes, limit))
  return createHash('sha256').update(page).digest()
}

function readLayout(file: Buffer): Layout {
  if (file.length < machHeaderBytes || file.readUInt32LE(0) !== magic64)
    throw new Error('not a thin 64-bit Mach-O file')
  const commands = file.readUInt32LE(16)
  const segments = new Map<string, Segment>()
  let signature: Layout['signature'] | undefined
  for (let index = 0, at = machHeaderBytes; index < commands; index++) {
    const command = file.readUInt32LE(at)
    if (command === segment64) segments.set(segmentName(file, at), readSegment(file, at))
    if (command === codeSignature)
      signature = { at, offset: file.readUInt32LE(at + 8), bytes: file.readUInt32LE(at + 12) }
    at += file.readUInt32LE(at + 4)
  }
  const text = segments.get('__TEXT')
  const linkEdit = segments.get('__LINKEDIT')
  if (!text || !linkEdit || !signature) throw new Error('no __TEXT, __LINKEDIT or signature command')
  return { text, linkEdit, signature }
}

function segmentName(file: Buffer, at: number): string {
  return file.toString('ascii', at + 8, at + 24).replace(/\0+$/, '')
}

function readSegment(file: Buffer, at: number): Segment {
  return {
    at,
    fileOffset: Number(file.readBigUInt64LE(at + 40)),
    fileBytes: Number(file.readBigUInt64LE(at + 48)),
  }
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment
}

if (import.meta.main) {
  const [first, ...rest] = process.argv.slice(2)
  const isCheck = first === '--check'
  for (const path of isCheck || first === undefined ? rest : [first, ...rest]) {
    const file = Buffer.from(await Bun.file(path).arrayBuffer())
    if (!isCheck) await Bun.write(path, sign(file, 'relayplane'))
    const verdict = check(isCheck ? file : Buffer.from(await Bun.file(path).arrayBuffer()))
    console.log(
      `${path}: ${verdict.identifier}, ${verdict.badPages} of ${verdict.pages} pages bad, ${isValid(verdict) ? 'valid' : 'INVALID'}`,
    )
    if (!isValid(verdict)) process.exitCode = 1
  }
}
