# SPDX-License-Identifier: MIT
# events.sh: who listens hears what is stored, and what was missed.
serve || return
target() { # VALUE
	send /api/targets '{"org":"*","test":"*","measure":"pct6","kind":"standard","from":"2026-04-01","value":'"$1"',"set_by":"A","reason":"b"}'
}
listen() { # FILE WORDS...
	local to=$1; shift
	curl -sN --max-time 30 -o "$to" -D "$to.head" "$@" &
	sleep 0.5
}
wait_for() { # PATTERN FILE
	for _ in $(seq 100); do
		grep -qE -- "$1" "$2" 2> /dev/null && return 0
		sleep 0.05
	done
	return 1
}

listen first "$url/api/events"
holds "it is a stream" grep -qi '^Content-Type: text/event-stream' first.head
holds "... that no proxy gathers" grep -qi '^X-Accel-Buffering: no' first.head
holds "... that is not kept" grep -qi '^Cache-Control: no-store' first.head
target 5; status 201
holds "an event comes after the commit" wait_for '^id: [0-9]+' first
holds "... with its kind" wait_for '^event: [a-z]' first
holds "... and as JSON" bash -c \
    'grep -m1 "^data: " first | cut -c7- | node -e "
	const a = JSON.parse(require(\"fs\").readFileSync(0)); process.exit(a.seq > 0 && a.kind ? 0 : 1)"'
last=$(sed -n 's/^id: //p' first | tail -n 1)
for value in 4 3 2; do target $value; done
holds "each event once and in order" wait_for "^id: $((last + 3))" first
holds "... without a gap" bash -c \
    'grep "^id: " first | cut -c5- | awk "NR > 1 && \$1 != was + 1 { exit 1 } { was = \$1 }"'

listen second -H "Last-Event-ID: $last" "$url/api/events"
holds "who comes back hears what was missed" wait_for "^id: $((last + 3))" second
is "$((last + 1))" "$(sed -n 's/^id: //p' second | head -n 1)" "... from where it had been"
listen third "$url/api/events?after=$((last + 2))"
holds "by the address as well" wait_for "^id: $((last + 3))" third
is 1 "$(grep -c '^id: ' third)" "... and no more"
listen fourth -H 'Last-Event-ID: 99999999' "$url/api/events"
holds "of another life: read anew" wait_for '^event: reload' fourth
target 1
holds "all hear the next" wait_for "^id: $((last + 4))" second
wait_for "^id: $((last + 4))" third && wait_for "^id: $((last + 4))" fourth
is 0 $? "... all of them"
ask /metrics; body '^ribble_http_listeners 4'
ask '/api/events?after=x'; status 400
begun=$SECONDS
end_serve
holds "listeners do not hold up the end" test $((SECONDS - begun)) -le 5
