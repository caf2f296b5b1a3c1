/** A sample for each row of `docs/wire/gemini.md`. */
import { plainBody } from '../sides.ts'
import { always, samplesOver, type Samples } from './sample.ts'

const ask = samplesOver(plainBody.gemini)
const png = 'iVBORw0KGgo='
const hello = { text: 'Hello' }
const user = (...parts: object[]) => ({ contents: [{ role: 'user', parts: [hello, ...parts] }] })
const turns = (said: object[], ...answered: object[]) => ({
  contents: [
    { role: 'user', parts: [hello] },
    { role: 'model', parts: said },
    { role: 'user', parts: [...answered, hello] },
  ],
})
const config = (over: object, value: string | null = null, without: object = {}) =>
  ask({ generationConfig: { ...without, ...over } }, value, { generationConfig: without })
const json = { responseMimeType: 'application/json' }
const openApi = { type: 'OBJECT', properties: { city: { type: 'STRING' } } }
const jsonSchema = { type: 'object', properties: { city: { type: 'string' } } }
const tool = (over: object = {}) => ({ tools: [{ functionDeclarations: [{ name: 'look', ...over }] }] })
const choose = (over: object, without: object = {}) =>
  ask({ toolConfig: { functionCallingConfig: { ...without, ...over } } }, null, {
    ...tool(),
    toolConfig: { functionCallingConfig: without },
  })
const hosted = (name: string, over: object = {}) => ask({ tools: [{ [name]: over }] })

const request: Samples = {
  model: always(ask({ model: 'models/m-2' })),
  contents: ask({ contents: [{ role: 'user', parts: [{ text: 'Bonjour' }] }] }),
  systemInstruction: ask({ systemInstruction: { parts: [{ text: 'Be brief.' }] } }),
  'systemInstruction.parts[]: media': ask({
    systemInstruction: { parts: [{ inlineData: { mimeType: 'image/png', data: png } }] },
  }),
  'generationConfig.temperature': config({ temperature: 0.25 }, '0.25'),
  'generationConfig.topP': config({ topP: 0.85 }, '0.85'),
  'generationConfig.topK': config({ topK: 41 }, '41'),
  'generationConfig.seed': config({ seed: 4242 }, '4242'),
  'generationConfig.presencePenalty': config({ presencePenalty: 0.35 }, '0.35'),
  'generationConfig.frequencyPenalty': config({ frequencyPenalty: 0.35 }, '0.35'),
  'generationConfig.maxOutputTokens': config({ maxOutputTokens: 1234 }, '1234'),
  'generationConfig.stopSequences': config({ stopSequences: ['HALT'] }, 'HALT'),
  'generationConfig.candidateCount': config({ candidateCount: 2 }),
  'generationConfig.responseLogprobs': config({ responseLogprobs: true }),
  'generationConfig.responseMimeType: application/json': config(json),
  'generationConfig.responseMimeType: text/x.enum': config({ responseMimeType: 'text/x.enum' }),
  'generationConfig.responseSchema': config({ responseSchema: openApi }, null, json),
  'generationConfig.responseJsonSchema': config({ responseJsonSchema: jsonSchema }, null, json),
  'generationConfig.thinkingConfig.thinkingBudget': config({ thinkingConfig: { thinkingBudget: 2000 } }),
  'generationConfig.thinkingConfig.thinkingLevel': config({ thinkingConfig: { thinkingLevel: 'LOW' } }),
  'generationConfig.thinkingConfig.includeThoughts': config(
    { thinkingConfig: { thinkingBudget: 2000, includeThoughts: true } },
    null,
    { thinkingConfig: { thinkingBudget: 2000 } },
  ),
  'generationConfig.responseModalities': config({ responseModalities: ['TEXT', 'IMAGE'] }),
  'generationConfig.speechConfig': config({ speechConfig: { languageCode: 'en-US' } }),
  'generationConfig.mediaResolution': config({ mediaResolution: 'MEDIA_RESOLUTION_LOW' }),
  'generationConfig.imageConfig': config({ imageConfig: { aspectRatio: '16:9' } }),
  safetySettings: ask({ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] }),
  cachedContent: ask({ cachedContent: 'cachedContents/abc' }),
  labels: ask({ labels: { team: 'a' } }),
  'serviceTier: flex': ask({ serviceTier: 'flex' }, 'flex'),
  'tools[].functionDeclarations[].name': ask(tool({ name: 'gaze' }), 'gaze', tool()),
  'tools[].functionDeclarations[].description': ask(tool({ description: 'Looks.' }), 'Looks.', tool()),
  'tools[].functionDeclarations[].parameters': ask(tool({ parameters: openApi }), null, tool()),
  'tools[].functionDeclarations[].parametersJsonSchema': ask(tool({ parametersJsonSchema: jsonSchema }), null, tool()),
  'tools[].functionDeclarations[].response': ask(tool({ response: { type: 'STRING' } }), null, tool()),
  'tools[].functionDeclarations[].behavior': ask(tool({ behavior: 'NON_BLOCKING' }), null, tool()),
  'tools[].googleSearch': hosted('googleSearch'),
  'tools[].googleSearch.excludeDomains': ask({ tools: [{ googleSearch: { excludeDomains: ['a.example'] } }] }, null, {
    tools: [{ googleSearch: {} }],
  }),
  'tools[].googleSearch.timeRangeFilter': ask(
    { tools: [{ googleSearch: { timeRangeFilter: { startTime: '2025-01-01T00:00:00Z' } } }] },
    null,
    { tools: [{ googleSearch: {} }] },
  ),
  'tools[].codeExecution': hosted('codeExecution'),
  'tools[].urlContext': hosted('urlContext'),
  'tools[].fileSearch': hosted('fileSearch'),
  'tools[].googleMaps': hosted('googleMaps'),
  'tools[].computerUse': hosted('computerUse'),
  'toolConfig.functionCallingConfig.mode': choose({ mode: 'ANY' }),
  'toolConfig.functionCallingConfig.allowedFunctionNames: one': choose(
    { allowedFunctionNames: ['look'] },
    { mode: 'ANY' },
  ),
  'toolConfig.functionCallingConfig.allowedFunctionNames: several': choose(
    { allowedFunctionNames: ['look', 'gaze'] },
    { mode: 'ANY' },
  ),
  'toolConfig.functionCallingConfig.streamFunctionCallArguments': choose(
    { streamFunctionCallArguments: true },
    { mode: 'AUTO' },
  ),
  'toolConfig.retrievalConfig': ask({ toolConfig: { retrievalConfig: { languageCode: 'en' } } }),
}

const inline = (mimeType: string) => ask(user({ inlineData: { mimeType, data: png } }), null, user())
const file = (fileUri: string, mimeType?: string) =>
  ask(user({ fileData: { ...(mimeType === undefined ? {} : { mimeType }), fileUri } }), null, user())
const picture = { inlineData: { mimeType: 'image/png', data: png } }
const call = { functionCall: { id: 'c1', name: 'look', args: { city: 'Oslo' } } }
const done = (response: object, over: object = {}) => ({
  functionResponse: { id: 'c1', name: 'look', response, ...over },
})
const rain = done({ output: 'Rain' })
const beside = (part: object) => ask(turns([part, hello]), null, turns([hello]))

const content: Samples = {
  text: ask(user({ text: 'Bonjour' }), 'Bonjour', user()),
  'text.partMetadata': ask(user({ text: 'Hi', partMetadata: { a: 1 } }), null, user({ text: 'Hi' })),
  'inlineData image': inline('image/png'),
  'inlineData application/pdf': inline('application/pdf'),
  'inlineData audio': inline('audio/wav'),
  'inlineData video': inline('video/mp4'),
  'fileData image url': file('https://a.example/i.png', 'image/png'),
  'fileData application/pdf url': file('https://a.example/a.pdf', 'application/pdf'),
  "fileData of Google's files": file('https://generativelanguage.googleapis.com/v1beta/files/x', 'image/png'),
  'fileData of YouTube': file('https://www.youtube.com/watch?v=1'),
  videoMetadata: ask(user({ ...picture, videoMetadata: { startOffset: '3s' } }), null, user(picture)),
  mediaResolution: ask(user({ ...picture, mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } }), null, user(picture)),
  thought: beside({ text: 'Hm.', thought: true }),
  functionCall: ask(turns([call], rain), null, turns([hello])),
  functionResponse: ask(turns([call], done({ output: 'Sun' })), null, turns([call], rain)),
  'functionResponse.response.error': ask(turns([call], done({ error: 'Rain' })), null, turns([call], rain)),
  'functionResponse.parts image': ask(
    turns([call], done({ output: 'Rain' }, { parts: [picture] })),
    png,
    turns([call], rain),
  ),
  'functionResponse.scheduling': ask(
    turns([call], done({ output: 'Rain' }, { scheduling: 'SILENT' })),
    null,
    turns([call], rain),
  ),
  executableCode: beside({ executableCode: { language: 'PYTHON', code: '1+1' } }),
  codeExecutionResult: beside({ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } }),
  toolCall: beside({ toolCall: { id: 't', toolType: 'GOOGLE_SEARCH_WEB' } }),
  toolResponse: beside({ toolResponse: { id: 't', toolType: 'GOOGLE_SEARCH_WEB' } }),
}

const candidate = (over: object, ...parts: object[]) => ({
  candidates: [{ content: { role: 'model', parts: [hello, ...parts] }, finishReason: 'STOP', index: 0, ...over }],
})
const tell = samplesOver({
  ...candidate({}),
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 7, totalTokenCount: 17 },
  modelVersion: 'gemini',
  responseId: 'r-1',
})
const grounding = {
  webSearchQueries: ['rain'],
  groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
}

const answer: Samples = {
  responseId: tell({ responseId: 'r-2' }, 'r-2'),
  modelVersion: tell({ modelVersion: 'gemini-2' }, 'gemini-2'),
  text: tell(candidate({}, { text: 'Bonjour' }), 'Bonjour'),
  thought: tell(candidate({}, { text: 'Hm.', thought: true })),
  functionCall: tell(candidate({}, call)),
  'inlineData audio': tell(candidate({}, { inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } })),
  executableCode: tell(candidate({}, { executableCode: { language: 'PYTHON', code: '1+1' } })),
  finishReason: tell(candidate({ finishReason: 'MAX_TOKENS' })),
  finishMessage: tell(
    candidate({ finishReason: 'SAFETY', finishMessage: 'Why' }),
    null,
    candidate({ finishReason: 'SAFETY' }),
  ),
  'groundingMetadata.groundingSupports': tell(
    candidate({
      groundingMetadata: {
        ...grounding,
        groundingSupports: [{ segment: { startIndex: 0, endIndex: 5, text: 'Hello' }, groundingChunkIndices: [0] }],
      },
    }),
    null,
    candidate({ groundingMetadata: grounding }),
  ),
  'groundingMetadata.searchEntryPoint': tell(
    candidate({ groundingMetadata: { ...grounding, searchEntryPoint: { renderedContent: '<div>' } } }),
    null,
    candidate({ groundingMetadata: grounding }),
  ),
  citationMetadata: tell(
    candidate({ citationMetadata: { citations: [{ startIndex: 0, endIndex: 5, uri: 'https://a.example' }] } }),
  ),
  safetyRatings: tell(candidate({ safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'LOW' }] })),
  logprobsResult: tell(candidate({ logprobsResult: { chosenCandidates: [] } })),
  urlContextMetadata: tell(candidate({ urlContextMetadata: { urlMetadata: [] } })),
  'candidates[1]': tell({ candidates: [...candidate({}).candidates, { ...candidate({}).candidates[0], index: 1 }] }),
  promptFeedback: tell({ promptFeedback: { safetyRatings: [] } }),
  usageMetadata: tell({ usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 8, totalTokenCount: 19 } }),
}

export const geminiRows = { Request: request, Content: content, Answer: answer }
