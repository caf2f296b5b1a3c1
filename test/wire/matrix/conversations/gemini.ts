/** Requests of the Gemini API that its own tests do not have. */
import { shipping } from './schemas.ts'

export const gemini: Readonly<Record<string, Record<string, unknown>>> = {
  'calls and results that do not match': {
    contents: [
      { role: 'user', parts: [{ text: 'Go.' }] },
      {
        role: 'model',
        parts: [{ functionCall: { name: 'a', args: {} } }, { functionCall: { name: 'b', args: { x: 1 } } }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'b', response: { output: 'Second' } } }] },
      { role: 'model', parts: [{ text: 'Well.' }, { functionCall: { name: 'a', args: {} } }] },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'c', response: { output: 'Orphaned' } } }, { text: 'Go on.' }],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'a' }, { name: 'b', parametersJsonSchema: shipping }] }],
    toolConfig: { functionCallingConfig: { mode: 'NONE' } },
  },
  'a level of thinking, a service tier and a JSON Schema': {
    contents: [{ role: 'user', parts: [{ text: 'Ship it.' }] }],
    generationConfig: {
      thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true },
      responseMimeType: 'application/json',
      responseJsonSchema: shipping,
    },
    serviceTier: 'priority',
  },
  'the model speaks first, in two turns': {
    contents: [
      { role: 'model', parts: [{ text: 'How can ' }] },
      { role: 'model', parts: [{ text: 'I help?' }, { text: '' }] },
      { role: 'user', parts: [{ text: 'Hello' }] },
    ],
  },
}
