# SPDX-License-Identifier: MIT
# Words of the scenes about post and migration.
# shellcheck disable=SC2154 # folder, url, children: of the scene's runner
js() { node -e 'const a = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(eval(process.argv[1]))' "$1"; }
rows() { node -e 'const t = JSON.parse(require("fs").readFileSync(0, "utf8"));
	const a = t.rows.map((r) => Array.isArray(r) ? Object.fromEntries(t.columns.map((c, i) => [c.name ?? c, r[i]])) : r);
	console.log(eval(process.argv[1]))' "$1"; }
post() { curl -s -H 'Content-Type: application/json' --data-binary "{$2}" "$url$1"; } # PATH MEMBERS
rule() { post /api/routes "$1,\"by\":\"Ann\",\"reason\":\"a test\""; }
act() { post "/api/letters/$1/$2" "$3"; }
letters() { curl -s "$url/api/letters?state=$1&limit=1000" | rows "$2"; } # STATE EXPRESSION
waiting() { letters waiting "a.filter((l) => l.trouble.includes('$1')).length"; } # TROUBLE
arrived() { # N letters have; or a minute is over
	for _ in $(seq 600); do
		[ "$(letters sent a.length)" -ge "$1" ] && return
		sleep 0.1
	done
	letters open 'a.map((l) => l.to + ": " + l.state + " " + l.trouble).join("\n")' | sed 's/^/# /'
}
rest() { # PATH [BODY]
	local path=$1; shift
	curl -s ${1:+--data-binary "$1"} "http://127.0.0.1:$orthanc_web$path"
}
at_orthanc() { rest /statistics | js a.CountInstances; }
everything_goes_from_orthanc() {
	local id
	for id in $(rest /studies | js 'a.join(" ")'); do
		curl -s -X DELETE "http://127.0.0.1:$orthanc_web/studies/$id" > /dev/null
	done
}
# Orthanc, which answers by DICOM and by DICOMweb; knows us at port_ribble.
orthanc() {
	orthanc_port=$(free_port) orthanc_web=$(free_port)
	orthanc_again
}
orthanc_again() {
	mkdir -p orthanc
	cat > orthanc.json <<-JSON
		{"Name": "test", "StorageDirectory": "$folder/orthanc", "IndexDirectory": "$folder/orthanc",
		 "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": $orthanc_port,
		 "HttpPort": $orthanc_web, "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
		 "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true, "DicomAlwaysAllowGet": true,
		 "DicomAlwaysAllowMove": true, "ConcurrentJobs": 2, "StableAge": 1,
		 "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
		 "DicomWeb": {"Enable": true, "Root": "/dicom-web/"},
		 "DicomModalities": {"RIBBLE": {"AET": "RIBBLE", "Host": "127.0.0.1", "Port": ${port:-1}, "AllowTranscoding": false}}}
	JSON
	Orthanc orthanc.json > orthanc.log 2>&1 &
	orthanc_pid=$!
	children+=("$orthanc_pid")
	for _ in $(seq 300); do curl -sf "http://127.0.0.1:$orthanc_web/system" > /dev/null && return; sleep 0.1; done
	told 0 "Orthanc answers" "$(tail -n 5 orthanc.log)"
}
web_destination() {
	shows '"state":"set"' "an archive on the web" post /api/web-destinations \
	    "\"name\":\"web\",\"url\":\"http://127.0.0.1:$orthanc_web/dicom-web/\",\"by\":\"Ann\""
}
