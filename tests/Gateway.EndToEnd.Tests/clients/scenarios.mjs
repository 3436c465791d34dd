// What both clients share: the runner, and the header that gives every answer of the simulator the same id.
export const sameId = { 'request-id': '11111111-2222-4333-8444-555555555555' };

/** Runs the named scenarios one after the other and prints what each returned or raised. */
export async function run(names, scenarios) {
  const seen = {};
  for (const name of names) {
    try {
      seen[name] = { result: await scenarios[name]() };
    } catch (error) {
      seen[name] = { error: { name: error.constructor.name, status: error.status ?? error.statusCode ?? null, code: error.code ?? error.data?.error?.code ?? null, type: error.type ?? error.data?.error?.type ?? null, message: error.message } };
    }
  }
  console.log(JSON.stringify(seen));
}
