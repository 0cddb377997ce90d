# SPDX-License-Identifier: MIT
# watch.sh: what is dropped in the watched folder is taken once it has stopped
# growing, and moved.
database db watch
mkdir drop
base=(--database "$db" --files files)
begin_serve "${base[@]}" --watch drop --watch-seconds 1 || told 0 "serve begins"
header=measure,org,test,kind,from,value,set_by,reason
row='pct6,*,*,standard,2026-04-01,1,A. Nalyst,a drop'
waits() { # SECONDS NAME COMMAND...
	local left=$(($1 * 10)) name=$2; shift 2
	while [ $left -gt 0 ]; do
		if "$@"; then told 1 "$name"; return; fi
		sleep 0.1; left=$((left - 1))
	done
	told 0 "$name" "$(ls -R drop; tail -n 5 served.err)"
}
printf '%s\n' "$header" "$row" > drop/targets.csv
printf '%s\n' "$header" "$row" > drop/half.csv.part
printf '%s\n' "$header" "$row" > drop/.hidden.csv
printf 'nobody,knows,this\n1,2,3\n' > drop/strange.csv
ln -s /etc/passwd drop/link.csv
mkfifo drop/pipe.csv
waits 8 "a file is taken, and moved" test -e drop/taken/targets.csv
waits 8 "a strange one is refused, and moved" test -e drop/refused/strange.csv
waits 2 "with the reason beside it" test -s drop/refused/strange.csv.why.txt
holds "what is unfinished is left alone" test -e drop/half.csv.part -a -e drop/.hidden.csv
holds "so is what is no file" test -L drop/link.csv -a -p drop/pipe.csv

# Growing: not touched until it rests.
(
	printf '%s\n' "$header" > drop/growing.csv
	for i in 1 2 3 4 5 6 7 8; do
		sleep 0.4
		echo "pct6,RXN,$i,standard,2026-04-01,$i,A. Nalyst,slow" >> drop/growing.csv
		[ -e drop/growing.csv ] || echo gone > early
	done
) &
wait $!
waits 8 "a file that grew is taken at its end" test -e drop/taken/growing.csv
is 9 "$(wc -l < drop/taken/growing.csv)" "... whole"

# The same name again does not take the place of the first.
printf '%s\n' "$header" "$row" > drop/targets.csv
waits 8 "the same name is kept beside the first" test -e drop/taken/1-targets.csv
curl -s "$url/api/submissions?kind=targets" > answer
holds "how it came is known" json 'a.rows.every((r) => r.received_how === "watch")' answer
is 2 "$(json 'a.rows.filter((r) => r.state === "taken" || r.state === "replaced").length' answer)" "the same bytes did not count twice"
end_serve
is 0 "$status" "and it stops well"
