# SPDX-License-Identifier: MIT
# images.sh: the demonstration's images, written out with their DICOMDIR, are
# sound DICOM in the eyes of dicom3tools' validator.
database db images
with=(--database "$db" --files files --archive packs)
asks 0 demo "${with[@]}" --scale 1 --months 2 --today 2026-11-24 --json
asks 0 archive export "${with[@]}" --org RXR disk --json
asks 0 archive verify "${with[@]}" --json
sound() { # FILE: nothing that the validator calls an error
	! dciodvfy "$1" 2>&1 | grep '^Error'
}
mapfile -t files < <(find disk -type f ! -name DICOMDIR | sort)
holds "there are many" test ${#files[@]} -gt 90
bad=0
for file in "${files[@]}"; do
	sound "$file" > errors || { bad=$((bad + 1)); told 0 "$file is sound" "$(cat errors)"; }
done
is 0 $bad "each of them is sound"
kinds=$(for file in "${files[@]}"; do dcmdump +P 0008,0060 "$file"; done | grep -o '\[[A-Z]*' | sort -u | tr -d '[\n')
is CTDOCDXMGMRSRUS "$kinds" "of every kind"
holds "the DICOMDIR is sound" bash -c '! dciodvfy disk/DICOMDIR 2>&1 | grep "^Error"'
