#!/bin/sh
# Prints the path of a uv that is new enough: the one on PATH, else one of our own in .tools/uv, made from PyPI with
# any python3 that has venv. Progress goes to standard error.
set -eu
cd "$(dirname "$0")/.."

minimum=0.7.22 # the oldest that was tried with uv.lock
wanted=0.13.9   # the one that wrote it

new_enough() { # new_enough VERSION
    printf '%s\n%s\n' "$minimum" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1 | grep -qx "$minimum"
}

version_of() { # version_of UV
    "$1" --version 2>/dev/null | sed -n 's/^uv \([0-9][0-9.]*\).*/\1/p'
}

for candidate in uv .tools/uv/bin/uv; do
    found=$(command -v "$candidate" || true)
    [ -n "$found" ] || continue
    version=$(version_of "$found")
    if [ -n "$version" ] && new_enough "$version"; then
        case $found in /*) echo "$found" ;; *) echo "$PWD/$found" ;; esac
        exit 0
    fi
done

# Every python3 on PATH is tried, not the first alone: a pyenv shim fails here while pyenv has no 3.10, which .python-version asks for.
without_venv=
IFS=:
for folder in $PATH; do
    python=$folder/python3
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null || continue
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Getting uv $wanted into .tools/uv" >&2
        rm -rf .tools/uv
        "$python" -m venv .tools/uv >&2
        .tools/uv/bin/pip install --quiet --disable-pip-version-check "uv==$wanted" >&2 || {
            rm -rf .tools/uv
            echo "uv could not be fetched from PyPI: the lines above say why. Or install uv yourself: https://docs.astral.sh/uv/" >&2
            exit 1
        }
        echo "$PWD/.tools/uv/bin/uv"
        exit 0
    fi
    without_venv=$python
done

if [ -n "$without_venv" ]; then
    echo "$without_venv has no venv module. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
else
    echo "python3 was not found. On Debian and Ubuntu: sudo apt-get install python3 python3-venv. On macOS: xcode-select --install" >&2
fi
exit 1
