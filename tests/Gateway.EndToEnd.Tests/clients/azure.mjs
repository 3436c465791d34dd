// The official JavaScript client in its Azure mode. Usage: node azure.mjs BASE_URL SCENARIO… (BASE_URL ends in /v1, as for the others) — prints what openai.mjs prints.
import { AzureOpenAI } from 'openai';
import { run, sameId } from './scenarios.mjs';

const [baseURL, ...names] = process.argv.slice(2);
const endpoint = new URL(baseURL).origin;
const model = 'meta/llama-3.1-8b-instruct';
const options = { endpoint, apiKey: 'client-key', apiVersion: '2024-10-21', maxRetries: 0, timeout: 30_000, defaultHeaders: sameId };
const client = new AzureOpenAI({ ...options, deployment: model });
const byModel = new AzureOpenAI(options);
const messages = [{ role: 'user', content: 'Hello' }];

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

await run(names, {
  chat: () => client.chat.completions.create({ messages }),
  stream: async () => collect(await client.chat.completions.create({ model: 'whatever', messages, stream: true })),
  'stream-usage': async () => collect(await byModel.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })),
  completion: () => client.completions.create({ prompt: 'Once upon a time' }),
  'completion-stream': async () => collect(await byModel.completions.create({ model, prompt: 'Once upon a time', stream: true })),
  embeddings: () => byModel.embeddings.create({ model, input: ['one', 'two'] }),
  responses: () => byModel.responses.create({ model, input: 'Hello' }),
  'responses-stream': async () => collect(await byModel.responses.create({ model, input: 'Hello', stream: true })),
  models: async () => (await collect(byModel.models.list())).map(listed => listed.id),
  'unknown-model': () => byModel.chat.completions.create({ model: 'no/such-model', messages }),
});
