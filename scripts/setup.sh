#!/bin/sh
# Makes .venv what uv.lock says, with CPython 3.10. Quiet when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."

uv=$(scripts/uv.sh)
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH
export UV_PROJECT_ENVIRONMENT=.venv

is_310() { # is_310 PYTHON
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null
}

python310() { # prints the path of a CPython 3.10, or fails
    for found in "$("$uv" python find --no-project --no-python-downloads --system 'cpython==3.10.*' 2>/dev/null || true)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10; do
        if is_310 "$found"; then
            echo "$found"
            return
        fi
    done
    echo "There is no Python 3.10 here: asking uv to fetch one" >&2
    if "$uv" python install --no-bin 3.10 >&2; then
        "$uv" python find --no-project --managed-python 'cpython==3.10.*'
    else
        return 1
    fi
}

if ! { [ -x .venv/bin/resident ] && is_310 .venv/bin/python; }; then
    python=$(python310) || {
        cat >&2 <<'TEXT'

Python 3.10 is needed and could not be found or fetched (Rasa 3.6 runs on no newer one). Any one of these gives you one:
  anywhere, when GitHub can be reached:   uv python install 3.10
  Ubuntu 22.04:                           sudo apt-get install python3.10 python3.10-venv
  Ubuntu 24.04 and later:                 sudo add-apt-repository ppa:deadsnakes/ppa && sudo apt-get install python3.10 python3.10-venv
  macOS with Homebrew:                    brew install python@3.10
  Debian 12, and anywhere with a compiler, with pyenv (https://github.com/pyenv/pyenv):
      sudo apt-get install build-essential libssl-dev zlib1g-dev libbz2-dev libreadline-dev libsqlite3-dev libffi-dev liblzma-dev
      pyenv install 3.10
Then run the same command again.
TEXT
        exit 1
    }
    export UV_PYTHON="$python"
    echo "Making the Python environment in .venv (the first time: some minutes, 3 GB)" >&2
    "$uv" sync --locked
    exit 0
fi
"$uv" sync --locked --quiet
