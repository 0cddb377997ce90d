# SPDX-License-Identifier: MIT
# Queries: every kind of key, at every level, by a caller of our own and by
# DCMTK's; and who sees what.
serve
peer SCU --rights "echo store find"
settle
raw find
raw many_answers 3000

asked() { findscu "$@" -aet SCU -aec RIBBLE 127.0.0.1 "$port" 2>&1; }
shows 'RAW34' "findscu, study root" asked -S -k QueryRetrieveLevel=STUDY -k PatientName='SMITH*' -k PatientID
shows 'RAW34' "findscu, patient root" asked -P -k QueryRetrieveLevel=PATIENT -k PatientName='SMITH*' -k PatientID
is 5 "$(asked -S -k QueryRetrieveLevel=STUDY -k PatientID='RAW*' -k StudyInstanceUID | grep -c 'PatientID')" "findscu finds five"
some=$(asked -S --cancel 3 -k QueryRetrieveLevel=STUDY -k PatientID='MANY*' | grep -c 'PatientID')
holds "findscu cancels after three, and $some had left" test "$some" -ge 3 -a "$some" -lt 3000

peer SCU --charset "ISO_IR 100"
settle
shows 'ISO_IR 100' "a peer's own character set" asked -S -k QueryRetrieveLevel=STUDY -k PatientID=RAW31 -k PatientName
shows 'ISO_IR 192' "where that does not hold the answer, UTF-8" \
	asked -S -k QueryRetrieveLevel=STUDY -k PatientID=RAW32 -k PatientName
end_serve
is 0 "$status" "it stops well"
sound
