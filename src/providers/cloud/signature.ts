/** AWS Signature Version 4 of one request, over `aws4fetch`. */
import { AwsV4Signer } from 'aws4fetch'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
}

export interface Signable {
  readonly method: string
  readonly url: string
  readonly body: Uint8Array
}

/** Of an earlier signature, which was over another host. */
const ofSignatures = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'x-amz-user-agent']

/** Takes away what a caller signed or tried to sign. */
export function dropSignature(headers: Headers): void {
  for (const name of ofSignatures) headers.delete(name)
}

/**
 * Sets the headers that sign the request. Only the host and the time are signed beside the body: what lies between may
 * change any other header.
 * @param nowMs Unix ms. AWS refuses signatures that are five minutes off.
 */
export async function sign(
  headers: Headers,
  { method, url, body }: Signable,
  credentials: AwsCredentials,
  region: string,
  nowMs: number,
): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signer = new AwsV4Signer({
    method,
    url,
    body: body as Uint8Array<ArrayBuffer>,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
    service: 'bedrock',
    region,
    datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  })
  const signed = await signer.sign()
  new Headers(signed.headers).forEach((value, name) => headers.set(name, value))
}
