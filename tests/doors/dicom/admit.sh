# SPDX-License-Identifier: MIT
# Who may come in: a new house knows nobody; each refusal has its reason, and
# is seen; a person admits.
serve
strangers() { curl -s "$url/api/strangers" | node -e '
	const a = JSON.parse(require("fs").readFileSync(0, "utf8"));
	console.log(a.rows.map((r) => [r.calling, r.called, r.times, r.reason].join("|")).join("\n"))'; }

shows 'Calling AE Title Not Recognized' "a new house refuses everyone" \
	echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"
shows 'Calling AE Title Not Recognized' "to store too" \
	storescu -aet CT9 -aec RIBBLE 127.0.0.1 "$port" /usr/lib/python3/dist-packages/pydicom/data/test_files/CT_small.dcm
shows 'Called AE Title Not Recognized' "by another name too" \
	echoscu -aet CT9 -aec OTHER 127.0.0.1 "$port"
shows '^CT9\|RIBBLE\|2\|nobody knows' "the stranger is seen, and counted" strangers
shows '^CT9\|OTHER\|1\|it calls an AE title' "and why" strangers
shows 'CT9 .*nobody knows' "the command shows it" \
	"$RIBBLE" peer strangers --database "$database" --files files
is 0 "$(metric 'ribble_dicom_instances_total{end="kept"}')" "nothing was kept"

holds "a person admits it" "$RIBBLE" peer admit CT9 --org RXN --by Ann --database "$database" --files files
settle
holds "then it may echo" echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"
holds "and store" storescu -aet CT9 -aec RIBBLE 127.0.0.1 "$port" \
	/usr/lib/python3/dist-packages/pydicom/data/test_files/CT_small.dcm
shows '0x124|0124' "but not find" \
	findscu -v -S -aet CT9 -aec RIBBLE -k QueryRetrieveLevel=STUDY 127.0.0.1 "$port"
is '' "$(strangers)" "and is no stranger any more"

peer CT9 --from 192.0.2.0/24
settle
shows 'Calling AE Title Not Recognized' "from another address it may not" \
	echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"
shows 'may not call from this address' "which is said" strangers
peer CT9 --from "192.0.2.0/24 127.0.0.0/8"
settle
holds "a list of networks" echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"
peer CT9 --tls yes
settle
shows 'Calling AE Title Not Recognized' "without TLS, where it is demanded, it may not" \
	echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"
peer CT9 --tls no --certificate "$(printf 'ab%.0s' $(seq 32))"
settle
shows 'Calling AE Title Not Recognized' "without its certificate it may not" \
	echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"
peer CT9 --certificate none --active no
settle
shows 'Calling AE Title Not Recognized' "a retired one may not" \
	echoscu -aet CT9 -aec RIBBLE 127.0.0.1 "$port"

peer CT9 --active yes --associations 2
settle
raw quota
first_peer() { curl -s "$url/api/peers" | node -pe '
	const r = JSON.parse(require("fs").readFileSync(0, "utf8")).rows[0]; r.id + " " + r.aet + " " + r.rights'; }
shows '^[0-9]+ CT9 echo store$' "the peers are listed" first_peer
shows '"why":"admitted from the strangers"' "with their history" \
	curl -s "$url/api/peers/$(first_peer | cut -d' ' -f1)/history"
set_peer() { # METHOD PATH BODY: status and answer
	curl -s -w '%{http_code}' -X "$1" -H 'Content-Type: application/json' --data "$3" "$url$2"
}
shows '"id":.*201$' "a peer is added over the web" set_peer POST /api/peers \
	'{"aet": "WS7", "org": "RXL", "rights": "echo find", "by": "Ann", "reason": "new"}'
shows '409$' "but not twice" set_peer POST /api/peers '{"aet": "WS7", "org": "RXL", "by": "Ann", "reason": "new"}'
shows '400$' "nor without a reason" set_peer POST /api/peers '{"aet": "WS8", "org": "RXL", "by": "Ann"}'
shows '"id":.*200$' "and changed: what is left out stays" set_peer PUT "/api/peers/$(first_peer | cut -d' ' -f1)" \
	'{"name": "CT 9", "rights": "echo", "by": "Ann", "reason": "for now"}'
shows '^[0-9]+ CT9 echo$' "which is seen" first_peer
echoscu -aet NEW1 -aec RIBBLE 127.0.0.1 "$port" > /dev/null 2>&1
stranger() { curl -s "$url/api/strangers" | node -pe '
	JSON.parse(require("fs").readFileSync(0, "utf8")).rows.filter((r) => r.calling === "NEW1").map((r) => r.id).join()'; }
shows '"id":.*201$' "a stranger is admitted with one click" set_peer POST "/api/strangers/$(stranger)/admit" \
	'{"org": "RXN", "by": "Ann"}'
holds "at once" echoscu -aet NEW1 -aec RIBBLE 127.0.0.1 "$port"
echoscu -aet NEW1 -aec ELSE 127.0.0.1 "$port" > /dev/null 2>&1
shows 'dismissed.*200$' "another is dismissed" set_peer POST "/api/strangers/$(stranger)/dismiss" '{"by": "Ann"}'
is '' "$(stranger)" "and forgotten"
holds "the conformance statement in docs/ is what the program says" \
	diff "$here/../../../docs/conformance/dicom.md" <("$RIBBLE" help --conformance)
end_serve
is 0 "$status" "it stops well"
sound
