/** What a model's name says about what the API lets it do. */

/**
 * Anything but Gemini 3 and later (and the names that follow the latest): thinking by budget, no media inside a function's
 * result, built-in tools and functions not together, no signature demanded.
 */
export const isBeforeGemini3 = (model: string): boolean => !/(^|\/)gemini-([3-9]|\d\d|.*latest)/.test(model)

/** The first that fetch URLs themselves are Gemini 2.5 (ai.google.dev/gemini-api/docs/file-input-methods). */
export const fetchesUrls = (model: string): boolean => !/(^|\/)gemini-(1|2\.0)\b/.test(model)
