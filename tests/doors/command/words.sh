# SPDX-License-Identifier: MIT
# words.sh: help, the manual page, completion, and how a wrong word is refused.
commands=$("$RIBBLE" help | sed -nE 's/^  ([a-z0-9]+) +.*/\1/p')
is "serve demo check import dm01 spc backup restore archive peer dicom help" "$(paste -sd " " <<< "$commands")" \
    "help lists every command"

asks 0 help; says '^usage: ribble COMMAND'
asks 0 --help; says '^usage: ribble COMMAND'
asks 0 -h
asks 0 --version; says '^ribble [0-9]+\.[0-9]+\.[0-9]+$'
for c in $commands; do
	asks 0 help "$c"; says "^usage: ribble $c"
	cp out by-help
	asks 0 "$c" --help
	holds "ribble $c --help is ribble help $c" cmp out by-help
	says '--settings FILE'
	holds "the help of $c fits a terminal" \
	    awk 'length > 80 { print; bad = 1 } END { exit bad }' out
done
asks 0 help settings
for name in database files watch web_port stop_seconds log_level; do
	says "^  $name "
done
says 'default 8080; from 0 to 65535'

asks 0 help --sample; cp out sample.ini
sed -i 's/^#web_port = .*/web_port = 0/' sample.ini
asks 0 help --settings sample.ini

# Wrong words: status 2, what: why, and a hint on the next line.
asks 2; warns '^ribble: a command is missing$'; warns '^hint: '
asks 2 chekc; warns "^ribble: there is no command 'chekc'$"
warns "^hint: did you mean 'check'\?$"
is 2 "$(wc -l < err)" "an error is two lines"
is 0 "$(wc -c < out)" "an error says nothing on stdout"
asks 2 help setings; warns "did you mean 'settings'"
asks 2 import; warns "^ribble: import: FILE... is missing"
asks 2 import --knd ris x; warns "^ribble: import: there is no option '--knd'"
warns "^hint: did you mean '--kind'\?$"
asks 2 serve --web-prot 8; warns "did you mean '--web-port'"
asks 2 serve --web-port 99999; warns "web_port.*0 to 65535"
asks 2 serve --log-level loud; warns "^ribble: serve: log_level"; warns '^hint: '
asks 2 serve twice
asks 2 dm01 --month 2026-13 --provider RXN
asks 2 dm01 --month 2026-03; warns '--provider'
asks 2 dm01 --provider RXN; warns 'one of --month and --date'
asks 2 dm01 --month 2026-03 --date 2026-03-31 --provider RXN; warns 'one of --month and --date'
asks 2 check --settings nowhere.ini; warns 'nowhere.ini'
echo 'web_prot = 1' > wrong.ini
asks 2 check --settings wrong.ini; warns "line 1.*web_prot"; warns "web_port"
RIBBLE_WEB_PORT=x asks 2 check; warns 'web_port'
holds "nothing was made by a wrong line" test ! -e data

# A reader that leaves, and a disk that is full.
"$RIBBLE" help settings | head -n 1 > /dev/null
is "0 0" "${PIPESTATUS[*]}" "a reader may leave early"
"$RIBBLE" help > /dev/full 2> err
is 1 $? "a full disk is an error"
holds "... that is told" grep -q '^ribble: help: cannot write the answer: No space' err

asks 0 help --man; cp out ribble.1
man --version > /dev/null 2>&1 && {
	is "" "$(MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z ribble.1 2>&1 > /dev/null)" \
	    "man finds no fault"
}
groff --version > /dev/null 2>&1 && {
	is "" "$(groff -ww -man -Tutf8 -z ribble.1 2>&1)" "groff finds no fault"
	groff -man -Tascii -P-cbou ribble.1 > page 2> /dev/null
	for c in $commands; do
		holds "the manual tells of $c" grep -qE "ribble $c" page
	done
}
command -v mandoc > /dev/null && is "" "$(mandoc -Tlint -Wwarning ribble.1 2>&1 |
	grep -v 'missing date')" "mandoc finds no fault"

asks 0 help --completion bash; cp out completion.bash
holds "bash can read the completion" bash -n completion.bash
completes() { # WANTED WORDS...: the last word is the one to complete
	local want=$1; shift
	is "$want" "$(bash --norc -c '. ./completion.bash 2> /dev/null
		COMP_WORDS=(ribble "$@"); COMP_CWORD=$#; _ribble 2> /dev/null
		echo ${COMPREPLY[*]}' - "$@")" "completes: ribble $*"
}
completes "check" c
completes "serve spc" s
completes "--month" dm01 --mo
completes "--provider" dm01 --month 2026-03 --pr
completes "ris" import --kind r
completes "increase" spc x.csv --improve i
completes "--web-port" serve --web-p
completes "restore" help res
completes "settings serve" help se
: > some.csv
completes "some.csv" import so
completes "some.csv" check --settings so
completes "" serve --web-port 8
completes "" demo --to x
