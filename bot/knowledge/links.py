"""Whether the pages that articles name as their sources are still there. Asks the web: an editor's tool, never run by the assistant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import requests

from bot.knowledge.schema import Article

TIMEOUT_S = 15.0
AT_ONCE = 4  # pages asked for at the same time: a city's site is not to be hurried
AGENT = "resident-service-chatbot link check"
_MOVED_FOR_GOOD = (301, 308)


@dataclass(frozen=True)
class Link:
    """One page, the articles that name it, and what is wrong with it; `trouble` is "" when all is well."""

    url: str
    articles: Tuple[str, ...]
    trouble: str


def check_links(articles: Sequence[Article]) -> List[Link]:
    """Every source page once, in alphabetical order."""
    named: Dict[str, List[str]] = {}
    for article in articles:
        named.setdefault(article.source.url, []).append(article.id)
    urls = sorted(named)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        troubles = list(pool.map(_trouble, urls))
    return [Link(url, tuple(named[url]), trouble) for url, trouble in zip(urls, troubles, strict=True)]


def _trouble(url: str) -> str:
    try:
        with requests.get(url, headers={"User-Agent": AGENT}, timeout=TIMEOUT_S, stream=True) as page:  # stream: the text is not fetched
            if page.status_code != requests.codes.ok:
                return f"answers {page.status_code}"
            moved = [step for step in page.history if step.status_code in _MOVED_FOR_GOOD]
            return f"has moved to {page.url}" if moved else ""
    except requests.Timeout:
        return f"does not answer within {TIMEOUT_S:.0f} s"
    except requests.RequestException as err:
        return f"cannot be reached ({type(err).__name__})"
