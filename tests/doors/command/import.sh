# SPDX-License-Identifier: MIT
# import.sh: files by the shell: what each has become, in words and in JSON.
database db import
base=(--database "$db" --files files)
header=measure,org,test,kind,from,value,set_by,reason
printf '%s\n' $header 'pct6,*,*,standard,2026-04-01,1,A,one' > one.csv
printf '%s\n' $header 'pct6,RXN,MRI,standard,2026-04-01,2,A,two' > two.csv
printf 'nobody,knows,this\n1,2,3\n' > strange.csv

asks 0 import "${base[@]}" one.csv
says '^one.csv: taken: targets from .*: 1 rows, 1 good, 0 bad'
asks 0 import "${base[@]}" one.csv; says '^one.csv: duplicate'
asks 1 import "${base[@]}" strange.csv two.csv nowhere.csv
says '^strange.csv: refused'; says '^two.csv: taken'
warns '^ribble: import: nowhere.csv: cannot open it: No such file'
asks 1 import "${base[@]}" --json one.csv strange.csv nowhere.csv
holds "as JSON" json 'a.files.map((f) => f.state).join() === "duplicate,refused,failed" &&
	a.files[0].kind === "targets" && a.files[0].rows === 1 &&
	a.files[1].reason.length > 5 && !a.files[2].id'
asks 1 import "${base[@]}" .
sed 's/,one$/,another/' one.csv > other.csv
asks 1 import "${base[@]}" --kind ris other.csv; says '^other.csv: refused'

asks 1 dm01 "${base[@]}" --month 2026-03 --provider RXN; warns 'nothing is stored'
asks 2 dm01 "${base[@]}" --month 2026-03 --provider RXN --csv --json
cat > ris.csv << 'X'
event,event_at,provider,accession,patient,test,priority,patient_source,planned,due_date,appointment_at,site_of_request,site_of_scan,site_of_report,provider_kind,commissioner
requested,2026-01-05 10:00,RXN,A1,P1,MRI,routine,GP,N,,,RXN02,,,,00X
requested,2026-03-05 10:00,RXN,A2,P2,MRI,routine,GP,N,,,RXN02,,,,00X
requested,2026-03-10 10:00,RXN,A3,P3,CT,routine,GP,N,,,RXN02,,,,00X
performed,2026-03-20 10:00,RXN,A3,P3,,,,,,,,RXN02,,in-house,
X
asks 0 import "${base[@]}" --today 2026-04-10 ris.csv; says 'ris from RXN'
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN --json
holds "the return counts them" json 'const [mri, ct] = a.rows; a.rows.length === 15 &&
	mri.test_code === "MRI" && mri.total_wl === 2 &&
	mri.waiting_6plus === 1 && mri.percent_6plus === 50 &&
	mri.wk_12_13 === 1 && mri.wk_03_04 === 1 &&
	ct.total_wl === 0 && ct.waiting_list_activity === 1 &&
	ct.percent_6plus === null'
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN --json --by commissioner
holds "and by commissioner" json 'const own = a.rows.filter((r) => r.commissioner_code === "00X");
	own.length === 2 && own[0].total_wl === 2 && own[0].site_code === null'
asks 0 dm01 "${base[@]}" --date 2026-03-22 --provider LSC --json --by site
holds "a week of the network by site" json 'const own = a.rows.filter((r) => r.site_code === "RXN02");
	/week to 22 March 2026$/.test(a.title) && own.length === 2 && own[0].total_wl === 2 &&
	own[1].waiting_list_activity === 1 && own[1].commissioner_code === null'
asks 0 dm01 "${base[@]}" --date 2026-03-31 --provider RXN --csv --by site
holds "the site beside the commissioner" grep -q 'Commissioner Name,Site Code,Site Name,Diagnostic ID' out
asks 2 dm01 "${base[@]}" --date 2026-03-30 --provider RXN; warns '2026-03-30 is not the last day of a month, nor a Sunday'
asks 1 dm01 "${base[@]}" --month 2026-04 --provider RXN; warns 'counted up to 2026-04-10'
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN --csv
is 16 "$(wc -l < out)" "as CSV: a header and 15 tests"
holds "with the workbook's headings" grep -q '^Regional Team Code,Regional Team Name,Provider Code,Provider Name,.*Total Waiting List,Number waiting 6+ Weeks' out
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN --csv --output return.csv
holds "to a file as to stdout" test "$(wc -l < return.csv)" = 16 -a ! -e return.csv.part
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN --xlsx --output return.xlsx
is PK "$(head -c 2 return.xlsx)" "as a workbook"
asks 1 dm01 "${base[@]}" --month 2026-03 --provider RXN --csv --output nowhere/x.csv
warns 'cannot write nowhere/x.csv'
asks 0 dm01 "${base[@]}" --month 2026-03 --provider RXN; says 'Magnetic Resonance'
asks 1 dm01 "${base[@]}" --month 2026-03 --provider RXN --source R; warns '^hint: .*source P'
