"""JSON from outside, read strictly: one object, in UTF-8, each key once, no numbers that JSON does not have."""

from __future__ import annotations

import json
from typing import Any, Dict, List, NoReturn, Tuple


class BadRequestError(ValueError):
    """The caller sent something we cannot take; the message is for the caller and repeats nothing of it."""


def _each_key_once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    shape = dict(pairs)
    if len(shape) != len(pairs):
        raise BadRequestError("a key appears twice in the JSON object")
    return shape


def _no_such_number(word: str) -> NoReturn:
    raise BadRequestError("the JSON has a number that is not one")


def read_object(body: bytes) -> Dict[str, Any]:
    """The JSON object in a request's body. Raises BadRequestError."""
    try:
        shape = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_each_key_once, parse_constant=_no_such_number)
    except BadRequestError:
        raise
    except UnicodeDecodeError as err:
        raise BadRequestError("the body is not UTF-8") from err
    except (ValueError, RecursionError) as err:  # RecursionError: nested thousands deep
        raise BadRequestError("the body is not JSON, or nested too deep") from err
    if not isinstance(shape, dict):
        raise BadRequestError("the body must be a JSON object")
    return shape
