"""LiteLLM's proxy with a model that always says the same, for this machine only.

`mock` is the model and `exhausted` one that has had enough; `relay` and `limited` ask for them over a socket of the
proxy's own, so that the proxy translates between its protocols in earnest. `eye` is asked over a socket as well: it is a
server in this file that says whether it was shown a PNG, and counts its tokens the same each time. Prints one line, the address it listens on, once it is ready to answer. Ends when its standard
input closes, so that it does not outlive whoever started it.
"""

import base64
import contextlib
import http.server
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
SEEN = "I see a picture."
BLIND = "I see no picture."
USAGE = {"prompt_tokens": 1234, "completion_tokens": 56, "total_tokens": 1290}

# No price list is fetched, nothing is reported, and no proxy stands before this machine's own address.
os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False", NO_PROXY="*")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Eye(http.server.BaseHTTPRequestHandler):
    """A chat-completions server that nobody has to pay."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = SEEN if any(map(shows_a_png, asked["messages"])) else BLIND
        head = {"id": "c", "created": int(time.time()), "model": "eye"}
        if not asked.get("stream"):
            message = {"role": "assistant", "content": said}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            self.answer("application/json", json.dumps(head | {"object": "chat.completion", "choices": choices, "usage": USAGE}))
            return
        words = [word if at == 0 else " " + word for at, word in enumerate(said.split(" "))]
        deltas = [{"role": "assistant", "content": ""}, *({"content": word} for word in words)]
        chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        chunks.append({"choices": [], "usage": USAGE})
        events = [json.dumps(head | {"object": "chat.completion.chunk"} | chunk) for chunk in chunks]
        self.answer("text/event-stream", "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]))

    def answer(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def shows_a_png(message: dict) -> bool:
    parts = message.get("content")
    urls = [part["image_url"]["url"] for part in parts if part.get("type") == "image_url"] if isinstance(parts, list) else []
    png = "data:image/png;base64,"
    return any(url.startswith(png) and base64.b64decode(url[len(png):]).startswith(b"\x89PNG") for url in urls)


def open_eye() -> str:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Eye)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1"


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
            model("eye", model="custom_openai/eye", api_base=open_eye()),
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
