/** Look like the vendors' keys and are none. */
export const fakeKeys = {
  anthropic: 'sk-ant-api03-not-a-real-key-0000000000',
  openai: 'sk-proj-not-a-real-key-0000000000000000',
  google: 'AIzaNotARealKey000000000000000000000000',
} as const
