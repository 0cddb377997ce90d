# SPDX-License-Identifier: MIT
# archive.sh: the archive in one look, and what waits in it for a person, of
# the real program: a conflict, a deletion by two people, a hold.
python=/usr/bin/python3
samples=$($python -c 'import pydicom, os; print(os.path.dirname(pydicom.__file__))')/data/test_files
ct=$samples/CT_small.dcm
dicom='Content-Type: application/dicom'
study=$($python -c 'import pydicom, sys; print(pydicom.dcmread(sys.argv[1]).StudyInstanceUID)' "$ct")

serve --archive "$folder/archive" --dicom-port -1 --web-org RXN || return
ask /api/archive; status 200
json 'a.studies === 0 && a.conflicts === 0 && a.disk_free > 0 && a.disk_size >= a.disk_free && a.verified_to === null'
ask "/api/studies/$study"; status 404
ask /dicom-web/studies -H "$dicom" --data-binary "@$ct"; status 200
ask /api/archive; json 'a.studies === 1 && a.instances === 1 && a.unsealed === 1 && a.unmatched === 1'
ask "/api/studies/$study"; status 200; json 'a.series_list.length === 1 && a.modalities === "CT"'
ask '/api/studies?modality=CT'; json 'a.rows.length === 1 && a.rows[0].uid === "'"$study"'"'
ask '/api/studies?modality=MR'; json 'a.rows.length === 0'
ask '/api/studies?words=E%2B'; json 'a.rows.length === 1' 'a description whatever its case'

# Two of one UID.
sed 's/CompressedSamples/CompressedSampleS/' "$ct" > other
ask /dicom-web/studies -H "$dicom" --data-binary @other
ask /api/conflicts; status 200
json 'a.rows.length === 1 && a.rows[0].first_study === a.rows[0].second_study && a.rows[0].org === "RXN"'
id=$(node -p 'JSON.parse(require("fs").readFileSync("body", "utf8")).rows[0].id')
ask '/api/conflicts?format=csv'; status 200; body '^id,'
for side in first second; do
	ask "/api/conflicts/$id/thumbnail?side=$side"; status 200; head_is Content-Type '^image/jpeg$'
done
ask "/api/conflicts/$id/thumbnail?side=third"; status 400
ask "/api/conflicts/7/thumbnail?side=first"; status 404
send "/api/conflicts/$id/resolve" '{"take":"second","by":"Ann"}'; status 400
send "/api/conflicts/$id/resolve" '{"take":"second","by":"Ann","reason":"  "}'; status 400
send "/api/conflicts/7/resolve" '{"take":"second","by":"Ann","reason":"x"}'; status 404
send "/api/conflicts/$id/resolve" '{"take":"second","by":"Ann","reason":"the first was cut"}'; status 200
json 'a.state === "resolved"'
send "/api/conflicts/$id/resolve" '{"take":"first","by":"Ann","reason":"again"}'; status 409
ask /api/conflicts; json 'a.rows.length === 0'

# Two people.
send "/api/studies/$study/delete" '{"by":"Ann","reason":"a mistake"}'; status 200
ask /api/deletions; json 'a.rows[0].state === "proposed" && a.rows[0].proposed_by === "Ann" && a.rows[0].due_at === null'
ask /api/archive; json 'a.proposed === 1 && a.confirmed === 0'
send "/api/studies/$study/confirm" '{"by":"Ann"}'; status 403
send "/api/studies/$study/confirm" '{"by":"Bob"}'; status 200
ask /api/deletions; json 'a.rows[0].state === "confirmed" && a.rows[0].due_at > a.rows[0].confirmed_at'
send "/api/studies/$study/withdraw" '{"by":"Cat","reason":"it was right"}'; status 200
ask /api/deletions; json 'a.rows.length === 0'
send "/api/studies/$study/hold" '{"by":"Cat","reason":"inquest"}'; status 200
send "/api/studies/$study/delete" '{"by":"Ann","reason":"a mistake"}'; status 403
send "/api/studies/$study/release" '{"by":"Cat","reason":"over"}'; status 200
ask "/api/studies/$study/history"; status 200
json 'a.rows.map(r => r.kind.slice(6)).join() === "deletion.proposed,deletion.confirmed,deletion.withdrawn,hold,hold"' 'all steps are told in order'
json 'a.rows[0].who === "Ann" && a.rows[0].why === "a mistake" && a.rows[2].why === "it was right"'
ask /api/troubles; status 200; json 'a.rows.length === 0'
ask /api/retention; status 200; json 'a.rows.length === 0'
send /api/retention '{"name":"adults","years":8,"by":"Ann","reason":" "}'; status 400
send /api/retention '{"name":"adults","years":8,"by":"Ann","reason":"the code of practice"}'; status 201
send /api/retention '{"id":1,"name":"adults","years":9,"by":"Bob","reason":"longer"}'; status 201
send /api/retention '{"id":7,"name":"adults","years":9,"by":"Bob","reason":"longer"}'; status 404
ask /api/retention; status 200; json 'a.rows.length === 1 && a.rows[0].years === 9 && a.rows[0].grace_days === 30'
end_serve

# A page's address may end with a UID.
mkdir site; echo '<!doctype html><title>the app</title>' > site/index.html
serve --archive "$folder/archive" --dicom-port -1 --web-folder "$folder/site" || return
ask "/studies/$study"; status 200; body 'the app'
ask /studies/1.2.js; status 404
ask /studies/1.2.; status 404
end_serve
