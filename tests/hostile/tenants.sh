# SPDX-License-Identifier: MIT
# tenants.sh: one trust's peers have no way to another's images.
. "$here/../../hostile/scene.sh"
serve
listen SINK
peer SCU --rights "echo store find get move commit"
peer OTHER --org RXL --rights "echo store find get move commit"
peer SINK --host 127.0.0.1 --port "$port_SINK"
settle
attack tenants SINK
unharmed
