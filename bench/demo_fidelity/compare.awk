# SPDX-License-Identifier: MIT
# compare.awk: counts of fold.awk against the published ones.
#     awk -f compare.awk PUBLISHED.csv COUNTS
# A cell is one trust, test and month.  Its error is relative, to one patient
# at least; it is close when within 2 % or five patients.
function note(what, have, want,    off, k) {
    off = have > want ? have - want : want - have
    k = ++cells[what]
    rel[what, k] = off / (want > 1 ? want : 1)
    if (off <= 5 || off <= 0.02 * want) close_[what]++
    if (off > 5 && (off / want > worst[what] || !(what in worst_at))) {
        worst[what] = off / (want > 1 ? want : 1)
        worst_at[what] = at " " have " for " want
    }
    sum_off[what] += off; sum[what] += want
}
function quantile(what, q,    m, i, j, v, a) {
    m = cells[what]
    for (i = 1; i <= m; i++) a[i] = rel[what, i]
    for (i = int(m / 2); i >= 1; i--) sift(a, i, m)
    for (i = m; i > 1; i--) { v = a[1]; a[1] = a[i]; a[i] = v; sift(a, 1, i - 1) }
    j = int(q * m + 0.5); return a[j < 1 ? 1 : j]
}
function sift(a, i, m,    c, v) {
    for (v = a[i]; (c = 2 * i) <= m; i = c) {
        if (c < m && a[c + 1] > a[c]) c++
        if (a[c] <= v) break
        a[i] = a[c]
    }
    a[i] = v
}
BEGIN { FS = "," }
FNR == 1 { file++ }
file == 1 && FNR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
file == 1 {
    key = $col["provider_code"] " " substr($1, 1, 7) " " $col["test_code"]
    row[key] = $0; next
}
FNR == 1 { FS = " "; $0 = $0 }
{
    at = $1 " " $2 " " $3
    if ($2 > last) last = $2
    if (!(at in row)) next
    m = split(row[at], p, ",")
    list = six = plist = psix = 0
    for (k = 0; k < 14; k++) {
        list += $(4 + k); plist += p[6 + k]
        if (k > 5) { six += $(4 + k); psix += p[6 + k] }
        note("band", $(4 + k), p[6 + k])
    }
    note("list", list, plist); note("over6", six, psix)
    note("over13", $17, p[19])
    note("waiting_list_activity", $18, p[col["waiting_list_activity"]])
    note("planned_activity", $19, p[col["planned_activity"]])
    note("unscheduled_activity", $20, p[col["unscheduled_activity"]])
}
END {
    split("list over6 over13 band waiting_list_activity planned_activity unscheduled_activity", order, " ")
    printf "%-22s %6s %8s %8s %8s %8s %8s  %s\n", "measure", "cells", "close", "median", "p95", "total", "worst", "worst cell"
    for (i = 1; i in order; i++) {
        w = order[i]
        printf "%-22s %6d %7.2f%% %7.2f%% %7.2f%% %7.3f%% %7.2f%%  %s\n", w, cells[w], \
            100 * close_[w] / cells[w], 100 * quantile(w, 0.5), 100 * quantile(w, 0.95), \
            100 * sum_off[w] / (sum[w] ? sum[w] : 1), 100 * worst[w], worst_at[w]
    }
}
