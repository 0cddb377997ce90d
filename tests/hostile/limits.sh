# SPDX-License-Identifier: MIT
# limits.sh: what is deep, long, claimed or deflated costs little and harms
# nobody: by C-STORE, by STOW-RS, and by the command.
. "$here/../../hostile/scene.sh"
serve
peer SCU --rights "echo store find get move commit"
settle
attack nested "$folder"
attack bombs "$folder"
for file in nested.300 nested.100000 bomb; do
	shows 'nested too deeply|grows more than|larger than' "ribble dicom check: $file" \
		bash -c 'ulimit -v 4000000; "$0" dicom check "$1"; [ $? -lt 128 ] || echo killed' "$RIBBLE" "$file.dcm"
	fails "ribble dicom dump: $file" "$RIBBLE" dicom dump "$file.dcm"
	fails "ribble archive import: $file" "$RIBBLE" archive import "$file.dcm" --org RXN \
		--database other.db --files other --archive other
done
for case in elements values json parts cancels commitments; do attack "$case"; done
unharmed
