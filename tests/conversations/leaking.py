"""`python -m tests.conversations.leaking MODULE`: starts a part as its `run()` does and, where it would serve, lets secrets slip.

Every way a process can write to its log is tried, each with a tag of its own, so that the log shows which ways were taken.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import logging
import os
import sys
import threading
import traceback
import warnings
from typing import Any, List, NoReturn

LOGGERS = (
    "bot.of.ours",
    "actions.of.ours",
    "uvicorn.error",
    "uvicorn.access",
    "sanic.root",
    "sanic.error",
    "rasa.core",
    "django.request",
    "urllib3",
    "some.library",
)
TAGS = [f"tag-logger-{name}" for name in LOGGERS] + [
    f"tag-{way}"
    for way in (
        "arguments dictionary misfit exception chained stack warning printed error-printed trace-printed thread callback task unraisable "
        "structlog uncaught"
    ).split()
]


def secrets() -> List[str]:
    """What must not be in the log; handed over in the environment, so that no line of source shows it."""
    return list(json.loads(os.environ["LEAKED"]))


class _Told:
    """Says a secret when it goes away, by failing."""

    def __del__(self) -> None:
        raise ValueError(_line("tag-unraisable"))


def _line(tag: str) -> str:
    return f"{tag} {' ; '.join(secrets())} ;"


def _fail(tag: str) -> NoReturn:
    raise ValueError(_line(tag), {"text": secrets()})


def leak(*_: Any, **__: Any) -> NoReturn:
    """Writes the secrets in every way there is, and ends with an error that nobody catches."""
    for name in LOGGERS:
        logging.getLogger(name).error("tag-logger-%s %s", name, _line("here"))
    log = logging.getLogger("some.library")
    log.error("tag-arguments %s and %r", _line("x"), secrets(), extra={"request": secrets()})
    log.error("tag-dictionary %(all)s", {"all": secrets()})
    log.error("tag-misfit %d", _line("x"))
    try:
        _fail("tag-exception")
    except ValueError as err:
        log.exception("failed with %s", err)
        log.error("a stack", stack_info=True)
        log.error("tag-stack", exc_info=err, stack_info=True)
        traceback.print_exc()
        try:
            raise RuntimeError(_line("tag-chained")) from err
        except RuntimeError:
            log.warning("chained", exc_info=True)
    warnings.warn(_line("tag-warning"), stacklevel=1)
    print(_line("tag-printed"))  # noqa: T201
    print(_line("tag-error-printed"), file=sys.stderr)  # noqa: T201
    sys.stderr.write("tag-trace-printed in pieces: ")
    for piece in secrets():
        sys.stderr.write(piece[:6])
        sys.stderr.write(piece[6:] + " ; ")
    sys.stderr.write("\n")
    thread = threading.Thread(target=_fail, args=("tag-thread",))
    thread.start()
    thread.join()
    threading.Thread(target=lambda: asyncio.run(_in_loop())).start()
    threading.Event().wait(1)
    told = _Told()
    del told
    gc.collect()
    import structlog

    structlog.get_logger("of.a.library").error("tag-structlog", text=_line("x"))
    _fail("tag-uncaught")


async def _in_loop() -> None:
    async def forgotten() -> None:
        _fail("tag-task")

    loop = asyncio.get_running_loop()
    loop.call_soon(_fail, "tag-callback")
    task = asyncio.ensure_future(forgotten())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()


def main(module: str) -> None:
    import sanic
    import uvicorn

    part = importlib.import_module(module)
    uvicorn.Server.run = leak
    uvicorn.run = leak
    sanic.Sanic.run = leak
    if module.endswith(".worker"):
        from bot.conversations import database

        database.setup()
        from bot.conversations.working import Worker

        Worker.__init__ = lambda self: None  # type: ignore[method-assign, assignment]
        Worker.run = leak  # type: ignore[method-assign]
    if module.endswith("assistant.server"):
        from pathlib import Path

        part.model_path = lambda: Path(__file__)
        part._agent = lambda model: None
        part._read_beside = lambda agent: None
    if module.endswith("sandbox.server"):
        part.run(ahead=False)
    part.run()


if __name__ == "__main__":
    main(sys.argv[1])
