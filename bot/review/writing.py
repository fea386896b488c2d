"""Adds one line to a YAML file that people wrote: as text, so that comments and the way it is written stay. Each function checks itself."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any, Iterator, List, Mapping, Optional, Tuple

import yaml

from bot.yaml_files import safe_load

_WIDTH = 140
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays a text


class WriteError(ValueError):
    """The line cannot be added without touching others; the message says why."""


def teachable(text: str) -> str:
    """A masked text as an example to learn from: one line, without brackets, which Rasa reads as markup."""
    return " ".join(re.sub(r"[\[\]{}]", "", text).split())


def with_question(content: str, article_id: str, language: str, question: str) -> str:
    """A file of articles with one more way of asking."""
    node = _compose(content)
    article = _article(node, article_id)
    questions = _get(_get(article, "questions"), language)
    added = _insert(content, _end(content, questions), f"{' ' * questions.start_mark.column}- {_scalar(question)}")
    wanted = loaded(content)
    next(row for row in wanted["articles"] if row["id"] == article_id)["questions"][language].append(question)
    return _checked(added, wanted)


def with_example(content: str, label: str, example: str) -> str:
    """A file of Rasa's training data with one more example: in the largest of the blocks of the label."""
    rows = _get(_compose(content), "nlu").value
    blocks = [number for number, row in enumerate(rows) if (_find(row, "intent") or row).value == label]
    if not blocks:
        raise WriteError(f"there are no examples of {label} in the file")
    number = max(blocks, key=lambda place: len(_get(rows[place], "examples").value))
    block = _get(rows[number], "examples")
    if block.style != "|":
        raise WriteError(f"the examples of {label} are not written below 'examples: |'")
    first = content.split("\n")[block.start_mark.line + 1]
    indent = len(first) - len(first.lstrip())
    last = _last_line(content, block, indent)
    wanted = loaded(content)
    before = wanted["nlu"][number]["examples"]
    wanted["nlu"][number]["examples"] = f"{before.rstrip()}\n- {example}{before[len(before.rstrip()) :]}"
    return _checked(_insert(content, last, f"{' ' * indent}- {example}"), wanted)


def with_texts(content: str, article_id: str, texts: Mapping[str, Any]) -> str:
    """A file of articles with other texts in one of them: `texts` has its fields, those with a text per language as a mapping."""
    article = _article(_compose(content), article_id)
    wanted = loaded(content)
    found = next(row for row in wanted["articles"] if row["id"] == article_id)
    for node, keys, text in sorted(_leaves(article, texts, ()), key=lambda leaf: -leaf[0].start_mark.index):
        place = found
        for key in keys[:-1]:
            place = place[key]
        if place[keys[-1]] == text:
            continue
        place[keys[-1]] = text
        begin = node.start_mark.index
        end = begin + len(content[begin : node.end_mark.index].rstrip())
        content = content[:begin] + _written(text, 2 * (len(keys) + 2)) + content[end:]
    return _checked(content, wanted)


def with_article(content: str, article: Mapping[str, Any]) -> str:
    """A file of articles with one more at its end."""
    wanted = loaded(content)
    wanted["articles"].append(loaded(yaml.safe_dump(dict(article), allow_unicode=True)))
    written = yaml.safe_dump([dict(article)], allow_unicode=True, sort_keys=False, width=120)
    return _checked(f"{content.rstrip()}\n{textwrap.indent(written, '  ')}", wanted)


def with_asked(content: str, key: str, language: str, question: str) -> str:
    """A file of questions with known labels (as in `tests/nlu/`) with one more."""
    node, wanted, line = _compose(content), loaded(content), f"  - {json.dumps(question, ensure_ascii=False)}"
    asked = _find(node, key)
    if asked is None:
        added = f"{content.rstrip()}\n{key}:\n  {language}:\n{line}\n"
    elif _find(asked, language) is None:
        added = _insert(content, _end(content, asked.value[-1][1]), f"  {language}:\n{line}")
    else:
        added = _insert(content, _end(content, _get(asked, language)), line)
    wanted.setdefault(key, {}).setdefault(language, []).append(question)
    return _checked(added, wanted)


def _article(node: Any, article_id: str) -> Any:
    article = next((row for row in _get(node, "articles").value if _get(row, "id").value == article_id), None)
    if article is None:
        raise WriteError(f"there is no article {article_id} in the file")
    return article


def _leaves(node: Any, texts: Mapping[str, Any], above: Tuple[str, ...]) -> Iterator[Tuple[Any, Tuple[str, ...], str]]:
    """Each text with its place: the node it takes the place of, and the names that lead there."""
    for name, text in texts.items():
        below = _get(node, name)
        if isinstance(text, Mapping):
            yield from _leaves(below, text, (*above, name))
        elif isinstance(below, yaml.ScalarNode):
            yield below, (*above, name), str(text)
        else:
            raise WriteError(f"'{name}' is not a text")


def _written(text: str, indent: int) -> str:
    """A text in YAML: folded over lines as people write it, where it comes back as it was; else in quotes."""
    lines = textwrap.wrap(text, _WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    folded = "\n".join([">-", *(" " * indent + line for line in lines)])
    return folded if len(lines) > 1 and loaded(folded) == text else _scalar(text)


def _compose(content: str) -> Any:
    return yaml.compose(content, Loader=_LOADER)


def loaded(content: str) -> Any:
    """The content of a YAML file, every scalar a text."""
    return yaml.load(content, Loader=_LOADER)  # noqa: S506 - as above


def _find(mapping: Any, key: str) -> Optional[Any]:
    return next((value for name, value in mapping.value if name.value == key), None)


def _get(mapping: Any, key: str) -> Any:
    found = _find(mapping, key)
    if found is None:
        raise WriteError(f"'{key}' is missing")
    return found


def _end(content: str, sequence: Any) -> int:
    """The number of the last line of a list that is written one item per line."""
    if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style or not sequence.value:
        raise WriteError("the list is not written one item per line")
    last = sequence.value[-1]
    folded = last.style in ("|", ">")
    return _last_line(content, last, sequence.start_mark.column + 1) if folded else int(last.end_mark.line)


def _last_line(content: str, block: Any, indent: int) -> int:
    """The number of the last line of a text below `|` or `>`; what follows it may be counted in its node."""
    lines = content.split("\n")[: block.end_mark.line + 1]
    below = range(block.start_mark.line + 1, len(lines))
    return max(place for place in below if lines[place].startswith(" " * indent) and lines[place].strip())


def _insert(content: str, after: int, line: str) -> str:
    lines: List[str] = content.split("\n")
    return "\n".join([*lines[: after + 1], line, *lines[after + 1 :]])


def _scalar(text: str) -> str:
    """The text as YAML takes it for a text: as it is, or in quotes."""
    for written in (text, json.dumps(text, ensure_ascii=False)):
        try:
            if safe_load(f"- {written}") == [text]:
                return written
        except yaml.YAMLError:
            continue
    raise WriteError("the text cannot be written in YAML")


def _checked(content: str, wanted: Any) -> str:
    """The content, when it says what is wanted and nothing else."""
    try:
        right = loaded(content) == wanted
    except yaml.YAMLError:
        right = False
    if not right:
        raise WriteError("the file is written in a way that a line cannot be added to by itself")
    return content
