// The official JavaScript client. Usage: node openai.mjs BASE_URL SCENARIO… — prints one JSON object, scenario → what the client saw.
import OpenAI from 'openai';
import { run, sameId } from './scenarios.mjs';

const [baseURL, ...names] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'client-key', maxRetries: 0, timeout: 30_000, defaultHeaders: sameId });
const model = 'meta/llama-3.1-8b-instruct';
const messages = [{ role: 'user', content: 'Hello' }];
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } };

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** A stream that is expected to break: what came before, and what was raised. */
async function untilItBreaks(request) {
  let text = '';
  try {
    for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) text += chunk.choices[0]?.delta.content ?? '';
  } catch (error) {
    return { text, raised: error.constructor.name, code: error.code ?? null, message: error.message };
  }
  return { text, raised: null };
}

await run(names, {
  chat: () => client.chat.completions.create({ model, messages }),
  stream: async () => collect(await client.chat.completions.create({ model, messages, stream: true })),
  'stream-usage': async () => collect(await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })),
  reasoning: async () => collect(await client.chat.completions.create({ model: 'sim/reasoning-5', messages, stream: true })),
  tools: () => client.chat.completions.create({ model: 'sim/tools', messages, tools: [weather] }),
  'tools-stream': async () => collect(await client.chat.completions.create({ model: 'sim/tools', messages, tools: [weather], stream: true })),
  'tools-helper': async () => client.chat.completions.stream({ model: 'sim/tools', messages, tools: [weather] }).finalChatCompletion(),
  completion: () => client.completions.create({ model, prompt: 'Once upon a time' }),
  'completion-stream': async () => collect(await client.completions.create({ model, prompt: 'Once upon a time', stream: true })),
  embeddings: () => client.embeddings.create({ model, input: ['one', 'two'] }),
  'embeddings-float': () => client.embeddings.create({ model, input: 'one', encoding_format: 'float', dimensions: 8 }),
  responses: () => client.responses.create({ model, input: 'Hello' }),
  'responses-stream': async () => collect(await client.responses.create({ model, input: 'Hello', stream: true })),
  models: async () => (await collect(client.models.list())).map(listed => listed.id),
  'model-with-slash': async () => (await client.models.retrieve(model)).id,
  'unknown-model': () => client.chat.completions.create({ model: 'no/such-model', messages }),
  'unknown-model-stream': () => client.chat.completions.create({ model: 'no/such-model', messages, stream: true }),
  'bad-request': () => client.chat.completions.create({ model, messages: [] }),
  'upstream-500': () => client.chat.completions.create({ model: 'sim/500', messages }),
  'no-text': async () => (await collect(await client.chat.completions.create({ model: 'sim/slow-first-token-1500', messages, stream: true })))
    .map(chunk => ({ text: chunk.choices[0]?.delta.content ?? '', role: chunk.choices[0]?.delta.role ?? null, finish: chunk.choices[0]?.finish_reason ?? null })),
  'keepalive-helper': async () => (await client.chat.completions.stream({ model: 'sim/slow-first-token-1500', messages }).finalChatCompletion()).choices[0],
  'keepalive-responses': async () => collect(await client.responses.create({ model: 'sim/slow-first-token-1500', input: 'Hello', stream: true })),
  'error-in-stream': () => untilItBreaks({ model: 'sim/error-after-5', messages }),
  'cut-stream': () => untilItBreaks({ model: 'sim/cut-after-5', messages }),
  'ended-stream': () => untilItBreaks({ model: 'sim/end-after-5', messages }),
  abort: async () => {
    const stream = await client.chat.completions.create({ model: 'sim/stall-after-3', messages, stream: true });
    let chunks = 0;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content && ++chunks === 3) stream.controller.abort();
    }
    return chunks;
  },
});
