"""Sealing: text and photos that only the running system can read, and that is gone once its key is.

AES-256-GCM. Each conversation has a data key of its own, kept wrapped by the master key; destroying the wrapped key
disposes of the text in backups too. Every seal is bound to a context (what and whose it is), so that a row copied to
another place does not open there. Plain Python: the assistant seals its tracker rows with it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Union

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.secrets import secrets

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32

Sealed = Union[bytes, "memoryview[int]"]  # a binary column is one or the other, depending on the database


class SealError(ValueError):
    """A seal does not open: wrong key, wrong context or damaged. The message holds neither text nor key."""


def _seal(plain: bytes, key: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _unseal(sealed: Sealed, key: bytes, context: str) -> bytes:
    sealed = bytes(sealed)
    if sealed[:1] != _VERSION:
        raise SealError(f"not a seal of ours: {context.partition(':')[0]}")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError) as err:
        raise SealError(f"seal does not open: {context.partition(':')[0]}") from err


def _master_key() -> bytes:
    return _key_of(secrets().master_key, "MASTER_KEY")


def _key_of(text: str, variable: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SealError(f"{variable} must be {2 * _KEY_BYTES} hexadecimal digits")
    return key


def new_data_key(context: str) -> bytes:
    """A fresh data key, already wrapped by the master key. `context` names its owner, for example the conversation key."""
    return _seal(os.urandom(_KEY_BYTES), _master_key(), f"data key:{context}")


def open_data_key(wrapped: Sealed, context: str) -> bytes:
    """The data key itself (32 bytes). Raises SealError."""
    return _unseal(wrapped, _master_key(), f"data key:{context}")


def seal(text: str, data_key: bytes, context: str) -> bytes:
    """`text` sealed with an opened data key. `context` must be given again to open it."""
    return _seal(text.encode(), data_key, context)


def unseal(sealed: Sealed, data_key: bytes, context: str) -> str:
    """What `seal` sealed. Raises SealError."""
    return _unseal(sealed, data_key, context).decode()


def seal_bytes(content: bytes, data_key: bytes, context: str) -> bytes:
    """`content` sealed as `seal` does a text."""
    return _seal(content, data_key, context)


def unseal_bytes(sealed: Sealed, data_key: bytes, context: str) -> bytes:
    """What `seal_bytes` sealed. Raises SealError."""
    return _unseal(sealed, data_key, context)


def seal_with_master(text: str, context: str) -> bytes:
    """`text` sealed with the master key: for routes and tracker rows, which have no data key."""
    return _seal(text.encode(), _master_key(), context)


def unseal_with_master(sealed: Sealed, context: str) -> str:
    """What `seal_with_master` sealed. Raises SealError."""
    return _unseal(sealed, _master_key(), context).decode()


def lookup_digest(channel: str, address: str) -> str:
    """The column that finds a conversation by address without holding the address: HMAC-SHA256, 64 hexadecimal digits."""
    key = _key_of(secrets().lookup_key, "LOOKUP_KEY")
    return hmac.new(key, f"{channel}\0{address}".encode(), hashlib.sha256).hexdigest()
