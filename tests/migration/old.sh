# SPDX-License-Identifier: MIT
# An archive that is given up, Orthanc, brought over in each of three ways; and
# what can go wrong on the way.
# shellcheck source=tests/post/said.sh
. "$here/../../post/said.sh"
samples=/usr/lib/python3/dist-packages/pydicom/data/test_files
port=$(free_port)
orthanc
python "$here/../../post/made.py" old old "$samples"
for file in old/*.dcm; do rest /instances "@$file" > /dev/null; done
studies=$(rest /studies | js a.length)
instances=$(at_orthanc)
day() { date -d "$1 days ago" +%Y%m%d; }
old() { # MEMBERS: adds or changes the old archive
	post /api/old-archives "\"name\":\"old\",\"org\":\"RXN\",\"from_date\":\"$(day 12)\",\"by\":\"Ann\",\"reason\":\"a test\",$1"
}
olds() { curl -s "$url/api/old-archives" | rows "$1"; }
ledger() { curl -s "$url/api/old-archives/$old/studies?limit=1000" | rows "$1"; }
until_is() { # VALUE COMMAND...: or a minute is over
	local value=$1; shift
	for _ in $(seq 300); do [ "$("$@")" = "$value" ] && return; sleep 0.2; done
	ledger 'a.map((s) => s.state + " " + s.here + "/" + s.there + " " + s.trouble).join("\n")' | sed 's/^/# /'
	olds 'a.map((o) => o.trouble).join("\n")' | sed 's/^/# /'
}
fresh() { # an empty house, to which Orthanc's own address of us leads
	rm -rf archive files "$folder"/ribble.db*
	case $server in
	postgres*)
		psql -q "$server" -c "drop database if exists ribble_dicom_$$ with (force)" > /dev/null 2>&1
		psql -q "$server" -c "create database ribble_dicom_$$" > /dev/null ;;
	esac
	again
	peer CT1 --rights "echo store"
	peer ORTHANC --host 127.0.0.1 --port "$orthanc_port" --rights "echo store"
	settle
}
again() {
	free_port() { echo "$port"; } # the one that Orthanc knows
	serve --archive-settle-seconds 1
	unset -f free_port
	free_port() { python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
}
kill "$orthanc_pid"; wait "$orthanc_pid" 2> /dev/null
orthanc_again

for how in get move web; do
	fresh
	dest=ORTHANC
	if [ "$how" = web ]; then dest=web; web_destination; fi
	shows '"state":"set"' "$how: an old archive" old "\"how\":\"$how\",\"dest\":\"$dest\""
	old=$(olds 'a[0].id')
	until_is "$studies" olds 'a[0].done'
	is "$studies 0 0 0 0" "$(olds '[a[0].done, a[0].found, a[0].fetching, a[0].differs, a[0].failed].join(" ")')" \
		"$how: all $studies studies came"
	is "$instances" "$(olds 'a[0].instances')" "$how: all $instances instances"
	is "$instances" "$(curl -s "$url/api/archive" | js a.instances)" "$how: that the archive has"
	is true "$(ledger 'a.every((s) => s.there == s.here && s.there_hash == s.here_hash && s.there_hash.length == 64)')" \
		"$how: counts and hashes agree"
	end_serve
	is 0 "$status" "$how: it stops well"
done

fresh
shows '"state":"set"' "a slow one" old '"how":"get","dest":"ORTHANC","day_kib_s":60,"night_kib_s":60'
old=$(olds 'a[0].id')
for _ in $(seq 300); do [ "$(olds 'a[0].done')" -ge 2 ] && break; sleep 0.1; done
kill -9 "$pid"; wait "$pid" 2> /dev/null
again
holds "killed in the middle" test "$(olds 'a[0].done')" -lt "$studies"
old "\"id\":\"$old\",\"how\":\"get\",\"dest\":\"ORTHANC\"" > /dev/null
until_is "$studies" olds 'a[0].done'
is "$studies $instances" "$(olds '[a[0].done, a[0].instances].join(" ")')" "it goes on where it was"
end_serve
is 0 "$status" "and stops well"

fresh
paused='"how":"get","dest":"ORTHANC","day_kib_s":0,"night_kib_s":0'
shows '"state":"set"' "one that pauses" old "$paused"
old=$(olds 'a[0].id')
until_is "$studies" olds 'a[0].found'
sleep 3
is "$studies 0" "$(olds '[a[0].found, a[0].done].join(" ")')" "it knows all, and fetches none"
wanted=$(ledger 'a[a.length - 1].id')
shows '"wanted"' "one is wanted" post "/api/old-studies/$wanted/want" '"by":"Ann"'
until_is 1 olds 'a[0].done'
is "$wanted" "$(ledger 'a.filter((s) => s.state == "done").map((s) => s.id).join(" ")')" "it comes, and no other"
patient=$(ledger 'a.filter((s) => s.state == "found")[0].patient_id')
theirs=$(ledger "a.filter((s) => s.patient_id == '$patient').length")
python - "$folder" "$patient" "$samples/CT_small.dcm" <<-PY
	import pydicom, sys
	from pydicom.uid import generate_uid
	d = pydicom.dcmread(sys.argv[3])
	d.PatientID = sys.argv[2]
	d.StudyInstanceUID, d.SOPInstanceUID = generate_uid(), generate_uid()
	d.save_as(sys.argv[1] + '/visit.dcm')
PY
holds "a patient comes" storescu -aet CT1 -aec RIBBLE 127.0.0.1 "$port" visit.dcm
until_is "$theirs" ledger "a.filter((s) => s.patient_id == '$patient' && s.state == 'done').length"
is "$theirs" "$(ledger "a.filter((s) => s.patient_id == '$patient' && s.state == 'done').length")" \
	"what the old archive has of the patient comes too"
gone=$(ledger 'a.filter((s) => s.state == "found")[0].id')
uid=$(ledger "a.filter((s) => s.id == '$gone')[0].uid")
id=$(rest /tools/lookup "$uid" | js 'a[0].ID')
curl -s -X DELETE "http://127.0.0.1:$orthanc_web/studies/$id" > /dev/null
peer ORTHANC --port 9
old "\"id\":\"$old\",\"how\":\"get\",\"dest\":\"ORTHANC\"" > /dev/null
until_is true olds 'a[0].trouble.includes("could not connect")'
is true "$(olds 'a[0].trouble.includes("could not connect")')" "where it does not answer, that is shown"
is 0 "$(olds 'a[0].failed')" "and no study is given up for it"
peer ORTHANC --port "$orthanc_port"
until_is 0 olds 'a[0].found + a[0].fetching'
is "$((studies - 1)) 1 " "$(olds '[a[0].done, a[0].failed, a[0].trouble].join(" ")')" "it is tried again, and all comes but one"
shows 'no longer names it' "of that one the reason is shown" ledger "a.filter((s) => s.id == '$gone')[0].trouble"
is 0 "$(grep -c 'ERROR: AddressSanitizer\|runtime error' served.err)" "nothing broke"
end_serve
is 0 "$status" "it stops well"
