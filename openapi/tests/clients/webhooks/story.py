"""Webhooks, received over HTTP and verified by those who are not us.

Each message is verified by the libraries that Standard Webhooks publishes on PyPI and npm; the
asymmetric signature, which they do not know, by Node's own Ed25519. What was altered, is old, or was
signed for others must be refused by all of them.
"""

import json
import os
import subprocess
import time
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

BASE = os.environ["MAILLAGE_BASE"]
PASSWORD = "sept-herons-sur-la-passerelle"
# Longer than any message takes that is not lost.
PATIENCE = 60
told = 0


def step(what: str) -> None:
    global told
    told += 1
    print(f"{told}. {what}")


@dataclass(frozen=True)
class Message:
    headers: dict[str, str]
    body: str

    def but(self, **headers: str) -> "Message":
        """The same with other headers; `_` stands for `-`."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers=self.headers | changed)


received: Queue[Message] = Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        received.put(Message(headers, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing of each request."""


def by_pypi(message: Message, secret: str) -> bool:
    try:
        Webhook(secret).verify(message.body, message.headers)
    except WebhookVerificationError:
        return False
    return True


def by_node(message: Message, key: str) -> bool:
    given = json.dumps({"headers": message.headers, "body": message.body})
    done = subprocess.run(["node", "verify.js", key], input=given, text=True, capture_output=True)
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    return done.returncode == 0


def verified(message: Message, secret: str, public: str) -> bool:
    """What all of them say; they say the same."""
    said = {by_pypi(message, secret), by_node(message, secret), by_node(message, public)}
    assert len(said) == 1, (message, said)
    return said.pop()


@dataclass
class Caller:
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(BASE + path, data, sent, method=method), timeout=PATIENCE) as answer:
            said = answer.read()
            return json.loads(said) if said else None


def log_in(email: str) -> Caller:
    session = Caller("").ask("POST", "/v1/sessions", {"email": email, "password": PASSWORD})
    return Caller(session["access_token"])


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
Thread(target=server.serve_forever, daemon=True).start()
begun = time.monotonic()
administrator = log_in("administrator@cergy.demo.example")
director = log_in("director@cergy.demo.example")
terms = {"address": f"http://127.0.0.1:{server.server_port}/x", "name": "Receveur (démo)"}
made = administrator.ask("POST", "/v1/webhook-endpoints", terms)
secret, endpoint = made["signing_secret"], made["endpoint"]
path = f"/v1/webhook-endpoints/{endpoint['id']}"
public = endpoint["signers"][0]["public_key"]
assert secret.startswith("whsec_") and public.startswith("whpk_")
step("registers an endpoint")

administrator.ask("POST", f"{path}/tests")
message = received.get(timeout=PATIENCE)
assert json.loads(message.body)["type"] == "webhook.test"
assert verified(message, secret, public)
step(f"receives a message that all verify, {time.monotonic() - begun:.1f} s after the log-in")

altered = replace(message, body=message.body.replace("webhook.test", "webhook.text"))
stamp = int(message.headers["webhook-timestamp"])
for hostile in [
    altered,
    replace(message, body=message.body + " "),
    message.but(webhook_id="01935a3c-9c00-7de0-8de0-000000000001"),
    message.but(webhook_timestamp=str(stamp + 1)),
    message.but(webhook_signature="v1,AAAA v1a,AAAA"),
]:
    assert hostile != message and not verified(hostile, secret, public)
# Ten minutes old, and signed for that moment: only the libraries look at the clock.
assert not by_pypi(message.but(webhook_timestamp=str(stamp - 600)), secret)
assert not by_node(message.but(webhook_timestamp=str(stamp - 600)), secret)
step("refuses what was altered, moved or is old")

clause = {"id": "un", "title": "Un", "text": "Fictif.", "lock": "free", "clauses": []}
body = {"preamble": "Fictif.", "variables": [], "clauses": [clause]}
charter = {"title": "Charte des webhooks", "summary": "Fictif.", "tags": [], "body": body}
charter = director.ask("POST", "/v1/charters", charter)
director.ask(
    "POST", f"/v1/charters/{charter['id']}/publications", {"note": "Fictif."}, If_Match="*"
)
while True:
    message = received.get(timeout=PATIENCE)
    assert verified(message, secret, public)
    event = json.loads(message.body)
    if event["type"] == "resource.published" and event["data"]["subject"]["id"] == charter["id"]:
        break
assert "Charte des webhooks" not in message.body
assert director.ask("GET", event["data"]["subject"]["href"])["title"] == "Charte des webhooks"
step("is told what was published, and fetches it with its own rights")


def rotate(overlap: int) -> tuple[str, str]:
    asked = {"overlap_seconds": overlap}
    made = administrator.ask("POST", f"{path}/secrets", asked, If_Match="*")
    return made["signing_secret"], made["endpoint"]["signers"][0]["public_key"]


def tried() -> Message:
    administrator.ask("POST", f"{path}/tests")
    while True:
        message = received.get(timeout=PATIENCE)
        if json.loads(message.body)["type"] == "webhook.test":
            return message


newer = rotate(3600)
message = tried()
assert verified(message, secret, public) and verified(message, *newer)
step("verifies with the old secret and with the new one, while both sign")

newest = rotate(0)
message = tried()
assert verified(message, *newest)
assert not verified(message, secret, public) and not verified(message, *newer)
step("verifies with the newest only, once the others have ended")

log = administrator.ask("GET", f"{path}/deliveries?limit=100")["items"]
assert len(log) >= 4
for _ in range(PATIENCE * 10):
    if all(it["state"] == "delivered" for it in log):
        break
    time.sleep(0.1)
    log = administrator.ask("GET", f"{path}/deliveries?limit=100")["items"]
assert all(it["state"] == "delivered" and it["attempts"] == 1 for it in log), log
step("finds each delivery in the log, at its first attempt")

administrator.ask("DELETE", path, If_Match="*")
try:
    administrator.ask("GET", path)
    raise AssertionError("it is still there")
except HTTPError as gone:
    assert gone.code == 404
step("removes the endpoint")
