# SPDX-License-Identifier: MIT
# dicomweb.sh: DICOMweb of the real program: what is stored is found and comes
# back, what is wrong is answered with the right status.
python=/usr/bin/python3
samples=$($python -c 'import pydicom, os; print(os.path.dirname(pydicom.__file__))')/data/test_files
serve --archive "$folder/archive" --dicom-port -1 --web-org RXN || return

dicom='Content-Type: application/dicom'
related='Content-Type: multipart/related; type="application/dicom"; boundary=b'
body_of() { # FILE...: a body of them
	for file; do
		printf -- '--b\r\nContent-Type: application/dicom\r\n\r\n'
		cat "$file"
		printf '\r\n'
	done
	printf -- '--b--\r\n'
}
uid_of() { # FILE KEYWORD
	$python -c 'import pydicom, sys; print(pydicom.dcmread(sys.argv[1])[sys.argv[2]].value)' "$1" "$2"
}
ct=$samples/CT_small.dcm mr=$samples/MR_small.dcm
study=$(uid_of "$ct" StudyInstanceUID) series=$(uid_of "$ct" SeriesInstanceUID)
one=$(uid_of "$ct" SOPInstanceUID)
image=/dicom-web/studies/$study/series/$series/instances/$one

# What can be asked for.
ask /dicom-web/; status 200; json 'a.resources.some(r => r.path.endsWith("/frames/{frames}"))'
ask /dicom-web -X OPTIONS; status 200; json 'a.resources.find(r => r.path.endsWith("/studies")).methods.POST'
ask /dicom-web/nothing; status 404
ask /dicom-web/studies -X PUT; status 405; head_is Allow '^GET, HEAD, POST$'
ask /dicom-web/studies; status 200; body '^\[\]$'; head_is Content-Type '^application/dicom\+json$'

# Stored, in several forms.
body_of "$ct" "$mr" > two
ask /dicom-web/studies -H "$related" --data-binary @two; status 200
json 'a["00081199"].Value.length === 2 && !a["00081198"] && !a["00081190"]'
ask /dicom-web/studies -H "$dicom" --data-binary "@$ct"; status 200
json 'a["00081199"].Value[0]["00081155"].Value[0] === "'"$one"'" && !a["00081199"].Value[0]["00081196"]' 'the same again is no warning'
json 'a["00081190"].Value[0].endsWith("/studies/'"$study"'")'
ask "/dicom-web/studies/$study" -H "$dicom" --data-binary "@$mr"; status 409
json 'a["00081198"].Value[0]["00081197"].Value[0] === 0xa900' 'another study is refused'
body_of "$ct" "$mr" > two
ask "/dicom-web/studies/$study" -H "$related" --data-binary @two; status 202
sed 's/CompressedSamples/CompressedSampleS/' "$ct" > other
ask /dicom-web/studies -H "$dicom" --data-binary @other; status 202
json 'a["00081199"].Value[0]["00081196"].Value[0] === 0x111' 'another of its UID is kept beside it'
ask '/dicom-web/studies?org=RXR' -H "$dicom" --data-binary "@$samples/rtplan.dcm"; status 200
ask '/dicom-web/studies?org=NOBODY' -H "$dicom" --data-binary "@$ct"; status 400

# Bodies that are not what they say.
printf 'hello' > hello
ask /dicom-web/studies -H "$dicom" --data-binary @hello; status 409
json 'a["0008119A"].Value[0]["00081197"].Value[0] === 0xc000' 'what has no name is told of too'
ask /dicom-web/studies -H "$dicom" -H 'Content-Length: 0' -X POST; status 400
ask /dicom-web/studies -H "$related" --data-binary @hello; status 400
head -c 2000 two > cut; ask /dicom-web/studies -H "$related" --data-binary @cut; status 400
ask /dicom-web/studies -H 'Content-Type: multipart/related; type="application/dicom"; boundary=c' --data-binary @two; status 400
ask /dicom-web/studies -H 'Content-Type: multipart/related; type="application/dicom"' --data-binary @two; status 400
ask /dicom-web/studies -H 'Content-Type: multipart/related; type="application/dicom+xml"; boundary=b' --data-binary @two; status 415
ask /dicom-web/studies -H 'Content-Type: text/plain' --data-binary @two; status 415
ask /dicom-web/studies -H "$related" -H 'Accept: application/dicom+xml' --data-binary @two; status 406
printf -- '--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b--' > html
ask /dicom-web/studies -H "$related" --data-binary @html; status 415
{ printf -- '--b\r\nX: '; head -c 20000 /dev/zero | tr '\0' a; printf '\r\n\r\nx\r\n--b--'; } > longhead
ask /dicom-web/studies -H "$related" --data-binary @longhead; status 400
ask /dicom-web/studies -H "$related" --data-binary @two -H 'Origin: http://elsewhere.example'; status 403

# Searches.
ask "/dicom-web/studies?StudyInstanceUID=$study"; status 200
json 'a.length === 1 && a[0]["00201208"].Value[0] === 1 && a[0]["00080061"].Value[0] === "CT"'
json 'a[0]["00100010"].Value[0].Alphabetic === "CompressedSamples^CT1" && a[0]["00081190"].vr === "UR"'
ask '/dicom-web/studies?00100020=1CT1'; json 'a.length === 1'
ask '/dicom-web/studies?PatientName=compressedsamples^*'; json 'a.length >= 2'
ask '/dicom-web/studies?PatientName=Nobody'; status 200; body '^\[\]$'
ask '/dicom-web/studies?limit=1'; json 'a.length === 1'; head_is Warning '^299 '
ask '/dicom-web/studies?limit=1000'; json 'a.length === 3'; head_is Warning ''
ask '/dicom-web/studies?limit=1000&offset=2'; json 'a.length === 1'
ask '/dicom-web/studies?limit=-1'; status 400
ask '/dicom-web/studies?Colour=red'; status 400
ask '/dicom-web/studies?includefield=Colour'; status 400
ask '/dicom-web/studies?StudyDate=yesterday'; status 400
ask "/dicom-web/studies?StudyInstanceUID=$study&includefield=StationName,PatientWeight"
json 'a[0]["00101030"] && a[0]["00081010"]' 'fields from a head'
ask "/dicom-web/studies?StudyInstanceUID=$study&includefield=all"; json 'a[0]["00101010"]'
ask "/dicom-web/series?Modality=CT&StationName=CT01_OC0"; json 'a.length === 1' 'an attribute that is not indexed'
ask "/dicom-web/series?Modality=CT&StationName=CT02"; json 'a.length === 0'
ask '/dicom-web/series?ProtocolName2=x'; status 400
ask '/dicom-web/series?KVP=120'; status 400; json '/narrow/.test(a.error.hint)'
ask "/dicom-web/studies/$study/series"; json 'a.length === 1 && a[0]["0020000E"].Value[0] === "'"$series"'"'
ask "/dicom-web/studies/$study/instances"; json 'a.length === 1 && a[0]["00280010"].Value[0] === 128'
ask "/dicom-web/studies/$study/series/$series/instances?SOPInstanceUID=$one"; json 'a.length === 1'
ask /dicom-web/studies -H 'Accept: multipart/related; type="application/dicom+xml"'; status 406
ask /dicom-web/studies -H 'Accept: application/json'; status 200; head_is Content-Type '^application/json$'

# What comes back.
ask "$image" -H 'Accept: application/dicom; transfer-syntax=*'; status 200
holds "the same bytes" cmp body "$ct"
tag=$(value ETag)
ask "$image" -H 'Accept: application/dicom; transfer-syntax=*' -H "If-None-Match: $tag"; status 304
ask "$image" -H 'Accept: application/dicom; transfer-syntax=*' -r 100-199; status 206
head_is Content-Range '^bytes 100-199/'
holds "a range of them" cmp body <(tail -c +101 "$ct" | head -c 100)
ask "$image" -H 'Accept: application/dicom; transfer-syntax=*' -r 99999999-; status 416
ask "$image" -H 'Accept: application/dicom' -I; status 200; head_is Content-Length "^$(stat -c %s "$ct")\$"
ask "$image" -H 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*'; status 200
head_is Content-Type '^multipart/related; type="application/dicom"; boundary='
ask "/dicom-web/studies/$study"; status 200; head_is Vary Accept
ask "$image" -H 'Accept: image/tiff'; status 406
ask "$image" -H 'Accept: application/dicom; transfer-syntax=1.2.840.10008.1.2'; status 200
holds "in another syntax" $python -c 'import pydicom, sys
a, b = (pydicom.dcmread(p) for p in sys.argv[1:])
assert a.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2", a.file_meta
assert a.PixelData == b.PixelData and a.PatientName == b.PatientName' body "$ct"
ask "$image/metadata"; status 200; json 'a.length === 1 && a[0]["7FE00010"].BulkDataURI && a[0]["00083002"].Value[0] === "1.2.840.10008.1.2.1"'
tag=$(value ETag)
ask "$image/metadata" -H "If-None-Match: $tag"; status 304
ask "$image/metadata" -H 'Accept: multipart/related; type="application/dicom+xml"'; status 406
ask "$image/metadata" --compressed -H 'Accept-Encoding: gzip'; head_is Content-Encoding gzip
ask "/dicom-web/studies/$study/series/$series/metadata"; json 'a.length === 1'
ask "/dicom-web/studies/$study/metadata"; json 'a.length === 1'
bulk=$(node -p 'JSON.parse(require("fs").readFileSync("body"))[0]["7FE00010"].BulkDataURI')
ask "${bulk#"$url"}"; status 200; head_is Content-Type '^application/octet-stream$'
pixels() { $python -c 'import pydicom, sys; sys.stdout.buffer.write(pydicom.dcmread(sys.argv[1]).PixelData)' "$1"; }
pixels "$ct" > pixels
holds "bulk data is the pixels" cmp body pixels
ask "${bulk#"$url"}" -r 10-19; status 206; holds "a range of it" cmp body <(tail -c +11 pixels | head -c 10)
ask "$image/bulkdata/00100010"; status 200; body '^CompressedSamples'
ask "$image/bulkdata/00109999"; status 404
ask "$image/bulkdata/colourful"; status 404
ask "$image/frames/1" -H 'Accept: application/octet-stream'; status 200
holds "a frame is the pixels" cmp body pixels
head_is Content-Type '^application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1$'
ask "$image/frames/1"; head_is Content-Type '^multipart/related; type="application/octet-stream"'
ask "$image/frames/2"; status 404
ask "$image/frames/0"; status 400
ask "$image/frames/1,x"; status 400
ask "$image/frames/1" -H 'Accept: video/mp4'; status 406
ask "$image/pixeldata"; status 200
ask "/dicom-web/studies/$study/pixeldata"; status 200
ask "/dicom-web/studies/$study/series/1.2.3"; status 404
ask "/dicom-web/studies/1.2.3"; status 404
ask "/dicom-web/studies/abc"; status 404

# Pictures.
for what in "$image" "$image/frames/1" "/dicom-web/studies/$study" "/dicom-web/studies/$study/series/$series"; do
	ask "$what/rendered"; status 200; head_is Content-Type '^image/jpeg$'
	ask "$what/thumbnail"; status 200; head_is Content-Type '^image/jpeg$'
done
ask "$image/rendered" -H 'Accept: image/png'; status 200; is PNG "$(head -c 4 body | tail -c 3)" "a picture of the form that is wished"
ask "$image/rendered?window=40,400,linear&viewport=64,64&quality=50"; status 200
ask "$image/rendered?window=40"; status 400
ask "$image/rendered?window=40,400,cubic"; status 400
ask "$image/rendered?viewport=0,0"; status 400
ask "$image/rendered?annotation=patient"; status 400
ask "$image/rendered" -H 'Accept: image/gif'; status 406
uri="/wado?requestType=WADO&studyUID=$study&seriesUID=$series&objectUID=$one"
ask "$uri"; status 200; head_is Content-Type '^image/jpeg$'
ask "$uri&contentType=application/dicom"; status 200; holds "WADO-URI: the same bytes" cmp body "$ct"
ask "$uri&contentType=image/png&windowCenter=40&windowWidth=400&rows=64"; status 200; head_is Content-Type '^image/png$'
ask "${uri/WADO&/WADU&}"; status 400

# Metadata and bulk data become an instance.
$python - "$ct" <<-'END'
	import json, pydicom, sys
	ds = pydicom.dcmread(sys.argv[1])
	pixels = ds.PixelData
	ds.SOPInstanceUID = "1.2.3.77"
	ds.StudyInstanceUID = "1.2.3.7"
	ds.remove_private_tags()
	one = ds.to_json_dict(1 << 30, lambda e: None)
	one["7FE00010"] = {"vr": "OW", "BulkDataURI": "pixels/1"}
	text = json.dumps([one, dict(one, **{"00080018": {"vr": "UI", "Value": ["1.2.3.78"]},
	    "7FE00010": {"vr": "OW", "BulkDataURI": "nowhere"}})]).encode()
	with open("made", "wb") as f:
	    f.write(b"--b\r\nContent-Type: application/dicom+json\r\n\r\n" + text +
	        b"\r\n--b\r\nContent-Type: application/octet-stream\r\n"
	        b"Content-Location: pixels/1\r\n\r\n" + pixels + b"\r\n--b--")
END
metadata='Content-Type: multipart/related; type="application/dicom+json"; boundary=b'
ask /dicom-web/studies -H "$metadata" --data-binary @made; status 202
json 'a["00081199"].Value[0]["00081155"].Value[0] === "1.2.3.77" && a["00081198"].Value[0]["00081155"].Value[0] === "1.2.3.78"'
ask "/dicom-web/studies/1.2.3.7/series/$series/instances/1.2.3.77/frames/1" -H 'Accept: application/octet-stream'; status 200
holds "its frame is what was sent" cmp body pixels
ask "/dicom-web/studies/1.2.3.7" -H 'Accept: multipart/related; type="application/dicom"'; status 200
printf -- '--b\r\nContent-Type: application/dicom+json\r\n\r\n[{"00080018":\r\n--b--' > halfjson
ask /dicom-web/studies -H "$metadata" --data-binary @halfjson; status 400

# Two steps to delete.
ask "/dicom-web/studies/$study" -X DELETE; status 400
ask "/dicom-web/studies/$study?who=A.+Person&why=a+test" -X DELETE; status 202
ask "$image" -I; status 200
ask "/dicom-web/studies/1.2.3?who=A&why=b" -X DELETE; status 404

# Hostile files: an error, and the program lives.
$python - <<-'END'
	import zlib, pydicom, struct
	from pydicom.dataset import Dataset, FileMetaDataset, FileDataset
	def save(name, syntax, ds, deflated=None):
	    meta = FileMetaDataset()
	    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
	    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
	    meta.TransferSyntaxUID = syntax
	    f = FileDataset(name, ds, file_meta=meta, preamble=b"\0" * 128)
	    f.is_little_endian, f.is_implicit_VR = True, False
	    f.save_as(name, write_like_original=False)
	def new(n):
	    ds = Dataset()
	    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
	    ds.SOPInstanceUID = "1.2.3.%d" % n
	    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.4.%d" % n, "1.2.5.%d" % n
	    ds.PatientID = "X"
	    return ds
	save("nested", "1.2.840.10008.1.2.1", new(1))
	deep = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 300
	with open("nested", "ab") as f: f.write(deep)
	save("bomb", "1.2.840.10008.1.2.1.99", new(2))
	data = open("bomb", "rb").read()
	at = data.index(b"1.2.840.10008.1.2.1.99") + 22
	z = zlib.compressobj(9, zlib.DEFLATED, -15)
	more = struct.pack("<HH2sHI", 0x7fe0, 0x10, b"OB", 0, 1 << 30)
	with open("bomb", "wb") as f:
	    f.write(data[:at])
	    f.write(z.compress(more))
	    for _ in range(64): f.write(z.compress(b"\0" * (1 << 24)))
	    f.write(z.flush())
END
for trap in nested bomb; do
	ask /dicom-web/studies -H "$dicom" --data-binary "@$trap"; status 409
	ask /dicom-web/studies; status 200
done
$python "$here/dicomweb.py" "$url" > told
is 0 $? "the walk through the samples comes to its end"
sed -n '/^not ok/,/^#/p' told
bad=$(grep -c '^not ok' told) good=$(grep -c '^ok' told)
is 0 "$bad" "every sample comes back as it was"
holds "... and there were many" test "$good" -gt 150
ask /dicom-web/studies; status 200
end_serve
serve --archive "$folder/archive" --dicom-port -1 || return
ask "$image" -H 'Accept: application/dicom; transfer-syntax=*'; status 200
holds "the same bytes after another start" cmp body "$ct"
ask /dicom-web/studies -H "$dicom" --data-binary "@$ct"; status 400; json '/web_org/.test(a.error.hint)'
ask '/dicom-web/studies?org=RXN' -H "$dicom" --data-binary "@$ct"; status 200
end_serve
