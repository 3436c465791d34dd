wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"meta/llama-3.1-8b-instruct","max_tokens":32,"temperature":0.7,"messages":[{"role":"system","content":"You are a helpful assistant that answers in one sentence."},{"role":"user","content":"What is the capital of France, and why is it known?"}]}'
