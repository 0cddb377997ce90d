# SPDX-License-Identifier: MIT
# confined.sh: what decodes pictures is a process of its own, which can reach
# nothing and take only so much; what happens to it happens to one picture.
# The name of a log level that is none does not keep it from starting: what is
# set for the server is not its business.
python=/usr/bin/python3
samples=$($python -c 'import pydicom, os; print(os.path.dirname(pydicom.__file__))')/data/test_files
export RIBBLE_LOG_LEVEL=nonsense
serve --archive "$folder/archive" --dicom-port -1 --web-org RXN --log-level warn \
    --decoders 1 --decoder-memory-mib 400 || return

dicom='Content-Type: application/dicom'
$python - "$samples/MR_small_jp2klossless.dcm" <<-'END'
	import pydicom, sys
	from pydicom.encaps import encapsulate, generate_pixel_data_frame
	# A codestream, and a head, that say they are so large.
	def grown(n, side):
	    ds = pydicom.dcmread(sys.argv[1])
	    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3.%d" % n
	    frame = bytearray(next(generate_pixel_data_frame(ds.PixelData, 1)))
	    if side:
	        at = frame.index(b"\xff\x51") + 6
	        size = side.to_bytes(4, "big")
	        frame[at:at + 8] = size * 2          # Xsiz, Ysiz
	        frame[at + 16:at + 24] = size * 2    # XTsiz, YTsiz
	        ds.Rows = ds.Columns = side
	    ds.PixelData = encapsulate([bytes(frame)])
	    ds["PixelData"].is_undefined_length = True
	    ds.save_as("made%d" % n)
	grown(1, 0)
	grown(2, 9000)   # fits into what is shared; its decoding does not
	grown(3, 30000)  # 3.6 GB, which are not asked for
	grown(4, 65535)  # more than any picture may have
END
uid_of() { # KEYWORD
	$python -c 'import pydicom, sys; print(pydicom.dcmread("made1")[sys.argv[1]].value)' "$1"
}
series=/dicom-web/studies/$(uid_of StudyInstanceUID)/series/$(uid_of SeriesInstanceUID)
for i in 1 2 3 4; do
	ask /dicom-web/studies -H "$dicom" --data-binary "@made$i"; status 200
done

# One that works, and what it is allowed.
image=$series/instances/1.2.3.1/rendered
ask "$image"; status 200; head_is Content-Type '^image/jpeg$'
decoder() { pgrep -P "$pid" -f 'decode$'; }
first=$(decoder)
of() { # NAME FILE: a line of what the kernel says of the decoder
	sed -nE "s/^$1:?[[:space:]]+//p" "/proc/$first/$2" | sed -E 's/[[:space:]].*//'
}
is 2 "$(of Seccomp status)" "its system calls are filtered"
is 1 "$(of NoNewPrivs status)" "it gains no privileges"
is 0 "$(of 'Max core file size' limits)" "it leaves no core"
is 0 "$(of 'Max file size' limits)" "it writes no file"
is 0 "$(of 'Max processes' limits)" "it starts no process"
is 8 "$(of 'Max open files' limits)" "it opens few files"
# The shadow memory of a sanitizer is larger than any limit.
most=$((400 << 20))
! grep -qE 'lib[at]san|__[at]san_init' "$RIBBLE" || most=unlimited
is "$most" "$(of 'Max address space' limits)" "its memory is limited"
ask "$image"; status 200
is "$first" "$(decoder)" "the same one decodes the next picture"

# Pictures that would need gigabytes, and one that kills its decoder.
peak() { sed -nE 's/^VmHWM:[[:space:]]*([0-9]+) kB/\1/p' "/proc/$pid/status"; }
before=$(peak)
why=([2]='JPEG 2000 frame cannot be decoded' [3]='too large to decode in 400 MiB' [4]='is too large')
pictures=(2 3 4)
[ "$most" != unlimited ] || pictures=(3 4) # without a limit 2 is decoded
for i in "${pictures[@]}"; do
	ask "$series/instances/1.2.3.$i/rendered"
	status 400; body "${why[$i]}"
	ask "$image"; status 200
done
holds "the server took no memory for them: $before to $(peak) kB" \
    test "$(($(peak) - before))" -lt 200000
first=$(decoder)
kill -9 "$first"
while grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$first/status" 2> /dev/null; do sleep 0.1; done
ask "$image"; status 200
holds "another one decodes" test "$(decoder)" != "$first"
ask "$series/instances/1.2.3.3" -H 'Accept: application/dicom; transfer-syntax=*'; status 200
holds "what cannot be decoded comes back as it was" cmp body made3
end_serve
