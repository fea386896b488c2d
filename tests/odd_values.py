"""Values nobody expects, for tests that send them to every door."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

_NUMBERS = ["-1", "9" * 30, "1e999", "NaN"]
_WORDS = ["", "\0", "\ud800", "\u202e", "../../etc/passwd", "/restart", "EXTERNAL: x", "%s{0}{{7*7}}", "a" * 5000]
TEXT = st.text(st.characters(), max_size=40) | st.sampled_from(_NUMBERS + _WORDS)
WRITABLE = TEXT.map(lambda text: text.encode("utf-8", "replace").decode())  # without halves of pairs, which a form cannot hold
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, whole: Any) -> Any:
    """A good shape, some of whose parts are gone or have become anything."""
    shape = copy.deepcopy(whole)
    for _ in range(draw(st.integers(0, 3))):
        here = shape
        while here:
            key = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            if isinstance(here[key], (dict, list)) and here[key] and draw(st.booleans()):
                here = here[key]
            elif isinstance(here, dict) and draw(st.integers(0, 3)) == 0:
                del here[key]
                break
            else:
                here[key] = draw(JSON)
                break
    return shape


def body_of(shape: Any) -> bytes:
    return json.dumps(shape).encode()
