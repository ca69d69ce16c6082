"""Calls with the token of a demo account, renewed before it ends."""

import json
import os
import urllib.request

import schemathesis

BASE = os.environ["MAILLAGE_BASE"]
ACCOUNT = os.environ["MAILLAGE_ACCOUNT"]
PASSWORD = "sept-herons-sur-la-passerelle"


@schemathesis.auth(refresh_interval=300)
class Account:
    def get(self, case, context):
        body = json.dumps({"email": ACCOUNT, "password": PASSWORD}).encode()
        request = urllib.request.Request(
            f"{BASE}/v1/sessions", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["access_token"]

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
