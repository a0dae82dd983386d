#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
#
# Builds the reference pages as README.md says, and checks that Doxygen warns about nothing, that they tell what the
# headers tell, and that they leave out what is nobody's business.
set -eu
cd "$(dirname "$0")/../.."
. .ci/install.sh
need doxygen:doxygen

folder=build/reference
cmake -S . -B $folder -DSIPWHERE_DOCS=ON -DSIPWHERE_TESTS=OFF -DSIPWHERE_EXAMPLES=OFF
cmake --build $folder --target docs

page=$folder/docs/namespacesipwhere.html
for title in Returns Units Errors Cost Spec; do
    grep -q "<dt>$title</dt>" $page || { echo "FAIL no field '$title' in $page" && exit 1; }
done
if grep -rlE '@field|(namespace|class|struct)sipwhere[a-z0-9_]*_1_1detail' $folder/docs --include='*.html'; then
    echo 'FAIL fields that are no paragraphs, or a namespace detail, in these pages'
    exit 1
fi
