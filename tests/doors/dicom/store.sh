# SPDX-License-Identifier: MIT
# Storing: every sample in every transfer syntax, as it came; what cannot be
# kept is refused with the standard's status.
serve
peer SCU --rights "echo store find get move"
settle
samples=/usr/lib/python3/dist-packages/pydicom/data/test_files
for tool in "storescu +sd +r" "dcmsend +sd +r -dn"; do
	# shellcheck disable=SC2086 # words
	holds "${tool%% *}: a folder of studies" $tool -aet SCU -aec RIBBLE 127.0.0.1 "$port" \
	    $samples/dicomdirtests/98892003
done
holds "the same again" storescu +sd +r -aet SCU -aec RIBBLE 127.0.0.1 "$port" $samples/dicomdirtests/98892003
is 17 "$(findscu -S -aet SCU -aec RIBBLE -k QueryRetrieveLevel=STUDY -k NumberOfStudyRelatedInstances \
	127.0.0.1 "$port" 2>&1 | sed -n 's/.*\[\([0-9]*\) *\].*NumberOfStudyRelatedInstances/\1/p' |
	awk '{ n += $1 } END { print n }')" "is not stored twice"
raw samples
raw mismatch
raw hostile
raw private
end_serve
is 0 "$status" "it stops well"
sound
