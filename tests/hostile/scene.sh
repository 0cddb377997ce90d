# SPDX-License-Identifier: MIT
# scene.sh: what the scenes of this folder have in common; each begins with it.
hostile=$here/../../hostile
attack() { # CASE WORDS...
	local line
	while IFS= read -r line; do
		case $line in
		'ok - '*) told 1 "${line#ok - }" ;;
		'not ok - '*) told 0 "${line#not ok - }" ;;
		*) echo "# $line" ;;
		esac
	done < <(PYTHONPATH=$here python "$hostile/attack.py" "$port" "$url" "$pid" "$@" 2>&1 ||
		echo "not ok - $* ended")
}
unharmed() {
	is 0 "$(grep -c 'ERROR: AddressSanitizer\|runtime error' served.err)" "nothing broke"
	end_serve
	is 0 "$status" "it stops well"
}
