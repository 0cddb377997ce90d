# SPDX-License-Identifier: MIT
# full.sh: below the reserve nothing large is written, not even on its way in.
. "$here/../../hostile/scene.sh"
serve --archive-reserve-mib 1048576
peer SCU
settle
attack full
unharmed
