// The AI SDK with its OpenAI-compatible provider. Usage as openai.mjs.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, jsonSchema, streamText, tool } from 'ai';
import { run, sameId } from './scenarios.mjs';

const [baseURL, ...names] = process.argv.slice(2);
const provider = createOpenAICompatible({ name: 'gateway', baseURL, apiKey: 'client-key', headers: sameId });
const withUsage = createOpenAICompatible({ name: 'gateway', baseURL, apiKey: 'client-key', headers: sameId, includeUsage: true });
const model = 'meta/llama-3.1-8b-instruct';
const tools = { get_weather: tool({ inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }) }) };
const ask = (from, name, more = {}) => ({ model: from.chatModel(name), prompt: 'Hello', maxRetries: 0, ...more });

const summary = answer => ({
  text: answer.text, reasoning: answer.reasoningText ?? null, finish: answer.finishReason, usage: answer.usage, id: answer.response.id, model: answer.response.modelId,
  created: answer.response.timestamp, calls: answer.toolCalls.map(({ toolCallId, toolName, input }) => ({ toolCallId, toolName, input })),
});

/** Every part of a stream that a user can see, without headers and the client's own ids. */
async function parts(options) {
  const seen = [];
  for await (const part of streamText({ ...options, onError: () => {} }).fullStream) {
    const { type, text, toolName, input, delta, finishReason, usage, totalUsage, error } = part;
    seen.push({ type, text, toolName, input, delta, finishReason, usage, totalUsage, error: error && { name: error.name, message: error.message ?? String(error) } });
  }
  return seen;
}

await run(names, {
  chat: async () => summary(await generateText(ask(provider, model))),
  stream: () => parts(ask(provider, model)),
  'stream-usage': () => parts(ask(withUsage, model)),
  reasoning: () => parts(ask(provider, 'sim/reasoning-5')),
  tools: async () => summary(await generateText(ask(provider, 'sim/tools', { tools }))),
  'tools-stream': () => parts(ask(provider, 'sim/tools', { tools })),
  completion: async () => (await generateText({ model: provider.completionModel(model), prompt: 'Hello', maxRetries: 0 })).text,
  'completion-stream': () => parts({ model: provider.completionModel(model), prompt: 'Hello', maxRetries: 0 }),
  embeddings: async () => {
    const { embeddings, usage } = await embedMany({ model: provider.embeddingModel(model), values: ['one', 'two'], maxRetries: 0 });
    return { embeddings, usage };
  },
  'unknown-model': () => generateText(ask(provider, 'no/such-model')),
  'unknown-model-stream': () => parts(ask(provider, 'no/such-model')),
  'bad-request': () => generateText(ask(provider, model, { temperature: 99 })),
  'upstream-500': () => generateText(ask(provider, 'sim/500')),
  'no-text': () => parts(ask(provider, 'sim/slow-first-token-1500')),
  'error-in-stream': () => parts(ask(provider, 'sim/error-after-5')),
  'cut-stream': () => parts(ask(provider, 'sim/cut-after-5')),
  'ended-stream': () => parts(ask(provider, 'sim/end-after-5')),
  abort: async () => {
    const abort = new AbortController();
    let chunks = 0;
    const { fullStream } = streamText(ask(provider, 'sim/stall-after-3', { abortSignal: abort.signal, onError: () => {} }));
    for await (const part of fullStream) {
      if (part.type === 'text-delta' && ++chunks === 3) abort.abort();
    }
    return chunks;
  },
});
