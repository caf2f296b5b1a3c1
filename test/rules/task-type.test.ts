import { expect, test } from 'bun:test'
import { taskTypeOf } from '../../src/rules/task-type.ts'

test.each([
  [true, 100_000, 499, 'tool_use'],
  [true, 400, 900, 'generation'],
  [false, 10_001, 400, 'long_context'],
  [true, 10_001, 500, 'long_context'],
  [false, 499, 499, 'quick_task'],
  [false, 500, 1001, 'generation'],
  [false, 2001, 400, 'code_review'],
  [false, 1900, 1001, 'content_generation'],
  [false, 2000, 399, 'classification'],
  [false, 1000, 299, 'classification'],
  [false, 1000, 300, 'general'],
] as const)('tools %p, %i tokens in and %i out are %s', (hasTools, input, output, task) => {
  expect(taskTypeOf({ hasTools, input, output })).toBe(task)
})
