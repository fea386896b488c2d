"""Whether the pages that articles name as their sources are still there. Asks the web: an editor's tool, never run by the assistant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import requests

from bot.knowledge.pages import TIMEOUT_S, asked
from bot.knowledge.schema import Article

AT_ONCE = 4  # pages asked for at the same time: a city's site is not to be hurried


@dataclass(frozen=True)
class Link:
    """One page, the articles that name it, and what is wrong with it; `trouble` is "" when all is well."""

    url: str
    articles: Tuple[str, ...]
    trouble: str


def check_links(articles: Sequence[Article]) -> List[Link]:
    """Every source page once, in alphabetical order."""
    named = by_page(articles)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        troubles = list(pool.map(_trouble, named))
    return [Link(url, ids, trouble) for (url, ids), trouble in zip(named.items(), troubles, strict=True)]


def by_page(articles: Sequence[Article]) -> Dict[str, Tuple[str, ...]]:
    """The ids of the articles that name each page, by its address, in alphabetical order."""
    named: Dict[str, Tuple[str, ...]] = {}
    for article in articles:
        named[article.source.url] = (*named.get(article.source.url, ()), article.id)
    return dict(sorted(named.items()))


def _trouble(url: str) -> str:
    try:
        with asked(url, {}) as (page, moved_to):
            fine = f"has moved to {moved_to}" if moved_to else ""
            return fine if page.status_code == requests.codes.ok else f"answers {page.status_code}"
    except requests.TooManyRedirects:
        return "redirects without end"
    except requests.Timeout:
        return f"does not answer within {TIMEOUT_S:.0f} s"
    except (requests.RequestException, ValueError) as err:  # ValueError: redirected to what is no address
        return f"cannot be reached ({type(err).__name__})"
