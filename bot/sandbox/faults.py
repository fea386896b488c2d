"""The faults switched on at this moment, one per protocol. A restart switches them off."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Tuple

PROTOCOLS = ("open311", "waste", "arcgis", "represent", "hub", "open511", "snow", "weather", "transit", "billing")
FAULTS = ("none", "slow", "html500", "error200", "truncated", "empty", "429", "accept_then_hang", "short_pages", "stale", "quirks")
ONLY_FOR = {
    "accept_then_hang": "open311",  # the only protocol here that takes anything in
    "quirks": "open311",
    "short_pages": "arcgis",
    "stale": "transit",  # the only one that says how old it is
}
DEFAULT_SECONDS = 30.0
MOST_SECONDS = 600.0


class FaultError(ValueError):
    """A switch that cannot be made; the message says what is expected."""


@dataclass(frozen=True)
class Fault:
    """How one protocol misbehaves. `seconds`: how late `slow` and `accept_then_hang` answer, and the Retry-After of `429`."""

    fault: str = "none"
    seconds: float = DEFAULT_SECONDS


_current: Dict[str, Fault] = {}


def current(protocol: str) -> Fault:
    """The fault of a protocol."""
    return _current.get(protocol, Fault())


def shown() -> Dict[str, Mapping[str, Any]]:
    """All switches, as `GET /_faults` answers them."""
    return {protocol: vars(current(protocol)) for protocol in PROTOCOLS}


def switch(body: bytes) -> None:
    """Carries out `POST /_faults`. Raises FaultError."""
    protocol, fault = _read(body)
    _current[protocol] = fault


def _read(body: bytes) -> Tuple[str, Fault]:
    try:
        shape = json.loads(body)
    except ValueError:
        raise FaultError("The body must be JSON.") from None
    if not isinstance(shape, dict):
        raise FaultError('The body must be a JSON object such as {"protocol": "waste", "fault": "slow"}.')
    unknown = sorted(set(shape) - {"protocol", "fault", "seconds"})
    if unknown:
        raise FaultError("The body may hold protocol, fault and seconds, nothing else.")
    protocol, name = shape.get("protocol"), shape.get("fault")
    if protocol not in PROTOCOLS:
        raise FaultError(f"protocol must be one of {', '.join(PROTOCOLS)}.")
    if name not in FAULTS:
        raise FaultError(f"fault must be one of {', '.join(FAULTS)}.")
    if ONLY_FOR.get(name, protocol) != protocol:
        raise FaultError(f"{name} exists for {ONLY_FOR[name]} only.")
    return protocol, Fault(name, _seconds(shape.get("seconds")))


def _seconds(value: Optional[Any]) -> float:
    if value is None:
        return DEFAULT_SECONDS
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= MOST_SECONDS or math.isnan(value):
        raise FaultError(f"seconds must be a number above 0 and at most {MOST_SECONDS:.0f}.")
    return float(value)
