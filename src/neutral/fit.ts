/**
 * A request made to fit the model that is to answer it: what the model refuses is left out, what it limits is cut to the limit,
 * and each change is named. Pure; a request that already fits comes back as the same object.
 */
import type { Adjustment, Note } from './adjustment.ts'
import type { Capabilities } from './capability.ts'
import { AppError } from './error.ts'
import { fitMedia } from './fit-media.ts'
import { fitSampling } from './fit-sampling.ts'
import { fitThinking } from './fit-thinking.ts'
import { fitFormat, fitOptions, fitTools } from './fit-wishes.ts'
import type { NeutralRequest } from './request.ts'
import { estimateTokens, roughTokens } from './token-estimate.ts'

export interface FitOptions {
  /** The model is another dialect's than the caller's. */
  readonly isForeign: boolean
  /** Real input tokens to estimated ones, as learned for the model; 1 where nothing was learned. */
  readonly tokenRatio?: number
}

export interface Fitted {
  readonly request: NeutralRequest
  readonly adjustments: readonly Adjustment[]
  /** Why it can't be sent at all. */
  readonly refusal: AppError | null
  /** Input tokens by our own estimate, before anything learned. */
  readonly estimatedTokens: number
}

/** How far the estimate may be too high before a request is refused that would have fitted. */
const estimateSlack = 0.8

/** Where the answer's room is cut to what the prompt leaves: the estimate may be this much too low. */
const roomSlack = 1.1

/** Less room than this is no answer; the provider may judge. */
const leastRoom = 256

export function fitRequest(request: NeutralRequest, capabilities: Capabilities, options: FitOptions): Fitted {
  const adjustments: Adjustment[] = []
  const note: Note = (adjustment) => adjustments.push(adjustment)
  const read = fitMedia(request, capabilities, options.isForeign, note)
  const estimatedTokens = tokensIn(read, capabilities, options.tokenRatio ?? 1)
  const inputTokens = Math.ceil(estimatedTokens * (options.tokenRatio ?? 1))
  const tools = fitTools(read, capabilities, note)
  if (tools instanceof AppError) return { request: read, adjustments, refusal: tools, estimatedTokens }
  const sized = fitOutput(tools, capabilities, inputTokens, note)
  const thinking = fitThinking(sized, capabilities, options.isForeign, note)
  const sampled = fitSampling(thinking, capabilities, note)
  const fitted = fitOptions(fitFormat(sampled, capabilities, note), capabilities, note)
  return { request: fitted, adjustments, refusal: contextRefusal(inputTokens, capabilities), estimatedTokens }
}

/** A sample may be this much too low. */
const sampleSlack = 1.25

/** Counted whole only where the window comes near: that takes longer than all else that is done with a long conversation. */
function tokensIn(request: NeutralRequest, { contextTokens, maxInputTokens }: Capabilities, ratio: number): number {
  const rough = roughTokens(request)
  const limit = Math.min(contextTokens ?? Infinity, maxInputTokens ?? Infinity)
  const needed = rough * ratio * sampleSlack + (request.maxOutputTokens ?? 0)
  return needed < limit ? rough : estimateTokens(request)
}

function fitOutput(request: NeutralRequest, capabilities: Capabilities, inputTokens: number, note: Note) {
  const asked = request.maxOutputTokens
  if (asked === null) return request
  const { model, maxOutputTokens, contextTokens } = capabilities
  const room = contextTokens === null ? null : contextTokens - Math.ceil(inputTokens * roomSlack)
  const limit = Math.min(maxOutputTokens ?? asked, room === null || room < leastRoom ? asked : room)
  if (asked <= limit) return request
  const why = limit === maxOutputTokens ? `${model} writes no more` : `the prompt leaves no more of ${model}'s window`
  note({ field: 'max_tokens', did: 'changed', from: `${asked}`, to: `${limit}`, why })
  return { ...request, maxOutputTokens: limit }
}

function contextRefusal(inputTokens: number, capabilities: Capabilities): AppError | null {
  const { model, contextTokens, maxInputTokens } = capabilities
  const limit = Math.min(contextTokens ?? Infinity, maxInputTokens ?? Infinity)
  if (inputTokens * estimateSlack <= limit) return null
  // Agents look for these first words and the two numbers, and shorten the conversation by the difference.
  return new AppError(
    'context-exceeded',
    `prompt is too long: ${inputTokens} tokens > ${limit} maximum of ${model}, by an estimate. Shorten the conversation, or choose a model with a larger window.`,
  )
}
