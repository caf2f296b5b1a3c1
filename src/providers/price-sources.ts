/**
 * Where our corrections of the public price table come from, and how they write a price. `checked` is part of every record
 * that a correction takes part in, so it never claims more than is known.
 */
import type { Kind, When } from './price-rates.ts'

/** Where a correction comes from. */
export interface Source {
  readonly page: string
  /**
   * ISO date on which the page is known to have said so: when it was read, by us or by the one whose dated reading is
   * named; for an undated copy the latest day that its content proves.
   */
  readonly checked: string
  readonly why: string
}

/** USD as written on the page: per million tokens, per thousand for `webSearch` and `request`. */
export type Usd = { readonly [K in Kind]?: string }

export interface DatedUsd {
  readonly when?: When
  readonly usd: Usd
  /** Prices of the whole request once its input is greater than `above`. */
  readonly over?: { readonly above: number; readonly usd: Usd }
}

export const modelsDev = (why: string): Source => ({
  page: 'https://models.dev (snapshot)',
  checked: '2026-07-02',
  why,
})

export const claudePrices = (why: string, checked = '2026-10-07'): Source => ({
  page: 'https://platform.claude.com/docs/en/about-claude/pricing',
  checked,
  why,
})

export const openaiPrices: Source = {
  page: 'https://developers.openai.com/api/docs/pricing',
  checked: '2026-09-13',
  why: 'The page has a table per tier; batch and flex are half of standard, cache reads and writes included.',
}

/** 6.1's page and the price list, as checked on the day given; 6.2's own page, undated, has the same prices. */
export const gpt6SolPage = (why: string): Source => ({
  page: 'https://developers.openai.com/api/docs/models/gpt-6.1-sol',
  checked: '2026-10-01',
  why,
})

export const geminiPrices = (why: string): Source => ({
  page: 'https://ai.google.dev/gemini-api/docs/pricing',
  checked: '2026-09-20',
  why,
})
