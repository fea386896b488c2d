"""Codes of authenticator apps (RFC 6238), with what every app understands: SHA-1, six digits, a new one every 30 seconds."""

from __future__ import annotations

import hmac

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20  # as long as the digest, RFC 4226 section 4


def code_at(secret: bytes, step: int) -> str:
    """The code of a step of time since 1970."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
