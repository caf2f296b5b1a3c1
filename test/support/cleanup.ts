/** Preloaded by the runner: an afterAll in a test file, or in what it imports, would run before other files are done. */
import { afterAll } from 'bun:test'
import { endChildren } from './children.ts'
import { removeFolders } from './folder.ts'

afterAll(() => {
  endChildren()
  removeFolders()
})
