# SPDX-License-Identifier: MIT
# backup.sh: what was stored comes back, on either database, or nothing is
# changed.
database one one
database two two
from=(--database "$one" --files one-files)
to=(--database "$two" --files two-files)
cat > targets.csv << 'X'
measure,org,test,kind,from,value,set_by,reason
pct6,*,*,standard,2026-04-01,1,"A. Nalyst","a test of backups"
pct6,RXN,MRI,trajectory,2026-04-30,20,"A. Nalyst","a plan"
X
asks 0 import "${from[@]}" targets.csv
asks 0 backup "${from[@]}" all.ribble --json
holds "says what it holds, as JSON" json 'a.files >= 1 && a.journal >= 1'
journal=$(json a.journal)
is "$(stat -c %s all.ribble)" "$(json a.size)" "and its size"
is 600 "$(stat -c %a all.ribble)" "nobody else may read it"
holds "nothing else is left" test ! -e all.ribble.part -a ! -e all.ribble.database
asks 1 backup "${from[@]}" all.ribble; warns 'already there'; warns '^hint: '
asks 1 backup "${from[@]}" nowhere/all.ribble; warns 'cannot write nowhere/all.ribble'

asks 1 restore "${from[@]}" all.ribble; warns 'not empty'; warns '^hint: '
asks 1 restore --database "$one" --files new-files all.ribble
warns 'already holds something'; holds "and made nothing" test ! -e new-files
asks 1 restore "${to[@]}" nowhere.ribble; warns 'cannot open nowhere.ribble'
head -c 100 all.ribble > cut.ribble
asks 1 restore "${to[@]}" cut.ribble; warns 'not a whole backup'
asks 1 restore "${to[@]}" targets.csv; warns 'does not begin as one'
sed 's/^file \([0-9]*\) files/file \1 filez/' all.ribble > changed.ribble
asks 1 restore "${to[@]}" changed.ribble; warns 'changed'
holds "a bad backup leaves nothing" test ! -e two-files -a ! -e two-files.restoring

asks 0 restore "${to[@]}" all.ribble --json
is "$journal" "$(json a.journal)" "the journal came back"
holds "the files came back" diff -r one-files two-files
holds "and nothing else" test ! -e two-files.restoring
asks 0 check "${to[@]}" --web-port 0
asks 0 import "${to[@]}" targets.csv; says 'duplicate'
asks 0 backup "${to[@]}" again.ribble --json
is "$journal" "$(json a.journal)" "a backup of what came back has the same journal"

# While the server runs, and takes files.
if begin_serve "${from[@]}"; then
	for i in 1 2 3 4 5 6 7 8; do
		{ head -n 1 targets.csv; yes "pct6,RXN,CT,standard,2026-04-0$i,$i,A,b" | head -n 1; } |
			curl -s -o /dev/null --data-binary @- "$url/api/submissions?name=t$i.csv"
	done &
	asks 0 backup "${from[@]}" live.ribble --json
	journal_live=$(json a.journal)
	wait $!
	end_serve
	database live live
	# shellcheck disable=SC2154 # database names it
	asks 0 restore --database "$live" --files live-files live.ribble --json
	holds "a backup of a running server is one moment" json "a.journal >= $journal_live"
	asks 0 check --database "$live" --files live-files --web-port 0
else told 0 "serve begins"; fi

# From one kind of database into the other.
other=(--database "$folder/three/ribble.db" --files three-files)
asks 0 restore "${other[@]}" all.ribble; says "journal entry $journal"
asks 0 check "${other[@]}" --web-port 0
if [ "$one" != "${one#postgres}" ]; then
	database four four
	asks 0 backup "${other[@]}" three.ribble
	# shellcheck disable=SC2154 # database names it
	asks 0 restore --database "$four" --files four-files three.ribble
	says "journal entry $journal"
fi
