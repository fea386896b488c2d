"""The words of a `where` or `having`, read one after the other, and pieces of statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, List, Tuple

from bot.sandbox.esri import EsriError, bad_query

LONGEST = 16_000  # signs
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign><>|!=|<=|>=|[=<>(),+*-]))""",
    re.VERBOSE,
)
END = ("end", "")


@dataclass(frozen=True)
class Sql:
    """A piece of a statement, its bound values, and what it yields: string, int, double, date, id, or bool."""

    text: str
    values: Tuple[Any, ...] = ()
    kind: str = "bool"


class Tokens:
    """What is left of a text. Raises EsriError, which names the parameter, when the text is not what is needed."""

    def __init__(self, text: str, parameter: str) -> None:
        self.parameter, self.at = parameter, 0
        self.tokens = self._split(text)

    def peek(self) -> Tuple[str, str]:
        """Kind (string, number, name, sign, end) and text of the next token."""
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self) -> Tuple[str, str]:
        """The next token, which is then read."""
        token = self.peek()
        if token == END:
            raise self.wrong()
        self.at += 1
        return token

    def word(self, word: str) -> bool:
        """Reads this word if it is next, in any case."""
        kind, text = self.peek()
        found = kind == "name" and text.upper() == word
        self.at += found
        return found

    def sign(self, sign: str) -> bool:
        """Reads this sign if it is next."""
        found = self.peek() == ("sign", sign)
        self.at += found
        return found

    def need(self, what: str) -> None:
        """Reads a word or a sign that must come next."""
        if not (self.word(what) or self.sign(what)):
            raise self.wrong()

    def wrong(self) -> EsriError:
        """The refusal of the whole parameter; like ArcGIS's it does not say where it is wrong."""
        return bad_query(f"'{self.parameter}' parameter is invalid")

    def _split(self, text: str) -> List[Tuple[str, str]]:
        tokens, at, text = [], 0, text.rstrip()
        if len(text) > LONGEST or "\0" in text:
            raise self.wrong()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or not found.lastgroup:
                raise self.wrong()
            tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        return tokens
