# SPDX-License-Identifier: MIT
# pictures.sh: images whose heads or frames lie about their size are kept as
# they came, and are errors of their own pictures only.
. "$here/../../hostile/scene.sh"
serve --decoder-memory-mib 256 --decoder-seconds 20
peer SCU
settle
attack dimensions
unharmed
