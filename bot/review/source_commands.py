"""`resident knowledge sources`: looks at the source pages of the articles, and says what an editor should look at."""

from __future__ import annotations

from typing import Any, List

from bot.running.tables import with_database
from bot.running.terminal import complain, say


def look() -> int:
    """Looks at every source page. Returns the exit code: 1, with a sentence, when nothing could be looked at."""
    return with_database(_look)


def _look() -> int:
    from bot.knowledge.links import by_page
    from bot.knowledge.problems import KnowledgeError
    from bot.knowledge.store import knowledge
    from bot.review import freshness, sources

    try:
        articles = knowledge().articles
    except KnowledgeError as err:
        complain(str(err))
        return 1
    named = by_page(articles)
    try:
        pages = sources.watch(list(named))
    except sources.NoNetworkError:
        complain("No source page could be reached: is there a network here? Nothing is taken for dead.")
        return 1
    changed = {row.article.id for row in freshness.standings(articles) if freshness.Reason.CHANGED in row.reasons}
    troubled = 0
    for page in sorted(pages, key=lambda page: page.url):
        unread = [name for name in named[page.url] if name in changed]
        lines = [f"{what}: {', '.join(named[page.url])}" for what in _troubles(page)]
        lines += [f"has changed: {', '.join(unread)}"] if unread else []
        for line in lines:
            say(f"{page.url} {line}")
        troubled += bool(lines)
    say(f"pages: {len(pages)}, to look at: {troubled}")
    return 0


def _troubles(page: Any) -> List[str]:
    from bot.review.sources import State, is_dead

    answers = f"answers {page.status}" if page.status else "does not answer"
    said = {
        State.THERE: "",
        State.RESTLESS: "reads otherwise at each look, so a change cannot be told",
        State.REFUSED: f"{answers}, so a change cannot be told",
        State.SILENT: f"{answers}{', for days' if is_dead(page) else ''}",
        State.GONE: f"is gone ({answers})",
    }
    return [what for what in (said[page.state], f"has moved to {page.moved_to}" if page.moved_to else "") if what]
