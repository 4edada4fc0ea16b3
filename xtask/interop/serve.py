"""LiteLLM's proxy with a model that always says the same, for this machine only.

`mock` is the model and `exhausted` one that has had enough; `relay` and `limited` ask for them over a socket of the
proxy's own, so that the proxy translates between its protocols in earnest. Prints one line, the address it listens on, once it is ready to answer. Ends when its standard
input closes, so that it does not outlive whoever started it.
"""

import contextlib
import json
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time
import urllib.request

KEY = "sk-interop"
SENTENCE = "A plank is a promise made of wood, 船 and 🦁."

# No price list is fetched, nothing is reported, and no proxy stands before this machine's own address.
os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False", NO_PROXY="*")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def configuration(address: str) -> dict:
    def model(name: str, **params: str) -> dict:
        return {"model_name": name, "litellm_params": {"api_key": KEY, **params}}

    return {
        "model_list": [
            model("mock", model="openai/mock", mock_response=SENTENCE),
            model("relay", model="custom_openai/mock", api_base=address + "/v1"),
            model("unreachable", model="custom_openai/mock", api_base="http://127.0.0.1:9/v1"),
            model("exhausted", model="openai/exhausted", mock_response="litellm.RateLimitError"),
            # A mock that fails is known to chat completions alone: asked for Responses the proxy stumbles over it itself.
            model("limited", model="custom_openai/exhausted", api_base=address + "/v1"),
        ],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
        "router_settings": {"disable_cooldowns": True},
    }


def is_alive(address: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(address + "/health/liveliness", timeout=5):
        return True
    return False


def main() -> None:
    # What the proxy prints is for its log; the one line is for whoever started it.
    told, sys.stdout = sys.stdout, sys.stderr
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    folder = pathlib.Path(tempfile.mkdtemp())
    config = folder / "config.json"
    # Letters as they are: two halves of one, as JSON escapes them, are not what YAML reads.
    config.write_text(json.dumps(configuration(address), ensure_ascii=False), encoding="utf-8")

    from litellm import run_server

    arguments = ["--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    threading.Thread(target=run_server.main, args=(arguments,), kwargs={"standalone_mode": False}, daemon=True).start()
    while not is_alive(address):
        time.sleep(0.2)
    print(address, file=told, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
