"""Our client reads the server that Open North runs: `represent-boundaries` on SpatiaLite, filled with the sandbox's wards.

Debian's Python runs it, in an environment of its own: its sqlite3 may load SpatiaLite. `.ci/run` installs the libraries.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests

from actions.clients.errors import Failure
from actions.clients.represent import Represent
from actions.clients.wards import WardsError
from bot.sandbox.seeds import seed
from tests.running import ROOT, free_port, stop, wait_until_healthy

pytestmark = pytest.mark.interop
FOLDER = Path(__file__).parent / "represent"
SYSTEM_PYTHON = "/usr/bin/python3"
WARDS = "kitchener-wards"
TIMEOUT_S = 20


@pytest.fixture(scope="module")
def boundary_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    scratch = tmp_path_factory.mktemp("represent")
    python = scratch / "venv" / "bin" / "python"
    uv = shutil.which("uv") or ROOT / ".tools" / "uv" / "bin" / "uv"  # where scripts/setup.sh puts it
    subprocess.run([uv, "venv", "-q", "--python", SYSTEM_PYTHON, scratch / "venv"], check=True, timeout=120)
    subprocess.run([uv, "pip", "install", "-q", "--python", python, "-r", FOLDER / "requirements.txt"], check=True, timeout=300)
    environ = {
        **os.environ,
        "PYTHONPATH": str(FOLDER),
        "DJANGO_SETTINGS_MODULE": "represent_settings",
        "REPRESENT_DATABASE": str(scratch / "represent.sqlite3"),
    }
    subprocess.run([python, "-m", "django", "migrate", "--run-syncdb", "-v", "0"], env=environ, cwd=scratch, check=True, timeout=120)
    rows = json.dumps({"set": WARDS, "wards": seed("wards")["wards"]})
    subprocess.run([python, FOLDER / "load.py"], input=rows.encode(), env=environ, cwd=scratch, check=True, timeout=120)
    port, log = free_port(), scratch / "log"
    with log.open("ab") as output:
        command = [python, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, env=environ, cwd=scratch, stdout=output, stderr=output)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/boundary-sets/", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


@pytest.fixture(scope="module")
def represent(boundary_server: str) -> Represent:
    return Represent(boundary_server, wards=WARDS, council="nobody")


def test_the_ward_at_a_point_is_the_one_it_was_given(represent: Represent) -> None:
    inside = {ward["number"]: [sum(axis) / len(axis) for axis in zip(*ward["outline"], strict=True)] for ward in seed("wards")["wards"]}
    assert {number: represent.ward_at(latitude, longitude) for number, (longitude, latitude) in inside.items()} == {
        number: str(number) for number in range(1, 11)
    }
    assert represent.ward_at(44.0, -80.5) is None


def test_its_web_page_and_its_sentence_are_told_as_refusals(boundary_server: str, represent: Represent) -> None:
    with pytest.raises(WardsError) as unknown:
        Represent(boundary_server, wards="no-such-set", council="nobody").ward_at(43.45, -80.49)
    assert (unknown.value.failure, unknown.value.status) == (Failure.REFUSED, 404)
    with pytest.raises(WardsError) as no_people:  # representatives are another program's
        represent.council()
    assert (no_people.value.failure, no_people.value.status) == (Failure.REFUSED, 404)
    with pytest.raises(WardsError) as nowhere:
        represent.ward_at(float("inf"), 0)
    assert (nowhere.value.failure, nowhere.value.status) == (Failure.REFUSED, 400)


def shape_of(value: Any) -> Any:
    """Which fields an answer has, and of which types."""
    if isinstance(value, dict):
        return {name: shape_of(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape_of(part) for part in value[:1]]
    return type(value).__name__ if value is not None else "str"


@pytest.mark.parametrize(
    "path", ["boundary-sets/", f"boundaries/{WARDS}/?contains=43.4516,-80.4925", f"boundaries/{WARDS}/ward-3/shape", "boundaries/?limit=3"]
)
def test_the_sandbox_answers_in_the_same_shape(boundary_server: str, sandbox: str, path: str) -> None:
    theirs, ours = (requests.get(f"{base}/{path}", timeout=TIMEOUT_S).json() for base in (boundary_server, f"{sandbox}/represent"))
    assert shape_of(ours) == shape_of(_without_shapes_urls(theirs))


def _without_shapes_urls(answer: Dict[str, Any]) -> Dict[str, Any]:
    """Addresses of whole lists of shapes, which the sandbox does not offer."""
    if "meta" in answer:
        answer["meta"].pop("related", None)
    return answer


@pytest.mark.parametrize(
    "path",
    [
        f"boundaries/{WARDS}/ward-3/",  # its metadata is whatever the source had
        f"boundaries/{WARDS}/?contains=abc",
        f"boundaries/{WARDS}",
        "boundaries/?limit=x",
        "boundaries/?limit=0",
    ],
)
def test_the_sandbox_answers_with_the_same_status_type_and_fields(boundary_server: str, sandbox: str, path: str) -> None:
    theirs, ours = (requests.get(f"{base}/{path}", timeout=TIMEOUT_S) for base in (boundary_server, f"{sandbox}/represent"))
    assert ours.status_code == theirs.status_code
    kinds = [answer.headers["Content-Type"].split(";")[0] for answer in (theirs, ours)]
    assert kinds[0] == kinds[1]
    if kinds[0] == "application/json":
        assert set(theirs.json()) == set(ours.json())
    if kinds[0] == "text/plain":
        assert ours.text == theirs.text
