# SPDX-License-Identifier: MIT
# callers.sh: a new house lets in nobody; who connects and breaks off, sends
# slowly or under ever new names takes nothing from the others.
. "$here/../../hostile/scene.sh"
serve --dicom-pdu-seconds 3 --dicom-artim-seconds 5 --dicom-associations 100 --dicom-associations-each 100
attack closed
is 0 "$(metric 'ribble_dicom_instances_total{end="kept"}')" "nothing was kept"
shows '^ *(LISTEN|tcp).*127\.0\.0\.1:' "it listens on loopback only, unless told" \
	bash -c 'ss -ltnp | grep "pid=$0,"' "$pid"
fails "and on nothing else" bash -c 'ss -ltnp | grep "pid=$0," | grep -v "127\.0\.0\.1:"' "$pid"
code() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
for path in dicom-web/studies api/peers api/strangers/1/admit; do
	is 403 "$(code -X POST -H 'Origin: http://elsewhere.example' -H 'Content-Type: application/dicom' \
		--data-binary x "$url/$path")" "a page from elsewhere cannot post to $path"
done
is 0 "$(grep -c 'or 1=1' served.err)" "a caller's name is in no line of the log"
is 0 "$(grep -cvE '^[^ ]+ (level=|info|warn|error|debug|[a-z]+=)' served.err)" "a name with a line end makes no line of its own"
peer SCU
peer SLOW
peer STORER --rights "echo store"
settle
attack rights
attack churn 1000
attack slow
unharmed
