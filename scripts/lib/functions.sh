# Functions that several scripts share. A script that needs one says
#   source scripts/lib/functions.sh

# Ends the script with a message.
fail() { echo "$*" >&2; exit 1; }

# Runs a command whose output goes to $work/log, and is shown if it fails.
quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }

# Copies all files of this checkout that git tracks to a folder.
copy_source() { mkdir -p "$1" && git ls-files -z | tar -c --null -T - | tar -x -C "$1"; }

# Runs a command as root.
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# Has rustup install Rust's standard library for a target, where it is missing.
install_target() { rustup target list --installed | grep -qx "$1" || rustup target add "$1"; }

# Fails if a program asks for a shared liblzma. Not grep -q: it leaves at the first
# match, nm dies of that, and pipefail would call the pipeline false where it has
# found something.
check_linked_statically() {
  if nm -D "$1" 2> /dev/null | grep lzma_; then
    fail "$1 is not linked statically"
  fi
}

# What programs in C for users must compile with.
c_warnings=(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -pedantic -Werror)

# Arguments of cargo test for some files of the programs in tests/, such as
# coders/vectors: sets `programs`, and `names`, which go after `--`.
select_tests() {
  local file
  programs=() names=()
  for file in "$@"; do
    [ -f "tests/$file.rs" ] || fail "there is no tests/$file.rs"
    programs+=(--test "${file%/*}")
    # Names of tests begin with that of their file.
    names+=("${file#*/}::")
  done
}
