# The endpoint of the web_hook at @POINT@, for Kratos @VERSION@. Written by kratos-lint.
# Run it with Python 3.11 or newer: python3 hook.py
# Environment:
#@if api_key
#   WEBHOOK_KEY       required: the secret of the header X-Webhook-Key (auth.config.value of the hook)
#@end
#@if basic
#   WEBHOOK_USER      auth.config.user of the hook (default: kratos)
#   WEBHOOK_PASSWORD  required: auth.config.password of the hook
#@end
#   PORT              default: 8080
#@if keyed
# Calls at any path are accepted, since a proxy may change it: the secret says that Kratos calls.
#@end
#@if ignore
# Work waits in memory: what is left when the process is killed is lost. Keep it in a database if each call counts.
#@end
#@if none
# There is no authentication: everyone who reaches this port can call it. Keep it in a private network.
#@end
#@if basic
import base64
#@end
#@if keyed
import hmac
#@end
import json
import os
#@if ignore
import queue
#@end
import signal
#@if keyed
import sys
#@end
import threading
#@if ignore
import time
#@end
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
@TYPES@

#@if parse
def handle(call: HookRequest) -> tuple[int, object]:
    """Decides about one call. Raise if it cannot: nothing is remembered then, and Kratos calls again."""
    reason = ""  # Your code goes here: a reason refuses.
    if reason:
        text = {"id": 4000001, "text": reason, "type": "error"}
        return 400, {"messages": [{@POINTER_PY@"messages": [text]}]}
    # {} changes nothing.@CHANGE_HINT@
    return 200, {}
#@else
def handle(call: HookRequest) -> None:
    """Does the work of one call. Raise if it fails: nothing is remembered then."""
    pass  # Your code goes here.
#@end


METHOD = "@METHOD@"
LIMIT = 1 << 20  # bytes of a body
MEMORY = 10_000  # calls
#@if keyed


def secret(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"{name} is not set")
    return value


#@if api_key
EXPECTED = secret("WEBHOOK_KEY").encode()
#@else
PAIR = f"{os.environ.get('WEBHOOK_USER') or 'kratos'}:{secret('WEBHOOK_PASSWORD')}"
EXPECTED = b"Basic " + base64.b64encode(PAIR.encode())
#@end
#@end

@MEMORY_NOTE@
DONE: dict[str, tuple[int, object]] = {}
#@if ignore
#@else
RUNNING: set[str] = set()
#@end
LOCK = threading.Lock()


def remember(name: str, answer: tuple[int, object]) -> None:
    with LOCK:
        DONE[name] = answer
        while len(DONE) > MEMORY:
            del DONE[next(iter(DONE))]


#@if ignore
# Kratos gets its answer first, the work follows in order.
QUEUE: queue.Queue = queue.Queue(MEMORY)


def work() -> None:
    while True:
        name, call = QUEUE.get()
        for attempt in (1, 2, 3):
            if name and name in DONE:
                break
            try:
                handle(call)
                if name:
                    remember(name, (200, {}))
                break
            except Exception:
                print(f"attempt {attempt} of 3 failed:", traceback.format_exc(), flush=True)
                time.sleep(attempt * 0.5)
        QUEUE.task_done()


def reply(name: str, call: HookRequest) -> tuple[int, object]:
    try:
        QUEUE.put_nowait((name, call))
    except queue.Full:
        return 503, {}
    return 200, {}
#@else
def reply(name: str, call: HookRequest) -> tuple[int, object]:
    with LOCK:
        if name and name in DONE:
            return DONE[name]
        if name in RUNNING:
            return 503, {}  # The first attempt is still at work: Kratos comes again.
        if name:
            RUNNING.add(name)
    try:
#@if parse
        answer = handle(call)
#@else
        handle(call)
        answer = (200, {})
#@end
        if name:
            remember(name, answer)
        return answer
    except Exception:
        print(traceback.format_exc(), flush=True)
        return 500, {}
    finally:
        with LOCK:
            RUNNING.discard(name)
#@end


class Hook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 15  # seconds without a byte

    def read(self) -> tuple[bytes, bool]:
        """The body, and whether it is too large."""
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else 0
        text = self.rfile.read(min(size, LIMIT))
        rest = size - len(text)
        if "Transfer-Encoding" in self.headers or rest > 16 * LIMIT:
            self.close_connection = True  # What follows is not read.
            return b"", True
        while rest > 0 and (chunk := self.rfile.read(min(rest, 65_536))):
            rest -= len(chunk)
        return text, size > LIMIT

    def name(self, call: HookRequest) -> str:
        """What names the call: the same for each attempt of Kratos, another one for each submit."""
        name = self.headers.get("Ory-Webhook-Trigger-ID", "")
#@if by_identity
        if not name and call.get("identity_id"):
            return f"registration {call.get('identity_id')}"
#@end
        return name

    def answer(self) -> tuple[int, object]:
        if (self.command, self.path) == ("GET", "/healthz"):
            return 200, {}
        text, is_too_large = self.read()
#@if keyed
        # Compared in constant time; a header is read as latin-1, whatever its bytes mean.
        if not hmac.compare_digest(self.headers.get("@HEADER@", "").encode("latin-1"), EXPECTED):
            return 401, {}
#@end
        if self.command != METHOD:
            return 405, {}
        if is_too_large:
            return 413, {}
        try:
            # Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
            call = json.loads(text)
        except (ValueError, RecursionError):
            return 400, {}
        if not isinstance(call, dict):
            return 400, {}
        return reply(self.name(call), call)

    def serve(self) -> None:
        status, body = self.answer()
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve


def main() -> None:
    server = ThreadingHTTPServer(("", int(os.environ.get("PORT") or "8080")), Hook)
#@if ignore
    threading.Thread(target=work, daemon=True).start()
#@end
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
#@if ignore
    QUEUE.join()
#@end


if __name__ == "__main__":
    main()
