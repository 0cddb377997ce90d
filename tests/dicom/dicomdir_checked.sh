#!/bin/sh
# SPDX-License-Identifier: MIT
# A DICOMDIR that we wrote of samples of many kinds, looked over by those who
# know: dcmdump reads it without a complaint; dciodvfy finds no error but that
# some values are empty, as they are in the samples; pydicom reaches every file
# by its offsets.  Speaks TAP.
#     dicomdir_checked.sh JSON_BATCH FOLDER
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
files=$2/test_files
set -- "$1" "$files/CT_small.dcm" "$files/MR_small.dcm" \
    "$files/dicomdirtests/98892003/MR1/15820" \
    "$files/dicomdirtests/98892003/MR1/4919" \
    "$files/dicomdirtests/98892003/MR2/15970" \
    "$files/dicomdirtests/77654033/CT2/17106" "$files/JPEG2000.dcm" \
    "$files/rtplan.dcm" "$files/rtdose.dcm" "$files/test-SR.dcm" \
    "$files/reportsi.dcm" "$files/waveform_ecg.dcm"
batch=$1
shift
bad=0
say() { # STATUS WORDS
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else
		echo "not ok - $2"
		sed 's/^/# /' "$work/said"
		bad=1
	fi
}
echo 1..4
"$batch" dicomdir "$work/DICOMDIR" "$@" >"$work/said" 2>&1
say $? "written"
dcmdump "$work/DICOMDIR" >"$work/dump" 2>"$work/said" && [ ! -s "$work/said" ]
say $? "dcmdump reads it"
dciodvfy "$work/DICOMDIR" 2>&1 | grep '^Error' |
    grep -v 'Empty attribute (no value) Type 1 Required' >"$work/said"
[ ! -s "$work/said" ]
say $? "dciodvfy finds no error"
/usr/bin/python3 - "$work/DICOMDIR" $# >"$work/said" 2>&1 <<'END'
import sys, pydicom
ds = pydicom.dcmread(sys.argv[1])
at = {item.seq_item_tell: item for item in ds.DirectoryRecordSequence}
seen = []
def walk(offset, level):
    while offset:
        item = at[offset]
        types = (["PATIENT"], ["STUDY"], ["SERIES"],
                 ["IMAGE", "RT PLAN", "RT DOSE", "SR DOCUMENT", "WAVEFORM"])
        assert item.DirectoryRecordType in types[level], item.DirectoryRecordType
        seen.append(item)
        walk(item.OffsetOfReferencedLowerLevelDirectoryEntity, level + 1)
        last, offset = offset, item.OffsetOfTheNextDirectoryRecord
    return last if seen and level == 0 else None
last = walk(ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, 0)
assert last == ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity
assert len(seen) == len(ds.DirectoryRecordSequence)
files = [r.ReferencedFileID for r in seen if "ReferencedFileID" in r]
assert len(files) == int(sys.argv[2]), files
END
say $? "pydicom reaches every file"
exit $bad
