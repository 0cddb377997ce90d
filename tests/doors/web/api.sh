# SPDX-License-Identifier: MIT
# api.sh: what every address of the API has in common.
serve --web-threads 2 || return

ask /api/status
status 200
head_is Content-Type '^application/json$'
head_is Cache-Control '^no-store$'
head_is Content-Security-Policy "default-src 'self'.*frame-ancestors 'none'"
head_is X-Content-Type-Options '^nosniff$'
head_is Referrer-Policy '^no-referrer$'
head_is Cross-Origin-Opener-Policy '^same-origin$'
head_is Cross-Origin-Resource-Policy '^same-origin$'
head_is Permissions-Policy 'camera=\(\)'
json 'a.loading === null && a.journal >= 0 && !a.synthetic'
holds "scripts and styles come from here only" \
    bash -c '! grep -i unsafe head'

# Errors: one form, and whose turn it is.
ask /api/nowhere; status 404; json 'a.error.kind === "missing" && a.error.text'
ask /api/spc?tset=MRI; status 400; json 'a.error.kind === "input" && /test/.test(a.error.hint)'
ask '/api/spc?shift=many'; status 400; json '/from 2 to 100/.test(a.error.text)'
ask '/api/spc?shift=7&shift=8'; status 400; json '/twice/.test(a.error.text)'
ask '/api/network?period=2026-02-30'; status 400; json '/day such as/.test(a.error.text)'
ask '/api/network?source=Q'; status 400; json '/R\|P\|W/.test(a.error.text)'
ask '/api/dm01?provider=RXN'; status 400; json '/missing/.test(a.error.text)'
ask '/api/dm01?provider=RXN&month=2026-03&date=2026-03-31'; status 400
ask '/api/dm01?provider=RXN&date=2026-03-30'; status 400; json '/nor a Sunday/.test(a.error.text)'
ask '/api/pathways?list=activity&date=2026-03-30'; status 400; json '/must end a/.test(a.error.text)'
ask '/api/pathways?list=activity&date=2026-03-29&grain=M'; status 400
ask '/api/pathways?list=activity&band=6%2B'; status 400
ask '/api/pathways?list=waiting&grain=M'; status 400
ask '/api/pathways?list=activity_wl&grain=S'; status 200
ask '/api/pathways?limit=1001'; status 400
ask '/api/pathways?limit=0'; status 400
ask '/api/pathways/x'; status 400
ask '/api/pathways/999'; status 404
ask '/api/spc?test=%'; status 400
ask '/api/spc?test=%00'; status 400
ask '/api/spc?test=%ff'; status 400
ask '/api/spc?test=%3Cscript%3E'; status 404; head_is Content-Type '^application/json$'
ask /api/status -X POST -d x; status 405; head_is Allow '^GET, HEAD$'
ask /api/annotations; status 405; head_is Allow '^POST$'
ask /api/targets -X DELETE; status 405; head_is Allow '^GET, HEAD, POST$'
ask /api/status -I; status 200; head_is Content-Length '^[1-9]'
ask /api/status -X BREW; status 405

# What is stored is tagged; who has it already is told so at once.
ask /api/network; status 200; head_is Cache-Control '^no-cache$'
tag=$(value ETag)
holds "there is a tag" test -n "$tag"
ask /api/network -H "If-None-Match: $tag"; status 304
is "$tag" "$(value ETag)" "304 tells the tag again"
is 0 "$(wc -c < body)" "... and has no body"
ask /api/network -H "If-None-Match: \"other\", $tag"; status 304
ask /api/network -H 'If-None-Match: "other"'; status 200
ask '/api/network?grain=S' -H "If-None-Match: $tag"; status 200
send /api/targets '{"org":"*","test":"*","measure":"pct6","kind":"standard","from":"2026-04-01","value":5,"set_by":"A. Nalyst","reason":"a test"}'
status 201
ask /api/network -H "If-None-Match: $tag"; status 200
holds "the tag has moved with the journal" test "$tag" != "$(value ETag)"
ask /api/status; json 'a.journal >= 1'

# Compression where it is accepted and helps.
ask /api/reference -H 'Accept-Encoding: gzip'; status 200
head_is Content-Encoding '^gzip$'; head_is Vary '^Accept-Encoding$'
holds "it can be read" bash -c 'gzip -dc < body | grep -q RXN'
ask /api/reference; head_is Content-Encoding ''; head_is Vary '^Accept-Encoding$'
ask /healthz -H 'Accept-Encoding: gzip'; head_is Content-Encoding ''

# Tables in three forms.
ask '/api/targets'; json 'a.title && a.made_at && a.rows.length >= 1 && a.rows[0].set_by === "A. Nalyst"'
ask '/api/targets?format=csv'; status 200
head_is Content-Type '^text/csv; charset=utf-8'
head_is Content-Disposition '^attachment; filename="targets-and-trajectories.csv"$'
body '^measure,org,test,'
ask '/api/targets?format=xlsx'; status 200
head_is Content-Type 'spreadsheetml.sheet$'
head_is Content-Disposition 'targets-and-trajectories.xlsx"$'
is PK "$(head -c 2 body)" "a workbook is a zip file"
ask '/api/targets?format=pdf'; status 400

# Bodies.
send /api/targets '{'; status 400; json '/not JSON/.test(a.error.text)'
send /api/targets '[]'; status 400; json '/object/.test(a.error.text)'
send /api/targets '{}'; status 400; json '/missing/.test(a.error.text)'
send /api/targets '{"org":"*","org":"*"}'; status 400
send /api/targets '{"colour":1}'; status 400; json '/colour/.test(a.error.text) && /set_by/.test(a.error.hint)'
send /api/targets '{"value":"5"}'; status 400; json '/number/.test(a.error.text)'
send /api/targets '{"from":20260401}'; status 400; json '/day/.test(a.error.text)'
send /api/targets "$(printf '[%.0s' $(seq 1000))"; status 400; json '/deep/.test(a.error.text)'
head -c 1100000 /dev/zero | tr '\0' ' ' > big
ask /api/targets -H 'Content-Type: application/json' --data-binary @big; status 413
ask /api/targets -d 'a=b'; status 415
send /api/targets '{}' -H 'Origin: http://elsewhere.example'; status 403
send /api/targets '{}' -H 'Sec-Fetch-Site: cross-site'; status 403
send /api/targets '{}' -H "Origin: $url"; status 400

# Files: of any size, but not beyond the limit.
printf 'measure,org,test,kind,from,value,set_by,reason\npct6,*,*,standard,2026-05-01,4,=A. Nalyst,test\n' > targets.csv
ask '/api/submissions?name=targets.csv' --data-binary @targets.csv; status 201
json 'a.state === "taken" && a.rows === 1'
id=$(node -p 'JSON.parse(require("fs").readFileSync("body")).id')
ask "/api/submissions/$id"; status 200; json 'a.file_name === "targets.csv"'
ask "/api/submissions/$id/file"; status 200
holds "the bytes are as they came" cmp body targets.csv
ask '/api/submissions?name=targets.csv' --data-binary @targets.csv; status 200
json 'a.state === "duplicate"'
ask '/api/targets?format=csv'; body "'=A. Nalyst"
ask '/api/submissions'; json 'a.rows.length === 1 && typeof a.rows[0].id === "string"'
ask '/api/submissions' --data-binary @targets.csv; status 400
end_serve

serve --upload-limit-mib 1 || return
head -c 1048577 /dev/zero > big
ask '/api/submissions?name=x.csv' --data-binary @big; status 413
ask '/api/submissions?name=x.csv' -H 'Transfer-Encoding: chunked' -T big -X POST; status 413
ask '/api/status'; status 200

# For those who watch.
ask /healthz; status 200; json 'a.alive'
ask /readyz; status 200; json 'a.ready'
ask /metrics; status 200; head_is Content-Type '^text/plain; version=0.0.4'
body '^ribble_info\{version="[0-9.]+",database="(sqlite|postgres)"\} 1'
body '^ribble_journal_seq [1-9]'
body '^ribble_http_requests_total\{method="POST",route="/api/submissions",status="413"\} 2'
body '^ribble_http_request_seconds_bucket\{.*le="\+Inf"\} [0-9]'
body '^ribble_submissions\{state="taken"\} 1'
body '^ribble_quarantine_open 0'
body '^ribble_last_file_age_seconds\{kind="targets",org="[^"]*"\} [0-9]'
body '^process_resident_memory_bytes [1-9]'
holds "each family is declared once" bash -c \
    '[ -z "$(grep "^# TYPE" body | cut -d" " -f3 | sort | uniq -d)" ]'
ask /api/settings; json 'a.rows.some(r => r.name === "answer_cache_mib")'
end_serve
