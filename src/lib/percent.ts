/** Percent-encoding as callers write it, which is not always right. */

/** The decoded text; text that is not properly encoded stays as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray percent sign: it then stands for itself.
    return text
  }
}
