# SPDX-License-Identifier: MIT
# Killed, and stopped, in the middle of a sending: what was to go arrives
# after the next start, all of it.
# shellcheck source=tests/post/said.sh
. "$here/../../post/said.sh"
slow() { # a destination that takes a second for each instance
	storescp -aet SLOW -od SLOW +B +xa --sleep-during 1 "$port_SLOW" > SLOW.log 2>&1 &
	slow=$!
	children+=("$slow")
}
some_came() { for _ in $(seq 600); do [ "$(find SLOW -type f | wc -l)" -ge "$1" ] && return; sleep 0.1; done; }
mkdir SLOW
port_SLOW=$(free_port)
slow
serve --archive-settle-seconds 1
peer CT1 --rights "echo store"
peer SLOW --host 127.0.0.1 --port "$port_SLOW"
settle
shows '"state":"set"' "a rule" rule '"name":"slow","sender":"dicom-store","to":"SLOW"'
python "$here/../../post/made.py" later in 9 64
holds "nine come" dcmsend -aet CT1 -aec RIBBLE 127.0.0.1 "$port" in/*.dcm
some_came 3
is sending "$(letters open 'a[0].state')" "it is being sent"
kill -9 "$pid"; wait "$pid" 2> /dev/null
holds "killed before the end" test "$(find SLOW -type f | wc -l)" -lt 9
kill "$slow"; wait "$slow" 2> /dev/null
rm -rf SLOW/*
slow
serve --archive-settle-seconds 1
some_came 3
begun=$(date +%s)
end_serve
is 0 "$status" "told to stop while it sends, it stops well"
holds "at the next instance" test $(($(date +%s) - begun)) -lt 20
serve --archive-settle-seconds 1
arrived 1
is 1 "$(letters sent a.length)" "it was sent in the end"
is 1 "$(letters sent 'a[0].attempts + ""' | grep -c '^[12]$')" "the stop cost it no attempt"
is 9 "$(find SLOW -type f | wc -l)" "and all of it arrived"
is 0 "$(grep -c 'ERROR: AddressSanitizer\|runtime error' served.err)" "nothing broke"
end_serve
is 0 "$status" "it stops well"
