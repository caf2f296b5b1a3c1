/** Puts an entry at the end of a map that forgets its oldest: for what is worth remembering and no loss to forget. */
export function putNewest<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
