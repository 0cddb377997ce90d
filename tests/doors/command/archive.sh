# SPDX-License-Identifier: MIT
# archive.sh: images in from a disk, out to a disk, checked, and an index that
# is made again from packs alone.
files=/usr/lib/python3/dist-packages/pydicom/data/test_files
holds "the sample files are there" test -f "$files/CT_small.dcm"
database one one
with=(--database "$one" --archive packs --files one-files)
cp "$files"/{CT_small,MR_small,JPEG2000,reportsi,MR_small_bigendian}.dcm .
echo nothing > README
mkdir in && mv ./*.dcm README in

asks 1 archive import "${with[@]}" in; warns '^hint: --org'
asks 1 archive import "${with[@]}" --org RXN in --json; warns 'README'
holds "what can be read is kept, what cannot is told" json \
    'a.instances === 5 && a.bad === 1'
asks 0 archive import "${with[@]}" --org RXN in/CT_small.dcm --json
holds "the same again is known" json 'a.instances === 1 && a.packs === 1'
asks 0 archive verify "${with[@]}" --json
holds "verify reads them all" json 'a.bad === 0 && a.instances >= 4'
kept=$(json a.instances)
asks 0 archive seal "${with[@]}" --archive-settle-seconds 1
asks 0 archive export "${with[@]}" disk --json
holds "export has a directory" test -s disk/DICOMDIR
holds "which another program can read" dcmdump -q disk/DICOMDIR
asks 1 archive export "${with[@]}" disk; warns 'not empty'

database two two
other=(--database "$two" --archive packs --files two-files)
asks 1 archive seal "${other[@]}"; warns 'this database lacks'; warns 'rebuild'
asks 0 archive rebuild "${other[@]}" --json
is "$kept" "$(json a.instances)" "every instance comes back"
asks 0 archive verify "${other[@]}" --json
is "$kept" "$(json a.instances)" "and is indexed"

pack=$(find packs -name '*.pack' -size +20k | head -n 1)
printf x | dd of="$pack" bs=1 seek=9000 conv=notrunc status=none
asks 1 archive verify "${other[@]}"; warns 'not as it was written'
asks 2 archive frobnicate "${other[@]}"; warns '^hint: '
