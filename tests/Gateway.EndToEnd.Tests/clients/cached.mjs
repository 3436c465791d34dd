// The official JavaScript client at a gateway that caches. Usage: node cached.mjs BASE_URL ADMIN_URL SCENARIO… — per scenario, what each of a few same
// questions was answered and how the cache was met: { result: { streamed: [{ cache, seen }], whole: […] } }; `streamed` was first asked as a stream.
import OpenAI from 'openai';
import { run, sameId } from './scenarios.mjs';

const [baseURL, adminURL, ...names] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'client-key', maxRetries: 0, timeout: 30_000, defaultHeaders: sameId });
const model = 'meta/llama-3.1-8b-instruct';
const messages = [{ role: 'user', content: 'Hello' }];
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } };
const usage = { stream_options: { include_usage: true } };

const chat = request => ({ api: client.chat.completions, request: { messages, ...request }, hasUsage: true, hasHelper: true });
const completion = request => ({ api: client.completions, request: { prompt: 'Once upon a time', ...request }, hasUsage: true });
const response = request => ({ api: client.responses, request: { input: 'Hello', ...request } });

async function whole({ api, request }) {
  const { data, response: { headers } } = await api.create(request).withResponse();
  return { cache: headers.get('x-gateway-cache'), seen: data };
}

async function stream({ api, request }, more = {}) {
  const { data, response: { headers } } = await api.create({ ...request, ...more, stream: true }).withResponse();
  const seen = [];
  for await (const event of data) seen.push(event);
  return { cache: headers.get('x-gateway-cache'), seen };
}

/** The client's own way to put a stream together. */
const helper = async ({ api, request }) => ({ cache: null, seen: await api.stream(request).finalChatCompletion() });

async function forget() {
  const { ok } = await fetch(new URL('/admin/cache', adminURL), { method: 'DELETE' });
  if (!ok) throw new Error('The cache was not emptied.');
}

async function ask(question) {
  const rest = async () => [...(question.hasUsage ? [await stream(question, usage)] : []), ...(question.hasHelper ? [await helper(question)] : [])];
  await forget();
  const streamed = [await stream(question), await stream(question), await whole(question), ...await rest()];
  await forget();
  return { streamed, whole: [await whole(question), await whole(question), await stream(question), ...await rest()] };
}

await run(names, {
  chat: () => ask(chat({ model })),
  'chat-two': () => ask(chat({ model, n: 2 })),
  reasoning: () => ask(chat({ model: 'sim/reasoning-5' })),
  escapes: () => ask(chat({ model: 'sim/escapes' })),
  length: () => ask(chat({ model, max_tokens: 3 })),
  tools: () => ask(chat({ model: 'sim/tools', tools: [weather] })),
  logprobs: () => ask(chat({ model: 'said/logprobs', logprobs: true, top_logprobs: 2 })),
  refusal: () => ask(chat({ model: 'said/refusal', logprobs: true })),
  completion: () => ask(completion({ model })),
  'completion-two': () => ask(completion({ model, n: 2 })),
  response: () => ask(response({ model })),
  'response-reasoning': () => ask(response({ model: 'sim/reasoning-5' })),
  'response-tools': () => ask(response({ model: 'sim/tools', tools: [{ type: 'function', ...weather.function }] })),
});
