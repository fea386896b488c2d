"""What each package loads when it is imported, seen in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import List, Set

import pytest

from bot.settings import ROOT

# Every module of a package is imported. Models need Django set up first; which of its modules do that is no concern here.
LOOK = """
import importlib, json, sys
modules = json.loads(sys.argv[1])
if sys.argv[2]:
    import os
    os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]
    import django
    django.setup()
for module in modules:
    importlib.import_module(module)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def modules_of(package: str) -> List[str]:
    folder = ROOT / package.replace(".", "/")
    found = [path for path in sorted(folder.rglob("*.py")) if path.parent == folder or (path.parent / "__init__.py").exists()]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found]
    return [name.removesuffix(".__init__") for name in names]


def loaded_by(modules: List[str], state: Path, django_settings: str = "") -> Set[str]:
    """The top-level packages in memory after importing the modules."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, json.dumps(modules), django_settings],
        cwd=ROOT,
        env={"PATH": "", "RESIDENT_STATE": str(state)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("package", "django_settings"),
    [
        ("bot.gateway", "bot.gateway.settings"),
        ("bot.console", "bot.console.settings"),
        ("bot.conversations", "bot.conversations.settings"),
        ("bot.sandbox", "bot.sandbox.settings"),
        ("actions", "bot.conversations.settings"),
    ],
)
def test_what_serves_residents_staff_and_city_loads_neither_rasa_nor_tensorflow(package: str, django_settings: str, tmp_path: Path) -> None:
    modules = modules_of(package)
    assert len(modules) > 1
    assert not loaded_by(modules, tmp_path, django_settings) & {"rasa", "tensorflow"}


@pytest.mark.parametrize(
    "package",
    ["bot.language", "bot.knowledge", "bot.monitoring", "bot.open_data", "bot.running", "bot.sms", "bot.telegram", "bot.simulator"],
)
def test_what_both_sides_share_loads_neither_rasa_nor_django(package: str, tmp_path: Path) -> None:
    modules = modules_of(package)
    assert len(modules) > 1
    assert not loaded_by(modules, tmp_path) & {"rasa", "tensorflow", "django"}


def test_the_modules_beside_the_packages_load_neither_rasa_nor_django(tmp_path: Path) -> None:
    modules = [f"bot.{path.stem}" for path in sorted((ROOT / "bot").glob("*.py")) if path.stem != "__init__"]
    assert {"bot.settings", "bot.city", "bot.messages", "bot.secrets"} <= set(modules)
    assert not loaded_by(modules, tmp_path) & {"rasa", "rasa_sdk", "tensorflow", "django"}


def test_the_assistant_does_not_load_django(tmp_path: Path) -> None:
    modules = modules_of("bot.assistant")
    assert len(modules) > 1
    loaded = loaded_by(modules, tmp_path)
    assert "rasa" in loaded
    assert "django" not in loaded
