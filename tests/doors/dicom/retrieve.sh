# SPDX-License-Identifier: MIT
# Retrieval: C-GET, C-MOVE and storage commitment, by a caller of our own and
# by DCMTK's; who may have what; bytes as they came.
serve
listen SINK
peer SCU --rights "echo store find move get commit"
peer OTHER --org RXL --rights "echo store find move get"
peer ALL --rights "find get all-trusts"
peer SINK --host 127.0.0.1 --port "$port_SINK"
peer NOWHERE --host 127.0.0.1 --port 9
settle
raw find
raw get
raw changed
raw move SINK NOWHERE
is 6 "$(find SINK -type f | wc -l)" "what was moved has arrived"
raw trusts SINK
raw commitment

# Each sample, out by C-MOVE: the data sets' bytes.
raw samples
holds "movescu of each sample's study" bash -c '
	for uid in $(findscu -S -aet SCU -aec RIBBLE -k QueryRetrieveLevel=STUDY -k StudyInstanceUID 127.0.0.1 '"$port"' 2>&1 |
	    sed -n "s/.*UI \[\([0-9.]*\).*StudyInstanceUID.*/\1/p" | sort -u); do
		movescu -S -aet SCU -aec RIBBLE -aem SINK -k QueryRetrieveLevel=STUDY -k StudyInstanceUID="$uid" 127.0.0.1 '"$port"' ||
			{ echo "study $uid"; bad=1; }
	done
	exit ${bad:-0}'
raw moved_samples "$folder/SINK"
mkdir got
holds "getscu of a study" getscu -S -aet SCU -aec RIBBLE -od got -k QueryRetrieveLevel=STUDY \
	-k StudyInstanceUID=1.3.6.1.4.1.5962.1.2.1.20040119072730.12322 127.0.0.1 "$port"
is 1 "$(find got -type f | wc -l)" "which brings it"
end_serve
is 0 "$status" "it stops well"
sound
