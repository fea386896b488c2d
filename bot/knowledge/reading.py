"""Reads a YAML file into plain values that remember their line.

Every scalar stays the text the editor typed (no dates, numbers or booleans: `no` is a word), and a key written twice is
a problem instead of silently replacing the first.
"""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import yaml

from bot.knowledge.problems import Problem
from bot.yaml_files import LOADER

Keys = Tuple[object, ...]


class Sheet:
    """The content of the file of that name. `value` is None when it is not YAML; `problems` says what was found wrong on the way."""

    def __init__(self, name: str, content: bytes) -> None:
        self.file = name
        self.problems: List[Problem] = []
        self._lines: Dict[Keys, int] = {}
        self.value: Any = None
        try:
            node = yaml.compose(content.decode("utf-8"), Loader=LOADER)
        except UnicodeDecodeError:
            self.problems.append(Problem(self.file, 1, "the file is not UTF-8 text"))
        except yaml.YAMLError as err:
            mark, why = getattr(err, "problem_mark", None), getattr(err, "problem", None) or "unreadable character"
            self.problems.append(Problem(self.file, mark.line + 1 if mark else 1, f"not valid YAML: {why}"))
        else:
            self.value = self._plain(node, ()) if node else None

    def line(self, *path: object) -> int:
        """The line of a value, or of the nearest thing around it that exists."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _plain(self, node: yaml.Node, path: Keys) -> Any:
        self._lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, index)) for index, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return node.value.strip()
        values: Dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                self.problems.append(Problem(self.file, key_node.start_mark.line + 1, f"'{key}' is written twice"))
            else:
                values[key] = self._plain(value_node, (*path, key))
        return values
