# SPDX-License-Identifier: MIT
# check.sh: each thing that can be wrong is found, and its hint says the way.
database db check
base=(--database "$db" --files files --web-port 0)
wrong() { # NAME PATTERN HINT: of the last check
	if grep -A 1 -E "^WRONG  $1 " out | grep -qE -- "$2" &&
	    grep -A 1 -E "^WRONG  $1 " out | grep -qE "hint: .*$3"; then
		told 1 "finds: $1: $2"
	else told 0 "finds: $1: $2" "$(cat out)"; fi
	is "$1" "$(sed -nE "s,^WRONG  (.{10}).*,\1,p" out | sed "s, *$,,")" "... and nothing else"
}

asks 0 check "${base[@]}"
is 9 "$(grep -c '^right' out)" "nine things are looked at"
holds "and nothing was made" test ! -e files
asks 0 check "${base[@]}" --json
holds "as JSON" json 'a.right === true && a.checks.length === 9'

asks 1 dm01 "${base[@]}" --month 2026-03 --provider RXN # makes the store
asks 0 check "${base[@]}"; says '^right  database .*sound'; says '^right  journal .*0 entries'

: > plain
asks 1 check "${base[@]}" --files plain/files; wrong files 'cannot write' '--files'
asks 1 check "${base[@]}" --files plain; wrong files 'cannot write' '--files'
asks 1 check "${base[@]}" --watch nowhere; wrong watch 'no folder nowhere' '--watch'
asks 1 check "${base[@]}" --watch plain; wrong watch 'no folder plain' '--watch'
mkdir dropped
asks 0 check "${base[@]}" --watch dropped
asks 1 check "${base[@]}" --web-folder dropped; wrong pages 'index.html' 'web_folder'
asks 1 check "${base[@]}" --web-address 203.0.113.9; wrong port 'cannot listen' '--web-address'
asks 1 check "${base[@]}" --web-address no.such.host.invalid; wrong port 'no address' '127.0.0.1'
asks 1 check "${base[@]}" --upload-limit-mib 65536 --files /dev/shm/ribble-check-$$
wrong space 'MiB left' 'upload_limit_mib'
asks 1 check "${base[@]}" --web-folder dropped --json
holds "what is wrong, as JSON" json 'a.right === false &&
	a.checks.filter((c) => !c.right).length === 1 &&
	a.checks.some((c) => !c.right && c.name === "pages" && c.hint)'

# A port that another program has; and one that we have ourselves.
node -e 'const s = require("net").createServer((c) => c.end("no\r\n")).listen(0, "127.0.0.1",
	() => console.log(s.address().port))' > port &
children+=($!)
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
asks 1 check "${base[@]}" --web-port "$(cat port)"; wrong port 'cannot listen.*in use' '--web-port'
if begin_serve --database "$db" --files files; then
	asks 0 check --database "$db" --files files --web-port "${url##*:}"
	says 'ribble answers already'
	end_serve
else told 0 "serve begins"; fi

# Databases that cannot be opened.
echo 'this is not a database, but a text that is longer than a header of one hundred bytes, so it is' > text.db
asks 1 check "${base[@]}" --database text.db; wrong database '' 'database'
asks 1 check "${base[@]}" --database plain/x/ribble.db; wrong database '' '--database'
asks 1 check "${base[@]}" --database postgres://nobody@127.0.0.1:1/none
wrong database '' 'PostgreSQL'

# A journal that someone has changed by hand.
printf '%s\n' measure,org,test,kind,from,value,set_by,reason \
    'pct6,*,*,standard,2026-04-01,1,"A. Nalyst","a test of the journal"' > targets.csv
asks 0 import "${base[@]}" targets.csv
asks 0 check "${base[@]}"; says '^right  journal .*[1-9][0-9]* entries'
sql="update journal set who = 'somebody else' where seq = 1"
case $db in
postgres*) change=(psql -q "$db" -c "$sql") ;;
*) change=(sqlite3 "$db" "$sql") ;;
esac
if command -v "${change[0]}" > /dev/null; then
	"${change[@]}"
	asks 1 check "${base[@]}"; wrong journal '1' 'backup'
else
	n=$((n + 1)); echo "ok $n - a journal changed by hand # skip no ${change[0]} here"
fi

# Without tzdata nothing about days can be said.
if unshare -m true 2> /dev/null; then
	unshare -m sh -c 'mount -t tmpfs none /usr/share/zoneinfo && exec "$@"' - \
	    "$RIBBLE" check --database new/x.db --files files --web-port 0 > out 2> err
	is 1 $? "without tzdata the answer is no"
	wrong 'time zone' 'Europe/London' 'tzdata'
else
	n=$((n + 1)); echo "ok $n - without tzdata # skip no namespaces here"
fi
