/** Preloaded by the runner: an afterAll in a test file, or in what it imports, would run before other files are done. */
import { afterAll } from 'bun:test'
import { removeFolders } from './folder.ts'

afterAll(removeFolders)
