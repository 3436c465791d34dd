wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"meta/llama-3.1-8b-instruct","stream":true,"max_tokens":100,"ignore_eos":true,"messages":[{"role":"user","content":"Tell me a story."}]}'
