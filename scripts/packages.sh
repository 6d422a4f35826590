# Sourced by the other scripts: which Debian packages each of them needs, and how
# to install what is missing, as root or with sudo. Does nothing when all are there.

BUILD_PACKAGES=(
  g++ cmake ninja-build ccache pkg-config zlib1g-dev
  libtorch-dev libopenblas-dev libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev protobuf-compiler
  libboost-dev libhiredis-dev prometheus-cpp-dev libsqlite3-dev libyaml-cpp-dev libcli11-dev nlohmann-json3-dev
  libspdlog-dev libeigen3-dev libxbyak-dev
  libarchive-dev libspng-dev libturbojpeg0-dev libwebp-dev
)
TEST_PACKAGES=(
  libgtest-dev libgmock-dev libbenchmark-dev redis-server python3-mpmath python3-numpy python3-pil python3-torch
)

say() { printf '\n== %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "actsearch: installing packages needs root: run this script as root, or install sudo" >&2
    return 1
  fi
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "actsearch: this script installs Debian 12 packages with apt-get, which is not here." >&2
    echo "Install the equivalents of: $*" >&2
    return 1
  fi
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if [ "${#missing[@]}" -eq 0 ]; then
    say "packages: all $# are installed"
    return 0
  fi
  say "packages: installing ${missing[*]}"
  as_root apt-get update -qq
  # Debian starts redis-server when it is installed; nothing here needs a running one.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# LibTorch multiplies matrices with whatever libblas.so.3 is; the reference BLAS is
# twenty times slower than OpenBLAS.
check_blas() {
  local blas
  blas=$(readlink -f "/usr/lib/$(uname -m)-linux-gnu/libblas.so.3" || true)
  case "$blas" in
    *openblas*) ;;
    *)
      say "BLAS is ${blas:-missing}, not OpenBLAS; searches would be slow. To change it:"
      echo "  update-alternatives --config libblas.so.3-$(uname -m)-linux-gnu" >&2
      ;;
  esac
}

# configure [cmake options]: Release in build/, warnings shown.
configure() {
  say "configuring in $BUILD"
  cmake -G Ninja -S "$ROOT" -B "$BUILD" -DCMAKE_BUILD_TYPE=Release "$@" >"$BUILD.configure.log" 2>&1 || {
    tail -n 30 "$BUILD.configure.log" >&2
    return 1
  }
  rm -f "$BUILD.configure.log"
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${ACTSEARCH_BUILD:-$ROOT/build}
# Two compilers at most by default: one LibTorch file takes 1 GB of memory.
JOBS=${ACTSEARCH_JOBS:-2}
# A precompiled header changes its time, not its content: ccache may trust it.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
