#!/bin/sh
# SPDX-License-Identifier: MIT
# Thousands of series through our charts and through bench/spc/spc.R: every
# flag the same, every number within 1e-12.  Speaks TAP.
#     spc_against_r.sh SPC_BATCH SPC_R [CASES] [SEED]
set -eu
if ! command -v Rscript >/dev/null; then
    printf '1..1\nok 1 - charts against R # SKIP no Rscript here\n'
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" make "${4:-1}" "${3:-4000}" >"$work/cases"
Rscript --vanilla "$2" run <"$work/cases" >"$work/results"
"$1" compare "$work/cases" "$work/results"
