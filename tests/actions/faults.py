"""How a city system misbehaves in the sandbox, and what its client makes of that."""

from __future__ import annotations

import pytest

from actions.clients.errors import Failure

FAULTS = [
    ("slow", Failure.UNREACHABLE),
    ("html500", Failure.UNREACHABLE),
    ("429", Failure.UNREACHABLE),
    ("error200", Failure.MALFORMED),
    ("truncated", Failure.MALFORMED),
]
EACH_FAULT = pytest.mark.parametrize(("name", "failure"), FAULTS)
EACH_FAULT_AND_NOTHING = pytest.mark.parametrize(("name", "failure"), [*FAULTS, ("empty", Failure.MALFORMED)])
