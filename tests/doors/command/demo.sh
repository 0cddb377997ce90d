# SPDX-License-Identifier: MIT
# demo.sh: the demo is loaded once, whole, however often it is broken off, and
# never beside real files.
today=2026-06-15
choices=(--scale 10 --months 4 --today "$today")
base=() # of the store in hand
store() { # NAME
	database db "$1"
	base=(--database "$db" --files "$1-files" --archive "$1-archive")
}
answers() { # FILE: what a page would show of the store in hand
	for org in RXN RXR RTX RXL; do
		"$RIBBLE" dm01 "${base[@]}" --month 2026-05 --provider $org --csv
		"$RIBBLE" dm01 "${base[@]}" --month 2026-03 --provider $org --source R --csv
	done > "$1" 2> answers.err
	holds "the store answers" test ! -s answers.err
}

store whole
asks 0 demo "${base[@]}" "${choices[@]}" --json
holds "files are loaded" json 'a.loaded === true && a.files > 20 && a.rows > 5000'
answers whole.csv
asks 0 demo "${base[@]}" "${choices[@]}"; says 'loaded already'
asks 0 demo "${base[@]}" --json
holds "a second time does nothing" json 'a.loaded === false && a.files === 0'
asks 0 check "${base[@]}" --web-port 0
holds "nothing is left beside the store" test ! -e whole-files.demo

# Its figures are the published ones.
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN --source R --json
holds "RXN's imaging in March 2026: 3,522 of 11,129 wait six weeks or more" json '
	const imaging = a.rows.filter((r) => r.test_id <= 5);
	const sum = (name) => imaging.reduce((all, r) => all + r[name], 0);
	sum("total_wl") === 11129 && sum("waiting_6plus") === 3522'

asks 0 dm01 "${base[@]}" --month 2026-05 --provider RXN --json
holds "and what is made up says so" json 'a.title.startsWith("SYNTHETIC ") && a.rows.length === 15'

# Broken off by a kill, twice, and gone on with on another day.
store killed
kept() { find "$1" -type f 2> /dev/null | wc -l; }
for enough in 6 12; do
	"$RIBBLE" demo "${base[@]}" "${choices[@]}" > /dev/null 2>&1 &
	loading=$!
	while kill -0 $loading 2> /dev/null && [ "$(kept killed-files)" -lt $enough ]; do
		sleep 0.01
	done
	kill -9 $loading 2> /dev/null; wait $loading 2> /dev/null
	is 137 $? "killed with $enough files taken"
done
asks 0 demo "${base[@]}" --today 2026-07-01 --json
holds "it goes on with the day it began on" json "a.today === '$today' && a.loaded"
answers killed.csv
holds "a load that was killed twice ends as one that was not" cmp whole.csv killed.csv
asks 0 check "${base[@]}" --web-port 0

# While serving: it answers at once, and a stop breaks the load off well.
store serving
if begin_serve "${base[@]}" --demo --scale 10 --months 4 --today $today; then
	curl -s -o answer "$url/api/status"
	holds "the status says so" json 'a.synthetic === true' answer
	for _ in $(seq 200); do [ "$(kept serving-files)" -ge 3 ] && break; sleep 0.02; done
	end_serve
	is 0 "$status" "a stop while loading is a good end"
	begin_serve "${base[@]}" --demo --today $today
	for _ in $(seq 600); do
		curl -s -o answer "$url/api/status"
		json 'a.loading === null' answer > /dev/null && break
		sleep 0.2
	done
	holds "the next start goes on until it is loaded" json 'a.loading === null && a.synthetic' answer
	end_serve
	answers serving.csv
	holds "with the same end" cmp whole.csv serving.csv
	begin_serve "${base[@]}"
	curl -s -o answer "$url/api/status"
	holds "a store with the demo is synthetic for ever" json 'a.synthetic === true' answer
	end_serve
else told 0 "serve --demo begins" "$(tail -n 5 served.err)"; fi

# Not beside real files.
store real
printf '%s\n' measure,org,test,kind,from,value,set_by,reason \
    'pct6,*,*,standard,2026-04-01,1,A,real' > real.csv
asks 0 import "${base[@]}" real.csv
asks 1 demo "${base[@]}" "${choices[@]}"; warns 'already holds files'; warns '^hint: .*--database'

asks 0 demo --folder written "${choices[@]}" --json
holds "the files can be written only" json '
	a.files.length > 20 && a.files.every((f) => require("fs").existsSync("written/" + f.file))'
holds "then no store is made" test ! -e data
asks 2 demo --scale 0; asks 2 demo --months 0; asks 2 demo --months 121
asks 1 demo --folder written --months 100 --today $today; warns 'published figures'; warns '^hint: '
