// The official JavaScript client with a client key that may be limited. Usage: node keys.mjs BASE_URL KEY SCENARIO… (BASE_URL ends in /v1) — prints what openai.mjs prints.
import OpenAI, { AzureOpenAI } from 'openai';
import { run } from './scenarios.mjs';

const [baseURL, apiKey, ...names] = process.argv.slice(2);
const request = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const openAI = maxRetries => new OpenAI({ baseURL, apiKey, maxRetries, timeout: 30_000 });
const azure = maxRetries => new AzureOpenAI({ endpoint: new URL(baseURL).origin, apiKey, apiVersion: '2024-10-21', maxRetries, timeout: 30_000 });

/** What a client is told that does not try again. */
async function refused(client) {
  try {
    await client.chat.completions.create(request);
  } catch (error) {
    return { name: error.constructor.name, status: error.status, code: error.code, retryAfter: error.headers.get('retry-after'), remaining: error.headers.get('x-ratelimit-remaining-requests') };
  }
  return null;
}

const text = async client => (await client.chat.completions.create(request)).choices[0].message.content;

await run(names, {
  ask: () => text(openAI(0)),
  'ask-azure': () => text(azure(0)),
  'ask-stream': async () => {
    let all = '';
    for await (const chunk of await azure(0).chat.completions.create({ ...request, stream: true })) all += chunk.choices[0]?.delta.content ?? '';
    return all;
  },
  refused: () => refused(openAI(0)),
  'refused-azure': () => refused(azure(0)),
  patient: () => text(openAI(2)),
  'patient-azure': () => text(azure(2)),
});
