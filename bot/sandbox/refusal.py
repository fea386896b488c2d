"""Why the sandbox's Open311 says no."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple

from bot.sandbox.seeds import seed


class Refusal(Exception):
    """A request that is answered with GeoReport's error list.

    Args:
        status: HTTP status: 400 missing or malformed, 403 key, 404 unknown.
        reasons: names under `refusals` in `data/sandbox/services.yml`, each with the values its sentence needs.
    """

    def __init__(self, status: int, *reasons: Tuple[str, Mapping[str, Any]]) -> None:
        super().__init__(status)
        self.status = status
        self.reasons = reasons

    def sentences(self, language: str) -> List[str]:
        """The reasons, for people."""
        texts = seed("services")["refusals"]
        return [texts[name][language].format(**_in_language(values, language)) for name, values in self.reasons]


def refusal(status: int, reason: str, **values: Any) -> Refusal:
    """A refusal for one reason."""
    return Refusal(status, (reason, values))


def _in_language(values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    return {name: value[language] if isinstance(value, Mapping) else value for name, value in values.items()}
