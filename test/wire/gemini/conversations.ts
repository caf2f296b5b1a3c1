/** Requests of the Gemini API as its clients write them, each by what is special about it. */

const user = (text: string) => ({ role: 'user', parts: [{ text }] })
const png = 'iVBORw0KGgo='

export const conversations: Readonly<Record<string, object>> = {
  'a question': { contents: [user('Hello.')] },
  'a turn without a role, and one of no parts': { contents: [{ parts: [{ text: 'Hello.' }] }, { role: 'model' }] },
  'the old role of results': {
    contents: [
      user('Go.'),
      { role: 'model', parts: [{ functionCall: { name: 'go', args: {} } }] },
      { role: 'function', parts: [{ functionResponse: { name: 'go', response: { content: 'gone', took: 3 } } }] },
    ],
  },
  'one turn that is no list': { contents: user('Hello.') },
  'several system prompts': {
    systemInstruction: { role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
    contents: [user('Hello.')],
  },
  'a system prompt as text': { systemInstruction: 'Be brief.', contents: [user('Hello.')] },
  'a picture in the system prompt': {
    systemInstruction: { parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: png } }, { text: 'b' }] },
    contents: [user('Hello.')],
  },
  'everything in the configuration': {
    contents: [user('Hello.')],
    generationConfig: {
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: -0.2,
      maxOutputTokens: 2048,
      stopSequences: ['END', 'STOP'],
      candidateCount: 2,
      responseLogprobs: true,
      logprobs: 3,
      responseModalities: ['TEXT', 'IMAGE'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
      imageConfig: { aspectRatio: '16:9' },
      thinkingConfig: { thinkingBudget: 8192, includeThoughts: true },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/abc',
    labels: { team: 'a' },
    serviceTier: 'flex',
    store: false,
    somethingNew: { deep: [1, { two: null }] },
  },
  'an empty configuration': { contents: [], generationConfig: {}, tools: [], toolConfig: {} },
  'thinking found by the model itself': {
    contents: [user('Hello.')],
    generationConfig: { thinkingConfig: { thinkingBudget: -1, includeThoughts: false } },
  },
  'no thinking': { contents: [user('Hello.')], generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
  'a level of thinking': { contents: [user('Hello.')], generationConfig: { thinkingConfig: { thinkingLevel: 'low' } } },
  'a level that is not known': {
    contents: [user('Hello.')],
    generationConfig: { thinkingConfig: { thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED', newField: 1 } },
  },
  'tools of every kind': {
    contents: [user('Hello.')],
    tools: [
      {
        functionDeclarations: [
          {
            name: 'get_weather',
            description: 'The weather.',
            parameters: {
              type: 'OBJECT',
              properties: {
                city: { type: 'STRING', nullable: true, enum: ['Oslo', 'Rome'], minLength: '1' },
                days: { type: 'INTEGER', minimum: 1, maximum: 9 },
                places: { type: 'ARRAY', items: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }], nullable: true } },
              },
              required: ['city'],
              propertyOrdering: ['city', 'days'],
            },
            response: { type: 'STRING' },
            behavior: 'NON_BLOCKING',
          },
          { name: 'run', parametersJsonSchema: { type: 'object', properties: { a: { const: 1 } }, $defs: {} } },
          { name: 'stop' },
        ],
        googleSearch: { timeRangeFilter: { startTime: '2025-01-01T00:00:00Z' }, excludeDomains: ['a.com'] },
      },
      { codeExecution: {} },
      { urlContext: {}, fileSearch: { fileSearchStoreNames: ['s'] } },
      {},
    ],
    toolConfig: {
      functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['run', 'stop'] },
      retrievalConfig: { latLng: { latitude: 1, longitude: 2 } },
    },
  },
  'a schema of two styles': {
    contents: [user('Hello.')],
    tools: [
      { functionDeclarations: [{ name: 'a', parameters: { type: 'OBJECT', properties: { b: { type: 'string' } } } }] },
    ],
    toolConfig: { functionCallingConfig: { mode: 'any', allowedFunctionNames: ['a'] } },
  },
  'calls validated, arguments streamed': {
    contents: [user('Hello.')],
    toolConfig: { functionCallingConfig: { mode: 'VALIDATED', streamFunctionCallArguments: true } },
  },
  'an answer of a schema': {
    contents: [user('Hello.')],
    generationConfig: {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { n: { type: 'INTEGER', format: 'int32' } } },
    },
  },
  'an answer of a JSON Schema': {
    contents: [user('Hello.')],
    generationConfig: {
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', $defs: { a: {} } },
    },
  },
  'an answer in JSON': { contents: [user('Hello.')], generationConfig: { responseMimeType: 'application/json' } },
  'an answer out of a list': {
    contents: [user('Hello.')],
    generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a', 'b'] } },
  },
  'media of every kind': {
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'What is this?' },
          { inlineData: { mimeType: 'image/png', data: png, displayName: 'a.png' } },
          { inlineData: { mimeType: 'application/pdf', data: png } },
          { inlineData: { mimeType: 'audio/wav', data: png } },
          { fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/a.jpg' } },
          { fileData: { mimeType: 'video/mp4', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } },
          { fileData: { fileUri: 'https://www.youtube.com/watch?v=1' }, videoMetadata: { startOffset: '3s' } },
          {
            fileData: { mimeType: 'image/png', fileUri: 'gs://b/a.png' },
            mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' },
          },
        ],
      },
    ],
  },
  'parallel calls and their results': {
    contents: [
      user('Oslo and Rome?'),
      {
        role: 'model',
        parts: [
          { text: 'I look.', thought: true },
          { functionCall: { name: 'get_weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnMQ==' },
          { functionCall: { name: 'get_weather', args: { city: 'Rome' } } },
          { functionCall: { id: 'own-1', name: 'stop' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'get_weather', response: { output: 'Rain' } } },
          { functionResponse: { name: 'get_weather', response: { error: 'No such city' } } },
          { functionResponse: { id: 'own-1', name: 'stop', response: { result: { ok: true } }, scheduling: 'SILENT' } },
          {
            functionResponse: {
              id: 'own-2',
              name: 'shoot',
              response: { output: '', count: 2 },
              parts: [
                { inlineData: { mimeType: 'image/png', data: png } },
                { fileData: { mimeType: 'image/png', fileUri: 'gs://b/c.png', displayName: 'c' } },
              ],
            },
          },
        ],
      },
    ],
  },
  'signed text, signed thoughts, code that ran': {
    contents: [
      user('Sum?'),
      {
        role: 'model',
        parts: [
          { text: 'Adding.', thought: true, thoughtSignature: 'c2lnMg==' },
          { executableCode: { language: 'PYTHON', code: '1+1' }, thoughtSignature: 'c2lnMw==' },
          { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } },
          { toolCall: { id: 't', toolType: 'GOOGLE_SEARCH_WEB', args: {} } },
          { toolResponse: { id: 't', toolType: 'GOOGLE_SEARCH_WEB', response: {} } },
          { text: '2', thoughtSignature: 'c2lnNA==', partMetadata: { from: 'x' } },
          { text: '', thoughtSignature: 'c2lnNQ==' },
          { text: 'plain', thought: false },
          {},
        ],
      },
    ],
  },
  'snake case, in part': {
    system_instruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      {
        role: 'user',
        parts: [{ inline_data: { mime_type: 'image/png', data: png } }, { file_data: { file_uri: 'gs://a/b' } }],
      },
      { role: 'model', parts: [{ function_call: { name: 'a', args: { some_key: 1 } }, thought_signature: 'c2ln' }] },
      { role: 'user', parts: [{ function_response: { name: 'a', response: { output: 'b' } } }] },
    ],
    tools: [
      { function_declarations: [{ name: 'a', parameters_json_schema: { type: 'object' } }] },
      { google_search: { exclude_domains: ['b.com'] } },
      { url_context: {} },
    ],
    tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['a'] } },
    generation_config: {
      max_output_tokens: 5,
      thinkingConfig: { thinking_budget: 3, includeThoughts: true },
      top_k: 2,
    },
    safety_settings: [],
    cached_content: 'cachedContents/x',
  },
  'a request inside a question for its tokens': {
    generateContentRequest: { model: 'models/gemini-2.5-pro', contents: [user('Hello.')] },
  },
}
