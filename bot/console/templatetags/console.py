"""What the console's templates need beyond Django's own filters."""

from __future__ import annotations

import re
from typing import Mapping, Optional

from django import template

register = template.Library()

# Characters nobody sees that change how a text reads: zero-width ones, and those that turn its direction.
_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


@register.filter
def word(group: Mapping[str, str], name: Optional[str]) -> str:
    """The word for a code of the record; a code without a word is shown as it is, none as a dash."""
    return group.get(name, name) if name else "—"


@register.filter(is_safe=True)
def plainly(text: str) -> str:
    """With every character that cannot be seen as its number: `[U+202E]`."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
