#!/bin/bash
# SPDX-License-Identifier: MIT
# dicom.sh: files that others made are told as other programs tell them: the
# elements as dcmdump does, DICOM JSON as dcm2json does, values as pydicom does.
samples=$(python_of() { PYTHONPATH=/usr/lib/python3/dist-packages /usr/bin/python3 "$@"; }
	python_of -c 'import pydicom, os; print(os.path.dirname(pydicom.__file__) + "/data")')
python_of() { PYTHONPATH=/usr/lib/python3/dist-packages /usr/bin/python3 "$@"; }
holds "there are sample files" test -d "$samples/test_files"
ct=$samples/test_files/CT_small.dcm

asks 0 dicom dump "$ct"
says '^\(0010,0010\) PN       16 PatientName +CompressedSamples\^CT1$'
says '^\(0008,0016\) UI .* = CT Image Storage$'
asks 0 dicom dump "$ct" "$samples/test_files/reportsi.dcm"
says "^# $samples/test_files/reportsi.dcm$"
asks 2 dicom show "$ct"; warns 'dump, json or check'
asks 2 dicom dump
asks 1 dicom dump no/such/file; warns 'no/such/file: cannot open it'
asks 1 dicom dump "$samples/test_files/MR_truncated.dcm"; warns 'MR_truncated.dcm: \(7fe0,0010\) at byte 1488'
asks 1 dicom json /dev/null; warns 'not DICOM'
"$RIBBLE" dicom dump "$ct" > whole; "$RIBBLE" dicom dump - < "$ct" > piped
holds "standard input is read" cmp whole piped

asks 0 dicom check "$samples/test_files/MR_small.dcm"; says 'nothing is wrong'
asks 1 dicom check "$samples/test_files/ExplVR_BigEnd.dcm"
says 'error at byte 498: \(0008,0020\) .*\(date-invalid\)$'
asks 1 dicom check --json "$samples/test_files/ExplVR_BigEnd.dcm" "$samples/test_files/MR_truncated.dcm"
holds "findings as JSON" json 'a.length === 2 && a[1].error.includes("(7fe0,0010)") &&
	a[0].findings.some((f) => f.code === "date-invalid" && f.tag === "00080020" && f.at === 498)'
asks 0 dicom json --inline 100 "$ct"
holds "large values are left out" json '!a["7FE00010"].InlineBinary && a["00100020"].Value[0] === "1CT1"'
asks 0 dicom json "$ct" "$ct"
holds "two files are a list" json 'a.length === 2'

# Every element of every file, with its VR and length, as dcmdump has it.
cat > lines.py <<'END'
import re, sys
def ours(path):
    for line in open(path, encoding="utf-8"):
        found = re.match(r" *\(([0-9a-f]{4},[0-9a-f]{4})\) (..) +(\d+|undef) ", line + " ")
        if found: yield found.groups()
def theirs(path):
    for line in open(path, encoding="latin-1"):
        found = re.match(r" *\(([0-9a-f]{4},[0-9a-f]{4})\) (..) .*# +(\d+|u/l), *\d+ \S+$", line)
        if found and not found[1].startswith("fffe"):
            yield found[1], found[2], "undef" if found[3] == "u/l" else found[3]
a, b = list(ours(sys.argv[1])), list(theirs(sys.argv[2]))
guessed = {"ox", "xs", "lt", "up", "px", "??", "pi"}  # what dcmdump calls a VR it only guesses
wrong = [(x, y) for x, y in zip(a, b)
         if x[0] != y[0] or x[2] != y[2] or (x[1] != y[1] and y[1] not in guessed and "UN" not in (x[1], y[1]))]
if wrong or len(a) != len(b) or not a:
    print(sys.argv[3], len(a), len(b), wrong[:3]); sys.exit(1)
END
files=0 bad=0
while read -r file; do
	"$RIBBLE" dicom dump "$file" > ours 2> err || continue
	dcmdump -q +E -dc +L -Un +uc "$file" > theirs 2> err || dcmdump -q "$file" > theirs 2> err || continue
	files=$((files + 1))
	python_of lines.py ours theirs "$file" >> differ || bad=$((bad + 1))
done < <(find "$samples" -type f \( -name '*.dcm' -o -path '*dicomdirtests*' \) ! -name '*.txt' ! -name README ! -name DICOMDIR\*)
holds "dcmdump reads them too ($files)" test $files -gt 120
is 0 "$bad" "the same elements as dcmdump has"
[ $bad = 0 ] || sed 's/^/# /' differ

# The values, as pydicom has them.
cat > values.py <<'END'
import json, sys, warnings, pydicom
warnings.simplefilter("ignore")
from pydicom import config
config.settings.reading_validation_mode = config.IGNORE
def same(e, o, path):
    v = e.value
    if e.VR == "SQ":
        assert len(v) == len(o.get("Value", [])), path
        for i, item in enumerate(v): walk(item, o["Value"][i], path + "/%d/" % i)
        return 1
    if e.VR in ("US", "UL", "SS", "SL", "IS", "FL", "FD", "DS", "UV", "SV") and o["vr"] == e.VR:
        mine = o.get("Value", [])
        theirs = [] if v is None or v == "" else list(v) if e.VM > 1 else [v]
        assert len(mine) == len(theirs), (path, mine, theirs)
        for a, b in zip(mine, theirs):
            if b is not None and b != "": assert abs(float(a) - float(b)) <= 1e-6 * abs(float(b)), (path, a, b)
        return 1
    if e.VR in ("CS", "UI", "DA", "TM", "SH", "LO", "AE", "AS") and o["vr"] == e.VR:
        theirs = [] if v is None or v == "" else list(v) if e.VM > 1 else [v]
        mine = [x or "" for x in o.get("Value", [])]
        assert [str(x).strip() for x in theirs] == mine, (path, mine, theirs)
        return 1
    return 0
def walk(ds, o, path):
    n = 0
    for e in ds:
        if e.tag.is_private or e.tag.element == 0: continue
        n += same(e, o["%08X" % e.tag], path + "%08X" % e.tag)
    return n
n = bad = files = 0
for line in open(sys.argv[1]):
    name, path = line.rstrip("\n").split("\t")
    try: ds = pydicom.dcmread(path, force=True)
    except Exception: continue
    files += 1
    try: n += walk(ds, json.load(open(name, encoding="utf-8")), "")
    except (AssertionError, KeyError) as why:
        bad += 1; print(path, why)
print(files, n)
sys.exit(1 if bad or files < 100 or n < 3000 else 0)
END
i=0
: > list
while read -r file; do
	i=$((i + 1))
	"$RIBBLE" dicom json --inline 0 "$file" > "$i.json" 2> err && printf '%s\t%s\n' "$i.json" "$file" >> list
done < <(find "$samples" -type f \( -name '*.dcm' -o -path '*dicomdirtests*' \) ! -name '*.txt' ! -name README ! -name DICOMDIR\*)
holds "the same values as pydicom has" python_of values.py list
