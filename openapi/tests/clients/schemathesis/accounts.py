"""Calls with the token of a demo account, renewed before it ends."""

import http.client
import json
import os
from urllib.parse import urlsplit

import schemathesis

SERVER = urlsplit(os.environ["MAILLAGE_BASE"]).netloc
ACCOUNT = os.environ["MAILLAGE_ACCOUNT"]
PASSWORD = "sept-herons-sur-la-passerelle"
# Another address of the loopback than the cases come from: what they try to log in with uses up the
# attempts that one address has, and this one has to go on.
OWN = ("127.0.0.2", 0)


@schemathesis.auth(refresh_interval=300)
class Account:
    def get(self, case, context):
        body = json.dumps({"email": ACCOUNT, "password": PASSWORD})
        server = http.client.HTTPConnection(SERVER, source_address=OWN)
        server.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})
        answer = server.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{ACCOUNT} cannot log in: {answer.status} {text!r}")
        return json.loads(text)["access_token"]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def pack(context, value):
    """Files of an office and lines: as they come, since no generator makes them."""
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


for kind in (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-ndjson",
    "text/markdown",
):
    schemathesis.serializer(kind)(pack)
