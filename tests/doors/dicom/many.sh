# SPDX-License-Identifier: MIT
# Many at once: 8 associations in parallel, again and again, and not one
# instance that is not stored; 200 associations; more than are allowed.
#     tests/doors/dicom/run RIBBLE many [RUNS]      (default 5)
runs=${1:-5}
serve --dicom-associations 210 --dicom-associations-each 210
peer SCU --rights "echo store find get"
settle
raw associations 200
raw too_many 210
python "$here/raw.py" 0 write "$folder/studies" 8 40
failed=0
for run in $(seq "$runs"); do
	workers=()
	for k in $(seq 8); do
		# Every second one sends into the same study.
		python "$here/raw.py" "$port" send "$folder/studies/$k" "$run" $((k % 2)) > "sent.$k" 2>&1 &
		workers+=("$!")
	done
	for worker in "${workers[@]}"; do wait "$worker" || failed=$((failed + 1)); done
done
is 0 "$failed" "$runs runs of 8 associations with 40 instances each: none failed"
told_n=$(findscu -S -aet SCU -aec RIBBLE -k QueryRetrieveLevel=STUDY -k PatientID="RUN*" \
	-k NumberOfStudyRelatedInstances 127.0.0.1 "$port" 2>&1 |
	sed -n 's/.*\[\([0-9]*\) *\].*NumberOfStudyRelatedInstances/\1/p' | awk '{ n += $1 } END { print n }')
is $((runs * 8 * 40)) "$told_n" "all are in the index"
end_serve
is 0 "$status" "it stops well"
sound
