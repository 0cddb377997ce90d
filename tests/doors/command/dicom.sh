# SPDX-License-Identifier: MIT
# dicom.sh: files that others made are told as other programs tell them: the
# elements as dcmdump does, DICOM JSON as dcm2json does, values as pydicom does.
python_of() { PYTHONPATH=/usr/lib/python3/dist-packages /usr/bin/python3 "$@"; }
samples=$(python_of -c 'import pydicom, os; print(os.path.dirname(pydicom.__file__) + "/data")')
holds "there are sample files" test -d "$samples/test_files"
ct=$samples/test_files/CT_small.dcm

asks 0 dicom dump "$ct"
says '^\(0010,0010\) PN +[0-9]+ PatientName +CompressedSamples\^CT1$'
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
holds "large values are left out" json '!a["7FE00010"] && a["00100020"].Value[0] === "1CT1"'
asks 0 dicom json "$ct" "$ct"
holds "two files are a list" json 'a.length === 2'

# All that can be read, each file once by each program.
mapfile -t all < <(find "$samples" -type f \( -name '*.dcm' -o -path '*dicomdirtests/*/*' \) \
    ! -name '*.txt' ! -name README ! -name 'DICOMDIR*' | sort)
"$RIBBLE" dicom check --json "${all[@]}" > checked
mapfile -t files < <(node -e 'for (const f of JSON.parse(require("fs").readFileSync("checked", "utf8")))
	if (!f.error) console.log(f.file)')
holds "nearly all are read (${#files[@]} of ${#all[@]})" test ${#files[@]} -ge $((${#all[@]} - 3)) -a ${#files[@]} -gt 150
"$RIBBLE" dicom dump "${files[@]}" > ours
dcmdump -q +F +uc "${files[@]}" > theirs 2> /dev/null
"$RIBBLE" dicom json --inline 0 "${files[@]}" > values

# Every element, with its VR and length.  dcmdump has names of its own for a
# VR that it guesses, and private dictionaries of its own.
cat > lines.py <<'END'
import re, sys
def parts(path, begin, line_of, read):
    files, name = {}, None
    for line in open(path, encoding="latin-1"):
        found = re.match(begin, line)
        if found: name = found[1]; files[name] = []
        found = re.match(line_of, line.rstrip("\n") + " ")
        if found and name: files[name] += read(found)
    return files
ours = parts(sys.argv[1], r"# (/.*)$", r" *\(([0-9a-f]{4},[0-9a-f]{4})\) (..) +(\d+|undef) ",
    lambda f: [f.groups()])
theirs = parts(sys.argv[2], r"# dcmdump \(\d+/\d+\): (.*)$",
    r" *\(([0-9a-f]{4},[0-9a-f]{4})\) (..) .*# *(\d+|u/l), *\d+ \S.*$",
    lambda f: [] if f[1].startswith("fffe") else [(f[1], f[2], "undef" if f[3] == "u/l" else f[3])])
# Repeated elements, which dcmdump leaves out; values with line ends; and a
# sequence of VR UN, which it reads.
others = ("winter.dcm", "test-SR.dcm", "rtdose_rle.dcm", "rtdose_rle_1frame.dcm")
guessed = {"ox", "xs", "lt", "up", "px", "??", "pi", "na", "xw"}
bad = compared = 0
for name, a in ours.items():
    b = theirs.get(name, [])
    if not b or name.endswith(others): continue # or dcmdump cannot read it
    compared += 1
    sequence = lambda x, y: "SQ" in (x[1], y[1])
    wrong = [(x, y) for x, y in zip(a, b) if x[0] != y[0] or
        (x[2] != y[2] and not sequence(x, y) and int(x[2]) + int(x[2]) % 2 != int(y[2])) or
        (x[1] != y[1] and y[1] not in guessed and {x[1], y[1]} != {"OB", "OW"} and "UN" not in (x[1], y[1]) and int(x[0][3], 16) % 2 == 0)]
    if wrong or len(a) != len(b): bad += 1; print(name, len(a), len(b), wrong[:2])
print(compared)
sys.exit(1 if bad or compared < 140 else 0)
END
holds "the same elements as dcmdump has" python_of lines.py ours theirs

# The values, as pydicom has them.  DICOM JSON is UTF-8, whatever the file was.
cat > values.py <<'END'
import json, sys, warnings, pydicom
warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
NUMBERS = "US UL SS SL IS FL FD DS UV SV".split()
TEXTS = "CS UI DA TM DT SH LO AE AS".split()
def many(e):
    return [] if e.value in (None, "") else list(e.value) if e.VM > 1 else [e.value]
def near(a, b):
    if b in (None, "") or str(a) == str(b): return True
    return abs(float(a) - float(b)) <= 1e-6 * abs(float(b))
def same(e, o, path):
    if e.VR == "SQ":
        assert len(e.value) == len(o.get("Value", [])), path
        return sum(walk(item, o["Value"][i], "%s/%d/" % (path, i)) for i, item in enumerate(e.value))
    if e.VR not in NUMBERS + TEXTS or o["vr"] != e.VR: return 0
    mine, theirs = o.get("Value", []), many(e)
    assert len(mine) == len(theirs), (path, mine, theirs)
    for a, b in zip(mine, theirs):
        assert near(a, b) if e.VR in NUMBERS else (a or "") == str(b).strip(), (path, a, b)
    return 1
def walk(ds, o, path):
    n = 0
    for e in ds:
        if o.get("%08X" % e.tag, {}).get("vr", "UN") == "UN" and e.VR != "UN" and e.value: continue # was UN
        binary = e.VR[0] == "O" or e.VR == "UN"
        if e.tag.is_private or e.tag.element == 0 or e.tag == 0x00080005 or binary: continue
        n += same(e, o["%08X" % e.tag], path + "%08X" % e.tag)
    return n
n = bad = 0
for path, o in zip(sys.argv[2:], json.load(open(sys.argv[1], encoding="utf-8"))):
    try: n += walk(pydicom.dcmread(path, force=True), o, "")
    except (AssertionError, KeyError, ValueError) as why: bad += 1; print(path, repr(why))
print(n)
sys.exit(1 if bad or n < 5000 else 0)
END
holds "the same values as pydicom has" python_of values.py values "${files[@]}"
