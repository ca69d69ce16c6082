"""Receives webhooks and verifies them with the library that Standard Webhooks publishes on PyPI.

`receive.py PORT SECRET`: waits at 127.0.0.1:PORT, says what it received, and ends with the first
message that is what it claims to be.
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver(BaseHTTPRequestHandler):
    verified = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = Webhook(sys.argv[2]).verify(body, dict(self.headers))
        except WebhookVerificationError as refused:
            print(f"refused: {refused}", flush=True)
            self.send_response(401)
        else:
            print(f"verified: {event['type']}", flush=True)
            self.send_response(204)
            Receiver.verified = True
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing of each request."""


with HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver) as server:
    while not Receiver.verified:
        server.handle_request()
