# SPDX-License-Identifier: MIT
# fold.awk: DM01 from RIS events once more, apart from src/measures, in the
# plainest way: one trust's files in order of time, a census at each month's
# end, wherever in a file that is.  Bad rows are passed over.  Prints
#     trust month test w00 .. w13 waiting-list planned unscheduled
function day_number(y, m, d,    a) {
    a = int((14 - m) / 12); y += 4800 - a; m += 12 * a - 3
    return d + int((153 * m + 2) / 5) + 365 * y + int(y / 4) - int(y / 100) + int(y / 400)
}
function read_day(s,    y, m, d) { # yyyy-mm-dd or dd/mm/yyyy; 0: neither
    s = substr(s, 1, 10)
    if (s in days) return days[s]
    if (s ~ /^[0-9]+-[0-9]+-[0-9]+$/) {
        y = substr(s, 1, 4) + 0; m = substr(s, 6, 2) + 0; d = substr(s, 9, 2) + 0
    } else if (s ~ /^[0-9]+\/[0-9]+\/[0-9]+$/) {
        y = substr(s, 7, 4) + 0; m = substr(s, 4, 2) + 0; d = substr(s, 1, 2) + 0
    } else return 0
    if (d > 31 || (d > 30 && (m == 4 || m == 6 || m == 9 || m == 11)) || (d > 28 && m == 2 && y % 4))
        return 0
    return days[s] = day_number(y, m, d)
}
function census(    a, s, k, t) {
    for (a in test) {
        if (source[a] == "IP" || source[a] == "AE") continue
        s = start[a]
        if (planned[a]) {
            if (due[a] > end) continue
            if (s < due[a]) s = due[a]
        }
        k = s < end ? int((end - s) / 7) : 0
        n[test[a], k > 13 ? 13 : k]++
    }
    for (t in tests) {
        printf "%s %s %s", trust, month, t
        for (k = 0; k < 17; k++) printf " %d", n[t, k]
        print ""
    }
    delete n
}
function begin_month(m,    y, o) {
    month = m; y = substr(m, 1, 4); o = substr(m, 6, 2) + 0
    begun = day_number(y, o, 1)
    end = day_number(o == 12 ? y + 1 : y, o == 12 ? 1 : o + 1, 1) - 1
}
function restart(a, d) { if (!planned[a] || due[a] <= d) start[a] = d }
function next_month(m,    y, o) {
    y = substr(m, 1, 4); o = substr(m, 6, 2) + 0
    return o == 12 ? y + 1 "-01" : sprintf("%s-%02d", y, o + 1)
}
NR == 1 {
    match(FILENAME, /-20[0-9][0-9]-[01][0-9][^\/]*$/)
    begin_month(substr(FILENAME, RSTART + 1, 7))
}
FNR == 1 { next }
{ sub(/\r$/, "") }
{
    at = read_day($2); a = $4
    if (!at || a == "" || substr($2, 12, 2) > 23) next
    while (at > end) { census(); begin_month(next_month(month)) }
}
$1 == "requested" {
    if ($6 != "MRI" && $6 != "CT" && $6 != "NON_OBSTETRIC_ULTRASOUND" && \
        $6 != "BARIUM_ENEMA" && $6 != "DEXA_SCAN") next
    test[a] = $6; tests[$6] = 1; source[a] = $8; trust = $3; start[a] = at
    if ($9 == "Y") { planned[a] = 1; due[a] = read_day($10) }
    next
}
!(a in test) { next }
$8 != "" { source[a] = $8 } # admitted while waiting
$1 == "booked" || $1 == "rebooked" { standing[a] = read_day($11); next }
$1 == "did-not-attend" { restart(a, read_day($11)); delete standing[a]; next }
$1 ~ /^cancelled/ {
    if (!(a in standing)) { forget(a); next }
    if ($1 == "cancelled-by-patient") restart(a, read_day($11))
    delete standing[a]; next
}
$1 == "performed" {
    if (source[a] == "IP" || source[a] == "AE") k = 16
    else k = planned[a] && due[a] > at ? 15 : 14
    if (at >= begun) n[test[a], k]++
    forget(a)
}
function forget(a) {
    delete test[a]; delete source[a]; delete start[a]
    delete planned[a]; delete due[a]; delete standing[a]
}
END { census() }
