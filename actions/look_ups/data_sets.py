"""Data sets in the catalogue of the city's open data: "do you have data on trees?"."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import AbstractSet, Iterator, List, Mapping, Optional, Tuple

from actions.base import Outcome, Turn, choice, payload
from actions.clients.hub import Found, Hub, hub_from_settings
from actions.clients.hub_shapes import DataSet
from actions.forms import SMALL_TALK, UNCLEAR
from actions.look_ups.base import LookUp, State
from actions.words import below, line, spoken_date
from bot.city import city
from bot.knowledge.store import knowledge
from bot.labels import ARTICLE, LOOK_UP, NEEDS
from bot.language.found import Reading
from bot.open_data.layers import Layer, catalogue
from bot.open_data.words import FILLER, Phrase, grammar, phrase, tokens_of
from bot.settings import settings
from bot.yaml_files import safe_load

MOST = 3
MOST_WORDS = 3  # that are looked for one by one
HOW_TO_ASK = "open_data_request"  # the article on asking the city for data


class DataSets(LookUp):
    """Leaves `words` in the state: what the data are to be about."""

    kind = "data_sets"
    backends = ("hub",)

    def __init__(self, hub: Optional[Hub] = None) -> None:
        self.hub = hub or hub_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if asked and turn.intent in (NEEDS | SMALL_TALK) - {LOOK_UP}:
            return False
        words = subject(turn.text, turn.language)
        if words:
            state["words"] = words
        return bool(words)

    def missing(self, state: State) -> bool:
        return "words" not in state

    async def ask(self, turn: Turn, state: State) -> None:
        if turn.slot("form_note") == UNCLEAR:
            turn.say("utter_answer_unclear")
        turn.say("utter_ask_data_sets_subject")

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.hub is None:
            raise ValueError("no catalogue is offered")
        words, found = await asyncio.to_thread(_search, self.hub, state["words"], turn.language)
        source = {"name": line("data_set_source", turn.language, city=city().name[turn.language]), "url": self.by_hand}
        if not found.data_sets:
            article = knowledge().article(HOW_TO_ASK)
            ask = [choice(article.title[turn.language], payload(ARTICLE, article=article.id))] if article else []
            turn.say("utter_data_sets_none", choices=ask, words=words, parts={"source": source})
            return Outcome.NOT_FOUND
        lines = [_told(one, turn.language) for one in found.data_sets]
        if found.total > len(lines):
            lines.append(line("more", turn.language, count=found.total - len(lines)))
        turn.say("utter_data_sets_found", words=words, lines=below(lines), parts={"source": source})
        return Outcome.OK


def subject(text: str, language: str) -> str:
    """What the data of a question are about, in its own words; empty when it does not say."""
    empty = {key for (key, *more), role in grammar()[language].items() if role == FILLER and not more} | _says_nothing()[language]
    return " ".join(token.text for token in tokens_of(Reading.of(text)) if token.key not in empty and token.text not in empty)[:200]


@lru_cache(maxsize=1)
def _says_nothing() -> Mapping[str, AbstractSet[str]]:
    with (settings().data_folder / "data_set_words.yml").open(encoding="utf-8") as file:
        return {language: frozenset(words.split()) for language, words in safe_load(file).items()}


def _search(hub: Hub, words: str, language: str) -> Tuple[str, Found]:
    """What was found, and for which of the resident's words: for all of them, else for one of them.

    A catalogue is written in one language: their words for data we know of are also looked for under the name those have there.
    """
    own = city().languages[0]
    names = [layer.title[own] for layer in catalogue().layers if _is_named(layer, phrase(words), language)]
    tries = [(words, words)]
    tries[len(tries) if language == own else 0 :] = [(words, name) for name in names]
    tries += [(word, word) for word in sorted(words.split(), key=len, reverse=True)[:MOST_WORDS] if word != words]
    for said, one in tries:
        found = hub.search(one, most=MOST)
        if found.data_sets:
            return said, found
    return words, Found(0, ())


def _is_named(layer: Layer, said: Phrase, language: str) -> bool:
    names = (*layer.row[language], layer.title[language], *layer.synonyms.get(language, ()))
    return any(said[at : at + len(name)] == name for name in map(phrase, names) for at in range(len(said)) if name)


def _told(one: DataSet, language: str) -> str:
    details = "; ".join(_details(one, language))
    return line("data_set", language, title=one.title, details=f" ({details})" if details else "", link=one.link)


def _details(one: DataSet, language: str) -> Iterator[str]:
    """Licence, formats and age, as far as the catalogue says."""
    formats: List[str] = list(one.formats)
    if one.licence:
        yield one.licence
    if formats:
        yield ", ".join(formats)
    if one.modified:
        yield line("data_set_updated", language, day=spoken_date(one.modified, language, year=True, weekday=False))
