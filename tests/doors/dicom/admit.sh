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
is '' "$(curl -s "$url/api/peers" | grep -o SECRET)" "the peers are listed"
shows '"why":"admitted from the strangers"' "with their history" \
	curl -s "$url/api/peers/$(curl -s "$url/api/peers" | node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).rows[0].id')/history"
holds "the conformance statement in docs/ is what the program says" \
	diff "$here/../../../docs/conformance/dicom.md" <("$RIBBLE" help --conformance)
end_serve
is 0 "$status" "it stops well"
