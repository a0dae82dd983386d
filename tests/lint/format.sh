#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
#
# Checks the formatting of all sources, or mends it: tests/lint/format.sh [-i]
#
# The version is fixed, since others disagree about details.
set -eu
cd "$(dirname "$0")/../.."

command -v clang-format-16 >/dev/null || { echo 'SKIP formatting: needs clang-format-16' && exit; }
find include tests examples -name '*.[ch]pp' -exec clang-format-16 "${1:---dry-run}" -Werror {} +
