/** Request ids: UUIDv7, so that they sort by the time they were made. */
export const newId = (atMs: number): string => Bun.randomUUIDv7('hex', atMs)
