# SPDX-License-Identifier: MIT
# serve.sh: the address is printed when it answers; a signal ends what is in
# flight well.
database db serve
base=(--database "$db" --files files)

if begin_serve "${base[@]}"; then
	told 1 "serve begins"
	is 1 "$(wc -l < served)" "one line is printed"
	is 200 "$(curl -s -o answer -w '%{http_code}' "$url/api/status")" "its address answers at once"
	holds "the status is JSON" json 'a.version && a.journal >= 0' answer
	is 200 "$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")" "it is ready"
	port=${url##*:}
	asks 1 serve "${base[@]}" --web-port "$port"; warns "^ribble: serve: .*$port"; warns '^hint: '
	end_serve
	is 0 "$status" "SIGTERM ends it well"
	is 000 "$(curl -s -o /dev/null -w '%{http_code}' "$url/")" "then nothing answers"
else told 0 "serve begins" "$(cat served.err)"; fi

for signal in INT HUP; do
	begin_serve "${base[@]}" || told 0 "serve begins"
	if [ $signal = HUP ]; then
		kill -HUP "$pid"; sleep 0.3
		is 200 "$(curl -s -o /dev/null -w '%{http_code}' "$url/healthz")" "SIGHUP does not end it"
		signal=TERM
	fi
	end_serve $signal
	is 0 "$status" "SIG$signal ends it well"
done

# A file that is on its way in when the signal comes is taken.
make_targets() { # ROWS
	echo measure,org,test,kind,from,value,set_by,reason
	yes "pct6,*,*,standard,2026-04-01,1,A. Nalyst,a long file" | head -n "$1"
}
begin_serve "${base[@]}" || told 0 "serve begins"
{ make_targets 20; sleep 2; make_targets 20 | tail -n +2; } |
	curl -sN -T - -X POST -H 'Content-Type: text/csv' -o answer -w '%{http_code}' \
	    "$url/api/submissions?name=targets.csv" > code &
upload=$!
sleep 1
end_serve
wait $upload
is 201 "$(cat code)" "what is in flight is finished"
holds "... and was taken" json 'a.state === "taken"' answer
is 0 "$status" "... and the end is well"
asks 0 check "${base[@]}" --web-port 0; says '^right  journal .*[1-9]'

# What does not end within stop_seconds is let go.
begin_serve "${base[@]}" --stop-seconds 1 || told 0 "serve begins"
{ make_targets 20; sleep 8; } |
	curl -sN -T - -X POST -H 'Content-Type: text/csv' -o answer \
	    "$url/api/submissions?name=other.csv" > code 2> /dev/null &
sleep 1
begun=$SECONDS
end_serve
holds "stop_seconds is the longest it takes" test $((SECONDS - begun)) -le 6
asks 0 check "${base[@]}" --web-port 0

# Where the house cannot be opened nothing is begun.
: > plain
asks 1 serve "${base[@]}" --files plain/files --web-port 0; warns 'cannot make the folder'
asks 1 serve "${base[@]}" --web-port 0 --web-address 203.0.113.9; warns '^ribble: serve: '
asks 1 serve --database plain/x/ribble.db --files files --web-port 0; warns '^ribble: serve: '
begin_serve "${base[@]}" --web-address ::1 && {
	is 200 "$(curl -s -o /dev/null -w '%{http_code}' "$url/healthz")" "an IPv6 address can be used as printed"
	end_serve
}
begin_serve "${base[@]}" --web-address 0.0.0.0 && {
	is 200 "$(curl -s -o /dev/null -w '%{http_code}' "$url/healthz")" "so can one for all addresses"
	end_serve
}
begin_serve "${base[@]}" --today 2026-05-01 && {
	is 2026-05-01 "$(curl -s -o answer "$url/api/reference"; json a.today answer)" "--today stops the clock"
	end_serve
}
