"""The versions of the city's data, and which of them is live. Knows neither Rasa nor Django.

A version is a folder `<state folder>/versions/<number>/`: `data/` with everything the data folder has, `tests/` with the questions that go
with it, and `made_from`, the digest of the release it was made from. Its model is in the models folder under its fingerprint.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Iterator, Optional

from bot.assistant.training import CODE, CONFIG, DOMAIN, MAKERS
from bot.settings import RELEASE, ROOT, Settings, read_settings

_LIVE, _MADE_FROM = "live", "made_from"


def folder(config: Settings) -> Path:
    return config.state_folder / "versions"


def data(config: Settings, version: str) -> Path:
    """The data folder of a version."""
    return config.release_data if version == RELEASE else folder(config) / version / "data"


def live(config: Settings) -> str:
    """The number of the version that is to be live; RELEASE when none was ever, or a rollback went back that far."""
    try:
        return (folder(config) / _LIVE).read_text(encoding="ascii").strip() or RELEASE
    except FileNotFoundError:
        return RELEASE


def make_live(config: Settings, version: str) -> None:
    """Says which version is to be live. The parts that run change over by themselves under `resident up`."""
    folder(config).mkdir(parents=True, exist_ok=True)
    draft = folder(config) / f".{_LIVE}.new"
    draft.write_text(version, encoding="ascii")
    draft.replace(folder(config) / _LIVE)


def to_run(config: Settings) -> str:
    """The version that this process is to run: the one the settings name, else the one in force."""
    return config.version or in_force(config)


def in_force(config: Settings) -> str:
    """The live version where it fits what is installed, else RELEASE."""
    version = live(config)
    return version if fits(config, version) else RELEASE


def name(config: Settings, version: str) -> str:
    """What is noted with each answer of a version: its number; of a release, which one, for each installation is called "release"."""
    return f"{RELEASE}-{release_digest(config)[:8]}" if version == RELEASE else version


def fits(config: Settings, version: str) -> bool:
    """Whether a version was made from the release that is installed."""
    return version == RELEASE or made_from(config, version) == release_digest(config)


def made_from(config: Settings, version: str) -> Optional[str]:
    """The digest of the release a version was made from; None when it is not there, or was not finished."""
    try:
        return (folder(config) / version / _MADE_FROM).read_text(encoding="ascii")
    except FileNotFoundError:
        return None


def finish(config: Settings, version: str, release: str) -> None:
    """Marks a version's folder as whole."""
    (folder(config) / version / _MADE_FROM).write_text(release, encoding="ascii")


def release_digest(config: Settings) -> str:
    """64 hexadecimal digits that change when the release's data, domain, configuration or understanding does."""
    digest = hashlib.sha256()
    for path in _released(config.release_data):
        there = path.stat()
        digest.update(f"{path.name}\0{_content(path, there.st_mtime_ns, there.st_size)}\n".encode())
    digest.update(" ".join(installed(name) for name in MAKERS).encode())
    return digest.hexdigest()


@cache
def _content(path: Path, changed_ns: int, size: int) -> str:
    """The digest of a file as it was changed last: `resident up` asks every second whether its version still fits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def enter() -> None:
    """Gives this process, a part, the data of the version it is to run. Call it before anything reads the settings."""
    os.environ["RESIDENT_VERSION"] = to_run(read_settings(os.environ))


def _released(data: Path) -> Iterator[Path]:
    yield from (CONFIG, DOMAIN)
    for place in (data, *(ROOT / name for name in CODE)):
        yield from [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.suffix in (".yml", ".py"))
