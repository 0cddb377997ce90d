# SPDX-License-Identifier: MIT
# Two other archives, both ways: Orthanc and DCMTK's dcmqrscp store to us, ask
# us, have us send to them; Orthanc asks for storage commitment too.
samples=/usr/lib/python3/dist-packages/pydicom/data/test_files
orthanc_port=$(free_port) orthanc_web=$(free_port) qr_port=$(free_port)
serve --log-level debug
mkdir orthanc qr
cat > orthanc.json <<-JSON
	{"Name": "test", "StorageDirectory": "$folder/orthanc", "IndexDirectory": "$folder/orthanc",
	 "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": $orthanc_port, "DicomCheckCalledAet": true,
	 "HttpPort": $orthanc_web, "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
	 "DicomAlwaysAllowStore": false, "ConcurrentJobs": 2, "Plugins": [],
	 "DicomModalities": {"RIBBLE": {"AET": "RIBBLE", "Host": "127.0.0.1", "Port": $port,
	  "AllowStorageCommitment": true, "AllowTranscoding": false}}}
JSON
Orthanc orthanc.json > orthanc.log 2>&1 &
children+=("$!")
cat > qr.cfg <<-CFG
	NetworkTCPPort = $qr_port
	MaxPDUSize = 131072
	MaxAssociations = 16
	HostTable BEGIN
	ribble = (RIBBLE, 127.0.0.1, $port)
	HostTable END
	VendorTable BEGIN
	VendorTable END
	AETable BEGIN
	QR $folder/qr RW (200, 1024mb) ANY
	AETable END
CFG
dcmqrscp -c qr.cfg > qr.log 2>&1 &
children+=("$!")
peer ORTHANC --host 127.0.0.1 --port "$orthanc_port" --rights "echo store find move get commit"
peer QR --host 127.0.0.1 --port "$qr_port" --rights "echo store find move"
peer SCU --rights "echo store find move"
settle
for _ in $(seq 200); do curl -sf "http://127.0.0.1:$orthanc_web/system" > system && break; sleep 0.1; done

rest() { # PATH [BODY]
	local path=$1; shift
	curl -s ${1:+--data-binary "$1"} "http://127.0.0.1:$orthanc_web$path"
}
js() { node -e 'const a = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(eval(process.argv[1]))' "$1"; }
at_orthanc() { rest /statistics | js a.CountInstances; }

is '{}' "$(rest /modalities/RIBBLE/echo '{}' | tr -d ' \n')" "Orthanc: C-ECHO to us"
for file in "$samples"/dicomdirtests/98892003/*/* "$samples"/{JPEG2000,MR_small_RLE,CT_small,SC_rgb_jpeg_gdcm}.dcm; do
	rest /instances "@$file" > /dev/null
done
sent=$(at_orthanc)
for id in $(rest /studies | js 'a.join(" ")'); do rest /modalities/RIBBLE/store "$id" > stored; done
is "$sent" "$(metric 'ribble_dicom_instances_total{end="kept"}')" "Orthanc: C-STORE of its $sent instances"

found=$(rest /modalities/RIBBLE/query '{"Level": "Study", "Query": {"PatientID": "", "PatientName": "", "StudyDescription": ""}}' |
	js a.ID)
studies=$(rest "/queries/$found/answers" | js a.length)
is "$(rest /studies | js a.length)" "$studies" "Orthanc: C-FIND finds its $studies studies"
for id in $(rest /studies | js 'a.join(" ")'); do curl -s -X DELETE "http://127.0.0.1:$orthanc_web/studies/$id" > /dev/null; done
is 0 "$(at_orthanc)" "Orthanc forgets them"
rest "/queries/$found/retrieve" '{"TargetAet": "ORTHANC", "Synchronous": true}' > retrieved
is "$sent" "$(at_orthanc)" "Orthanc: C-MOVE brings all $sent back"

instances=$(for id in $(rest /instances | js 'a.join(" ")'); do
	rest "/instances/$id/simplified-tags" | js '"[\"" + a.SOPClassUID + "\",\"" + a.SOPInstanceUID + "\"]"'
done | paste -sd,)
commitment() { # INSTANCES: the state of a storage commitment
	local id
	id=$(rest /modalities/RIBBLE/storage-commitment "{\"DicomInstances\": [$1]}" | js a.ID)
	for _ in $(seq 100); do
		state=$(rest "/storage-commitment/$id" | js a.Status)
		[ "$state" = Pending ] || break
		sleep 0.1
	done
	echo "$state"
}
is Success "$(commitment "$instances")" "Orthanc: storage commitment of all it has"
is Failure "$(commitment "$instances,[\"1.2.840.10008.5.1.4.1.1.4\",\"1.2.3.4.5\"]")" "Orthanc: not of one that we have not"

uids() { # the studies that we hold
	findscu -S -aet SCU -aec RIBBLE -k QueryRetrieveLevel=STUDY -k StudyInstanceUID 127.0.0.1 "$port" 2>&1 |
	    sed -n 's/.*UI \[\([0-9.]*\).*StudyInstanceUID.*/\1/p' | sort -u
}
study=$(uids | grep '18148\.0\.1$')
holds "movescu: to dcmqrscp" movescu -S -aet SCU -aec RIBBLE -aem QR -k QueryRetrieveLevel=STUDY \
	-k StudyInstanceUID="$study" 127.0.0.1 "$port"
at_qr=$(find qr -name 'MR*' | wc -l)
is 11 "$at_qr" "dcmqrscp has them"
before=$(metric 'ribble_dicom_operations_total{operation="store"}')
holds "dcmqrscp: C-MOVE sends them back to us" movescu -S -aet SCU -aec QR -aem RIBBLE -k QueryRetrieveLevel=STUDY \
	-k StudyInstanceUID="$study" 127.0.0.1 "$qr_port"
is "$at_qr" $(($(metric 'ribble_dicom_operations_total{operation="store"}') - before)) "by C-STORE"
is "$sent" "$(findscu -S -aet SCU -aec RIBBLE -k QueryRetrieveLevel=STUDY -k NumberOfStudyRelatedInstances \
	127.0.0.1 "$port" 2>&1 | sed -n 's/.*\[\([0-9]*\) *\].*NumberOfStudyRelatedInstances/\1/p' |
	awk '{ n += $1 } END { print n }')" "and what comes back is nothing new"
end_serve
is 0 "$status" "it stops well"
sound
