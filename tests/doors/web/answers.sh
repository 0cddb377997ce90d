# SPDX-License-Identifier: MIT
# answers.sh: a small network, and every answer about it as described.
"$RIBBLE" demo --scale 1 --today 2026-11-24 --database "$database" \
    --files "$folder/files" > demo.out 2>&1
is 0 $? "a small network is made"
serve --today 2026-11-24 || return
node "$here/answers.mjs" "$url" > told
sed -n '/^not ok/,/^#/p' told
ok=$(grep -c '^ok' told) bad=$(grep -c '^not ok' told)
is "0 of $((ok + bad))" "$bad of $((ok + bad))" "every answer is as described"
holds "... and there were many" test "$ok" -gt 30

# Asked again before anything moves, an answer is not made anew.
made() { sed -n 's/^ribble_answers_kept //p' <(curl -s "$url/metrics"); }
curl -s -o first "$url/api/spc/all"
before=$(made)
curl -s -o second "$url/api/spc/all"
is "$before" "$(made)" "the second asker gets the first one's answer"
holds "... byte for byte" cmp first second
for form in csv xlsx; do
	ask "/api/pathways?limit=1000&format=$form"; status 200
	ask "/api/dm01?month=2026-03&provider=RXN&source=R&format=$form"; status 200
done
end_serve
serve --today 2026-11-24 --answer-cache-mib 0 || return
ask /api/network; status 200
is 0 "$(made)" "nothing is kept when nothing may be"
end_serve
