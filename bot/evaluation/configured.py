"""What `config.yml` says of a component of the pipeline."""

from __future__ import annotations

from functools import cache
from typing import Any, Mapping

from bot.settings import ROOT
from bot.yaml_files import safe_load


@cache
def configured(component: str) -> Mapping[str, Any]:
    """The options of the component whose class has this name."""
    pipeline = safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(row for row in pipeline if row["name"].rpartition(".")[2] == component)
