# SPDX-License-Identifier: MIT
# spc.R: the rules of NHSRplotthedots 0.2.2 once more, in base R, written apart
# from src/measures/spc.c so that each can prove the other wrong.
#
#     Rscript spc.R run  < cases > results     one line for each case
#     Rscript spc.R time CASES PASSES          seconds for one pass, best of PASSES
#
# A case is one line of fields parted by blanks; numbers are hexadecimal
# floating point, so that nothing is lost on the way:
#     id improve target fix_after screening shift_run trend_run rebases days values
# improve is 1, 0 or -1; "-" stands for no target or no rebases; lists are
# parted by commas.

runs_of <- function(signs, least) {
  # TRUE for members of a run of one sign other than 0, `least` long or longer
  r <- rle(signs)
  inverse.rle(list(lengths = r$lengths,
                   values = r$values != 0 & r$lengths >= least))
}

trend_points <- function(y, points) {
  n <- length(y)
  steps <- runs_of(sign(diff(y)), points - 1)
  c(steps, FALSE)[seq_len(n)] | c(FALSE, steps)[seq_len(n)]
}

rises <- function(y, in_trend) {
  # the step on the left; on the right when the next point is in a trend too
  n <- length(y)
  left <- c(NA, diff(y))
  right <- c(diff(y), NA)
  next_too <- c(in_trend[-1], FALSE)
  ifelse(next_too, right, left) > 0
}

two_of_three <- function(near, side) {
  n <- length(near)
  found <- rep(FALSE, n)
  if (n >= 3) for (i in 1:(n - 2)) {
    w <- i:(i + 2)
    if (sum(near[w]) >= 2 && abs(sum(side[w])) == 3)
      found[w] <- TRUE
  }
  found & near
}

chart_group <- function(y, o) {
  base <- if (o$fix > 0) head(y, o$fix) else y
  middle <- mean(base)
  ranges <- abs(diff(base))
  average <- mean(ranges)
  if (o$screening) average <- mean(ranges[ranges < 3.267 * average])
  lower <- middle - 2.66 * average
  upper <- middle + 2.66 * average
  warn <- 2 * (2.66 / 3) * average
  yes <- function(x) !is.na(x) & x
  outside <- yes(y > upper | y < lower)
  near <- !outside & yes(y < middle - warn | y > middle + warn)
  side <- sign(y - middle)
  trend <- trend_points(y, o$trend)
  # 0 none, then above, below, trend up, down, two of three high, low, shift
  # high, low: the last assignment is the first rule
  special <- rep(0, length(y))
  shift <- runs_of(side, o$shift)
  special[shift] <- ifelse(side[shift] > 0, 7, 8)
  two <- two_of_three(near, side)
  special[two] <- ifelse(side[two] > 0, 5, 6)
  special[trend] <- ifelse(rises(y, trend)[trend], 3, 4)
  special[outside] <- ifelse(side[outside] == 1, 1, 2)
  high <- special %% 2 == 1
  type <- rep(0, length(y)) # common cause, improvement, concern, high, low
  s <- special != 0
  type[s] <- if (o$improve == 0) ifelse(high[s], 3, 4)
             else ifelse(high[s] == (o$improve > 0), 1, 2)
  list(mean = middle, lower = lower, upper = upper, special = special,
       type = type, last_high = high[length(y)])
}

assurance <- function(g, o) {
  # none, pass, fail, inconsistent
  if (is.na(o$target) || o$improve == 0) return(0)
  if (isTRUE(o$target > g$upper)) return(if (o$improve > 0) 2 else 1)
  if (isTRUE(o$target < g$lower)) return(if (o$improve > 0) 1 else 2)
  3
}

chart <- function(days, values, o) {
  order <- order(days) # stable
  days <- days[order]
  values <- values[order]
  marks <- cumsum(days %in% o$rebases)
  groups <- lapply(split(values, marks), chart_group, o)
  n <- length(groups)
  for (i in seq_len(n))
    groups[[i]]$assurance <- if (i == n) assurance(groups[[i]], o) else 0
  list(days = days, values = values, marks = marks, groups = groups)
}

read_case <- function(line) {
  f <- strsplit(line, " ", fixed = TRUE)[[1]]
  several <- function(x) as.numeric(strsplit(x, ",", fixed = TRUE)[[1]])
  list(id = f[1], days = several(f[9]), values = several(f[10]),
       o = list(improve = as.numeric(f[2]),
                target = if (f[3] == "-") NA else as.numeric(f[3]),
                fix = as.numeric(f[4]), screening = f[5] == "1",
                shift = as.numeric(f[6]), trend = as.numeric(f[7]),
                rebases = if (f[8] == "-") numeric() else several(f[8])))
}

write_case <- function(id, c) {
  g <- vapply(names(c$groups), function(m) {
    x <- c$groups[[m]]
    n <- length(x$type)
    paste(m, n, sprintf("%a", x$mean), sprintf("%a", x$lower),
          sprintf("%a", x$upper), sum(x$type == 0), sum(x$type == 1),
          sum(x$type == 2), x$type[n], as.integer(x$last_high), x$assurance,
          sep = ":")
  }, "")
  special <- unlist(lapply(c$groups, `[[`, "special"))
  type <- unlist(lapply(c$groups, `[[`, "type"))
  paste(id, paste(special, collapse = ""), paste(type, collapse = ""),
        paste(g, collapse = " "))
}

args <- commandArgs(trailingOnly = TRUE)
if (length(args) && args[1] == "run") {
  stdin_file <- file("stdin")
  lines <- readLines(stdin_file)
  close(stdin_file)
  writeLines(vapply(lines, function(line) {
    c <- read_case(line)
    write_case(c$id, chart(c$days, c$values, c$o))
  }, "", USE.NAMES = FALSE))
} else if (length(args) == 3 && args[1] == "time") {
  cases <- lapply(readLines(args[2]), read_case)
  best <- Inf
  for (pass in seq_len(as.integer(args[3]))) {
    begun <- Sys.time()
    for (c in cases) chart(c$days, c$values, c$o)
    best <- min(best, as.numeric(Sys.time() - begun, units = "secs"))
  }
  cat(sprintf("%.6f\n", best))
}
