"""Every address of the console, as its list of addresses has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Optional

from django.urls import URLPattern, get_resolver, reverse

EXAMPLES = {"int": 1, "slug": "0" * 32, "string": "console.css", "uuid": "0" * 32, "path": "x"}


@dataclass(frozen=True)
class Route:
    name: str
    address: str
    view: Callable[..., Any]
    arguments: Dict[str, str]  # the parts of its address, and of which kind each is

    @property
    def ability(self) -> Optional[str]:
        found = getattr(self.view, "ability", None)
        return found.value if found else None

    @property
    def audited(self) -> bool:
        return hasattr(self.view, "audited")


def routes() -> List[Route]:
    found = list(_routes(get_resolver().url_patterns))
    assert len(found) > 10
    return found


def _routes(patterns: Any) -> Iterator[Route]:
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            yield from _routes(pattern.url_patterns)
            continue
        parts = {name: type(converter).__name__.removesuffix("Converter").lower() for name, converter in pattern.pattern.converters.items()}
        address = reverse(str(pattern.name), kwargs={name: EXAMPLES[kind] for name, kind in parts.items()})
        yield Route(str(pattern.name), address, pattern.callback, parts)
