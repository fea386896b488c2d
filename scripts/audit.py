"""Which known advisories are about the packages we pin: Python's (uv.lock, asked of OSV) and npm's (asked of the npm registry).

Exit code 0: all of them were looked at, and nothing is known that `advisories.txt` does not answer. 1: something is. 2: not all could be
looked at. What was not looked at is never called fine. docs/decisions/dependencies.md says what to do then.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

ROOT = Path(__file__).resolve().parent.parent
ANSWERED = ROOT / "scripts" / "advisories.txt"  # `ID package: why it does not reach us`, a line each
NPM = ("bot/widget", "tests/interop/npm")
LIMIT_S = 120
Known = Optional[Dict[str, str]]  # what it is about, by id; None: nobody answered


def python_packages(service: List[str]) -> Known:
    uv = subprocess.run([ROOT / "scripts" / "uv.sh"], capture_output=True, text=True, timeout=LIMIT_S).stdout.strip()
    shape = _answer([uv, "audit", "--frozen", "--output-format", "json", "--preview-features", "audit-command", *service], ROOT)
    if shape is None or not shape.get("summary", {}).get("audited_packages"):
        return None
    return {row["id"]: f"{row['dependency']['name']} {row['dependency']['version']}: {row['summary']}" for row in shape["vulnerabilities"]}


def npm_packages(folder: Path, registry: List[str]) -> Known:
    shape = _answer(["npm", "audit", "--package-lock-only", "--json", "--fetch-retries=0", *registry], folder)
    if shape is None or not shape.get("metadata", {}).get("dependencies", {}).get("total"):
        return None
    rows = [row for found in shape["vulnerabilities"].values() for row in found["via"] if isinstance(row, dict)]
    return {row["url"].rpartition("/")[2]: f"{row['name']} {row['range']}: {row['title']}" for row in rows}


def _answer(command: List[str], folder: Path) -> Optional[Dict[str, dict]]:
    """The JSON that a program prints, whatever it thinks of it; None when it prints none."""
    environ = {**os.environ, "UV_HTTP_RETRIES": "0"}
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, env=environ)
        shape = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return shape if isinstance(shape, dict) else None


def answered() -> List[str]:
    rows = ANSWERED.read_text(encoding="utf-8").splitlines()
    return [row.split()[0] for row in rows if row.strip() and not row.startswith("#")]


def main() -> int:
    parser = argparse.ArgumentParser(description="Which known advisories are about the packages we pin.")
    parser.add_argument("--service-url", help="another service that answers as OSV does")
    parser.add_argument("--registry", help="another npm registry")
    given = parser.parse_args()
    looked = {"uv.lock": python_packages(["--service-url", given.service_url] if given.service_url else [])}
    for folder in NPM:
        looked[f"{folder}/package-lock.json"] = npm_packages(ROOT / folder, ["--registry", given.registry] if given.registry else [])
    code = 0
    for place, known in looked.items():
        if known is None:
            print(f"{place}: NOT LOOKED AT: the service that knows of advisories did not answer")
            code = code or 2
            continue
        new = {name: about for name, about in known.items() if name not in answered()}
        print(f"{place}: looked at; {len(new)} to answer, {len(known) - len(new)} answered in scripts/advisories.txt")
        for name, about in sorted(new.items()):
            print(f"  {name} {about}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
