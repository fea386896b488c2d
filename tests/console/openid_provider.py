"""An OpenID provider for tests, honest or not: it signs whatever it is told to, with joserfc."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "console", "the console's own secret"


class Provider:
    """`claims`: what tokens say of who signs in next; a value of None leaves a claim out. `algorithm`, `key`: how they are signed."""

    def __init__(self) -> None:
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.algorithm = "RS256"
        self.claims: Dict[str, Any] = {}
        self.metadata: Dict[str, Any] = {}
        self.down = False
        self.userinfo: Dict[str, Any] = {}
        self.asked: List[Dict[str, str]] = []  # authorization requests
        self.issuer = ""
        self._codes: Dict[str, Dict[str, str]] = {}

    def authorize(self, query: str) -> str:
        """Where somebody who signs in here is sent."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        self.asked.append(asked)
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: Dict[str, str], authorization: str) -> Optional[Dict[str, Any]]:
        asked = self._codes.pop(form["code"], None)
        challenge = _base64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or challenge != asked["code_challenge"] or authorization not in (f"Basic {basic}", f"Basic {plain}"):
            return None
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims}
        claims = {name: value for name, value in said.items() if value is not None}
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": self.signed(claims)}

    def signed(self, claims: Dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": "first"}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, self.key)
        signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        known_to_all = self.published.as_pem(private=False)  # what takes the algorithm from the token takes the public key for a shared one
        return f"{signed}.{_base64(hmac.digest(known_to_all, signed.encode(), 'sha256')) if self.algorithm == 'HS256' else ''}"


def _base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@contextmanager
def served(provider: Provider) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/.well-known/openid-configuration":
                places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
                found = {name: f"{provider.issuer}/{place}" for name, place in places.items()}
                every = ["RS256", "HS256", "none"]
                self._json({"issuer": provider.issuer, **found, "id_token_signing_alg_values_supported": every, **provider.metadata})
            elif address.path == "/userinfo":
                self._json(provider.userinfo if self.headers["Authorization"] == "Bearer x" else {})
            elif address.path == "/jwks":
                self._json({"keys": [provider.published.as_dict(private=False)]})
            else:
                self.send_response(302)
                self.send_header("Location", provider.authorize(address.query))
                self.end_headers()

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            found = provider.token({name: values[0] for name, values in form.items()}, self.headers.get("Authorization", ""))
            self._json(found or {"error": "invalid_grant"}, 200 if found else 400)

        def _json(self, body: Any, status: int = 200) -> None:
            self.send_response(503 if provider.down else status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *words: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
