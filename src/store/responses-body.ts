/** A body as it lies on disk, and what is noted of it in its row: packed, and proved by its hash when it is read again. */
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib'
import { promisify } from 'node:util'
import type { StoredResponse } from './responses.ts'

const gzipApart = promisify(gzip)
const gunzipApart = promisify(gunzip)

/** Above these, bytes before packing, another thread does it: 0.1 ms of the main thread's time (measured), which a switch costs too. */
const packsApart = 32 * 1024
const unpacksApart = 512 * 1024

/** What an answer needs to be given again, besides the columns of its row. */
type Noted = Pick<StoredResponse, 'form' | 'asksUsage' | 'contentType' | 'servedModel' | 'usage' | 'finishReason'>

interface Facts extends Noted {
  readonly version: number
  /** Of the file. */
  readonly sha256: string
  /** Of the body, bytes. */
  readonly length: number
}

/** What was kept by a version that notes other things is not given again. */
const version = 1

export interface Packed {
  readonly bytes: Uint8Array
  readonly facts: string
}

export async function packBody({ body, ...response }: StoredResponse): Promise<Packed> {
  const bytes = body.length > packsApart ? await gzipApart(body) : gzipSync(body)
  const { form, asksUsage, contentType, servedModel, usage, finishReason } = response
  const facts: Facts = {
    version,
    form,
    asksUsage,
    contentType,
    servedModel,
    usage,
    finishReason,
    sha256: sha256(bytes),
    length: body.length,
  }
  return { bytes, facts: JSON.stringify(facts) }
}

export interface Unpacked extends Noted {
  readonly body: Uint8Array
}

/** @param file null: it is gone. @returns null where they are of another version, or do not belong together. */
export async function unpackBody(file: Uint8Array | null, text: string): Promise<Unpacked | null> {
  const facts = readFacts(text)
  if (file === null || facts === null || sha256(file) !== facts.sha256) return null
  const { form, asksUsage, contentType, servedModel, usage, finishReason } = facts
  const body = facts.length > unpacksApart ? await gunzipApart(file) : gunzipSync(file)
  return { body, form, asksUsage, contentType, servedModel, usage, finishReason }
}

/** Of our own making: the version says so. */
function readFacts(text: string): Facts | null {
  try {
    const facts = JSON.parse(text) as Facts
    return facts.version === version ? facts : null
  } catch {
    // Written by hand: then it is no answer of ours.
    return null
  }
}

const sha256 = (bytes: Uint8Array): string => new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
