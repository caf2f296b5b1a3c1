/**
 * English phrases by which a refusal and a hedge are told. Each is named by words of its own, so that a trace can say which one
 * it was without quoting the answer. `docs/cascade.md` says how seldom hedges are right.
 */

interface Phrase {
  readonly says: string
  readonly pattern: RegExp
}

const can = String.raw`\bI(?:'m| am)? ?(?:can't|cannot|can not|won't|will not|(?:not able|unable) to|(?:must|have to|need to)(?: \w+)? decline to)`
const adverb = String.raw`(?: (?:directly|really|actually|in good conscience))?`

/** Each has its object: an agent that says "I can't find the file" refuses nothing, nor does "I can't help but". */
const refusals: readonly Phrase[] = [
  {
    says: "I can't assist",
    pattern: new RegExp(String.raw`${can}${adverb} (?:assist|comply|fulfil|participate|engage)`, 'i'),
  },
  {
    says: "I can't help with",
    pattern: new RegExp(String.raw`${can}${adverb} help(?: (?:you|with|to|out|here)\b|\s*[.,;:!]|\s*$)`, 'i'),
  },
  {
    says: "I can't provide that",
    pattern: new RegExp(
      String.raw`${can}${adverb} (?:provide|offer|give|share|discuss|answer|support) (?:you )?(?:with )?(?:any |detailed |specific )?(?:that|this|instructions|guidance|assistance|information (?:on|about) how|(?:medical|legal|financial) advice)\b`,
      'i',
    ),
  },
  { says: 'I must decline', pattern: /\bI (?:must|have to|need to|(?:will|am going to) have to)(?: \w+)? decline\b/i },
  { says: "I'm not comfortable", pattern: /\bI(?:'m| am) not comfortable (?:\w+ing|with)\b/i },
  {
    says: "something I can't help with",
    pattern:
      /\bsomething (?:that )?I(?:'m| am)? ?(?:can't|cannot|won't|(?:not able|unable) to) (?:help|assist|do|provide|support)/i,
  },
  // Followed by "I": an AI engineer is somebody else.
  {
    says: 'as an AI, I',
    pattern:
      /\bas an (?:AI|artificial intelligence)(?: (?:language )?(?:model|assistant|system|chatbot))?(?: (?:developed|created|trained|made) by \w+)?, I\b/i,
  },
]

/** Seldom right, and wanted by name: `uncertainty` is none of the evidence. */
const hedges: readonly Phrase[] = [
  {
    says: "I'm not sure",
    pattern:
      /\bI(?:'m| am) (?:not (?:(?:entirely|completely|totally|really|quite|fully|very|100%) )?(?:sure|certain|confident)|unsure|uncertain)\b/i,
  },
  {
    says: "it's hard to say",
    pattern:
      /\b(?:it's|it is|that's|that is) (?:(?:very|really|quite) )?(?:hard|difficult|impossible) to (?:say|tell|know|be (?:sure|certain))\b/i,
  },
  {
    says: 'this is just a guess',
    pattern: /\b(?:(?:just|only|merely) an? (?:\w+ )?guess|my best guess|I(?:'m| am) (?:just |only )?guessing)\b/i,
  },
  {
    says: "I don't know",
    pattern: /\bI (?:don't|do not) (?:actually |really |honestly )?know\b(?! (?:if|whether) you\b)/i,
  },
  { says: 'I have no idea', pattern: /\bI have no (?:idea|clue)\b/i },
  { says: 'I may be wrong', pattern: /\bI (?:could|may|might) (?:well )?be (?:wrong|mistaken)\b/i },
  {
    says: "I can't be sure",
    pattern: /\bI (?:can't|cannot) (?:be (?:\w+ )?(?:sure|certain)|say for (?:sure|certain))\b/i,
  },
]

/** A refusal comes first; later in an answer the same words are about something else. */
const openingChars = 200

/** @returns Which phrase the text begins with, in our words. */
export const refusalIn = (text: string): string | null =>
  firstOf(refusals, plain(text.trimStart().slice(0, openingChars)))

/** @returns Which phrase stands in the text, in our words; code does not count. */
export const hedgeIn = (text: string): string | null => firstOf(hedges, plain(withoutCode(text)))

const firstOf = (phrases: readonly Phrase[], text: string): string | null =>
  phrases.find(({ pattern }) => pattern.test(text))?.says ?? null

/** Models write either apostrophe, and stress words. */
const plain = (text: string): string => text.replace(/[\u2018\u2019]/g, "'").replace(/[*_]/g, '')

/** A fence may be open at the end of what has come. */
const withoutCode = (text: string): string => text.replace(/```[\s\S]*?(?:```|$)/g, ' ').replace(/`[^`\n]*`/g, ' ')
