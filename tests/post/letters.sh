# SPDX-License-Identifier: MIT
# What a rule sends when a study settles: to DCMTK and to Orthanc, by C-STORE
# and by STOW-RS; as it is stored, or changed without loss; to a destination
# that comes up later; and what a person may do with a letter.
# shellcheck source=tests/post/said.sh
. "$here/../../post/said.sh"
samples=/usr/lib/python3/dist-packages/pydicom/data/test_files
orthanc
serve --archive-settle-seconds 1 --web-org RXR
listen PACS -pm
mkdir PLAIN
port_PLAIN=$(free_port) port_LATER=$(free_port)
storescp -aet PLAIN -od PLAIN +B +xi "$port_PLAIN" > PLAIN.log 2>&1 &
children+=("$!")
peer CT1 --rights "echo store"
peer PACS --host 127.0.0.1 --port "$port_PACS"
peer PLAIN --host 127.0.0.1 --port "$port_PLAIN"
peer LATER --host 127.0.0.1 --port "$port_LATER"
peer ORTHANC --host 127.0.0.1 --port "$orthanc_port"
settle
web_destination
shows '"state":"set"' "a rule" rule '"name":"all","sender":"dicom-store","to":"PACS","station":""'
shows '"state":"set"' "a second" rule '"name":"plain","sender":"dicom-store","to":"PLAIN","org":"RXN","priority":1'
shows '"state":"set"' "a third" rule '"name":"orthanc","sender":"dicom-store","to":"ORTHANC","org":"RXN"'
shows 'destination is no peer' "no rule to nobody" rule '"name":"nobody","sender":"dicom-store","to":"NOBODY"'

python "$here/../../post/made.py" new in \
	"$samples"/{CT_small,MR_small_RLE,MR_small_jp2klossless,MR_small_jpeg_ls_lossless,test-SR,rtplan,image_dfl,MR_small_bigendian,SC_rgb_rle_2frame}.dcm
holds "nine come" dcmsend -aet CT1 -aec RIBBLE 127.0.0.1 "$port" in/*.dcm
studies=$(for f in in/*; do dcmdump +P StudyInstanceUID "$f"; done | sort -u | wc -l)
many=$(for f in in/*; do dcmdump +P SOPInstanceUID "$f"; done | sort -u | wc -l)
arrived "$((3 * studies))"
is "$((3 * studies))" "$(letters sent a.length)" "a letter for each of $studies studies and three rules, all sent"
is "$many" "$(find PACS -type f | wc -l)" "DCMTK has all $many"
is "$many" "$(find PLAIN -type f | wc -l)" "so has one that takes nothing but implicit little endian"
is "$many" "$(at_orthanc)" "so has Orthanc"
holds "as they are stored, byte for byte, and without loss" python "$here/../../post/same.py" "$url/dicom-web" in PACS PLAIN

shows '"state":"set"' "a rule by STOW-RS" rule '"name":"web","sender":"stow","to":"web","modality":"OT"'
everything_goes_from_orthanc
python "$here/../../post/made.py" classes classes
holds "a study of every class of storage" python "$here/../../post/made.py" stow classes "$url/dicom-web"
arrived "$((3 * studies + 2))"
many=$(find classes -type f | wc -l)
is "$many" "$(grep -lr 'CLASSES' PACS | wc -l)" "more presentation contexts than one association has: all $many arrived"
is "$many" "$(at_orthanc)" "STOW-RS brought Orthanc all of it"

before=$(letters sent a.length)
shows '"state":"set"' "a rule to who is not there yet" rule '"name":"later","sender":"dicom-store","to":"LATER","words":"later"'
python "$here/../../post/made.py" later later 3
holds "a study comes" python "$here/../../post/made.py" stow later "$url/dicom-web"
for _ in $(seq 400); do [ "$(waiting 'could not connect')" = 1 ] && break; sleep 0.1; done
is 1 "$(waiting 'could not connect')" "the letter waits, and says why"
mkdir LATER
storescp -aet LATER -od LATER +B +xa -pm "$port_LATER" > LATER.log 2>&1 &
later=$!
children+=("$later")
for _ in $(seq 600); do [ "$(letters open a.length)" = 0 ] && break; sleep 0.1; done
is "$((before + 3))" "$(letters sent a.length)" "it went by itself when the other side had come"
is 3 "$(find LATER -type f | wc -l)" "and all of it"

kill "$later"; wait "$later" 2> /dev/null
python "$here/../../post/made.py" later again 2
holds "another study comes" python "$here/../../post/made.py" stow again "$url/dicom-web"
for _ in $(seq 400); do [ "$(waiting 'could not connect')" = 1 ] && break; sleep 0.1; done
for _ in $(seq 100); do [ "$(letters open a.length)" = 1 ] && break; sleep 0.1; done
id=$(letters open 'a[0].id')
shows '"state":"waiting"' "a person has it tried again" act "$id" again '"by":"Ann"'
for _ in $(seq 100); do [ "$(waiting 'could not connect')" = 1 ] && break; sleep 0.1; done
shows '"state":"withdrawn"' "and withdraws it" act "$id" withdraw '"by":"Ann","reason":"it is not wanted"'
is 0 "$(letters open a.length)" "none is open"
shows '40[49]|conflict|gone' "what is sent is not withdrawn" act "$(letters sent 'a[0].id')" withdraw '"by":"Ann","reason":"x"'
shows '"state":"waiting"' "what was withdrawn may be wanted after all" act "$id" again '"by":"Ann"'
is 0 "$(grep -c 'ERROR: AddressSanitizer\|runtime error' served.err)" "nothing broke"
end_serve
is 0 "$status" "it stops well"
