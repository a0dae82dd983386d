# SPDX-License-Identifier: BSL-1.0
# Sourced by the scripts that build.

# Tells whether something can be used: a command, a header (it ends in .h or .hpp), a module of Perl (.pm), a file (it
# begins with a slash) or a flag of clang++.
have() {
    case $1 in
        /*) [ -e "$1" ] ;;
        *.h | *.hpp) echo "#include <$1>" | c++ -E -x c++ - >/dev/null 2>&1 ;;
        *.pm) perl -e 'require shift' "$1" 2>/dev/null ;;
        -*) echo 'extern "C" int LLVMFuzzerTestOneInput() { return 0; }' |
            clang++ "$1" -x c++ -o /dev/null - >/dev/null 2>&1 ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# need THING:PACKAGE… installs the Debian packages of the things that are not there yet, without asking.
# Where that can't be done it names them and ends the script with status 2.
need() {
    missing=
    for pair; do
        have "${pair%%:*}" || missing="$missing ${pair#*:}"
    done
    [ -n "$missing" ] || return 0

    as_root=
    [ "$(id -u)" -eq 0 ] || as_root='sudo -n'
    if ! command -v apt-get >/dev/null || ! $as_root true 2>/dev/null; then
        echo "Please install what these Debian packages hold, then start again:$missing" >&2
        exit 2
    fi
    apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
    echo "Installing:$missing"
    # shellcheck disable=SC2086  # a list of words
    { $apt update && $apt install --yes --no-install-recommends $missing; } >/dev/null || exit 2
}
