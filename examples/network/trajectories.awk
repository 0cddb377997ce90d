# SPDX-License-Identifier: MIT
# trajectories.awk: made-up improvement trajectories, for the demo: from each
# trust and test's mean of January to March 2025 in a straight line to two
# fifths of it (1 % at least) in March 2027, by month.
#     awk -f trajectories.awk dm01/dm01_lsc_provider_test_month.csv
BEGIN {
    FS = ","
    split("31 28 31 30 31 30 31 31 30 31 30 31", days, " ")
}
NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
$1 >= "2025-01-31" && $1 <= "2025-03-31" {
    key = $2 "," $col["test_code"]
    if (!(key in list)) order[++n] = key
    list[key] += $col["total_wl"]; six[key] += $col["waiting_6plus"]
    key = $2 ",*"
    if (!(key in list)) order[++n] = key
    list[key] += $col["total_wl"]; six[key] += $col["waiting_6plus"]
}
END {
    for (i = 1; i <= n; i++) {
        from = list[order[i]] ? 100 * six[order[i]] / list[order[i]] : 0
        to = 0.4 * from < 1 ? 1 : 0.4 * from
        if (from < to) from = to
        for (m = 1; m <= 24; m++) {
            year = 2025 + int((m + 2) / 12); month = (m + 2) % 12 + 1
            printf "pct6,%s,trajectory,%04d-%02d-%02d,%.1f,demo,SYNTHETIC local improvement trajectory\n", \
                order[i], year, month, days[month], from + (to - from) * m / 24
        }
    }
}
