# Reads data sets from standard input, a line each, and answers what metafor makes of them:
#   pool y v y v …           means n m sd n m sd          events a n c n          proportion x n
# A line of the answer: the number of the line asked, a name, a value.
suppressMessages(library(metafor))
# It warns of Hartung-Knapp in the fixed model, which is asked for the comparison only.
options(warn = -1)

lines <- readLines(file("stdin"))
say <- function(line, name, value) {
  cat(line, name, sprintf("%.17g", as.numeric(value)), "\n")
}

# As precise as it goes: the defaults stop at 1e-5. Where the search cycles, shorter steps are the
# remedy that metafor's documentation gives.
fit <- function(y, v, method, test = "z", step = 1) {
  f <- try(silent = TRUE, rma(y, v, method = method, test = test,
      control = list(threshold = 1e-12, maxiter = 1000, stepadj = step, tol = 1e-14,
                     tau2.max = diff(range(y))^2 * length(y) * 1000 + 1)))
  if (!inherits(f, "try-error")) f
  else if (step > 0.1) fit(y, v, method, test, step / 2)
  else stop(f)
}

summarise <- function(line, name, f) {
  values <- c(estimate = f$beta, se = f$se, statistic = f$zval, p = f$pval,
              low = f$ci.lb, high = f$ci.ub, tau2 = f$tau2, i2 = f$I2, h2 = f$H2,
              q = f$QE, q_p = f$QEp)
  for (one in names(values)) say(line, paste0(name, ".", one), values[[one]])
}

pooled <- function(line, y, v) {
  k <- length(y)
  for (method in c("EE", "DL", "PM", "REML"))
    for (test in c("z", "knha", "adhoc")) {
      f <- fit(y, v, method, test)
      name <- paste0(method, ".", test)
      summarise(line, name, f)
      if (method != "EE" && k > 2) {
        p <- predict(f, pi.type = "riley")
        say(line, paste0(name, ".pi_low"), p$pi.lb)
        say(line, paste0(name, ".pi_high"), p$pi.ub)
      }
    }
  f <- fit(y, v, "REML")
  say(line, "tau2_se", f$se.tau2)
  ci <- confint(f, control = list(tol = 1e-14, maxiter = 100000))$random
  say(line, "tau2_low", ci[1, 2]); say(line, "tau2_high", ci[1, 3])
  say(line, "i2_low", ci[3, 2]); say(line, "i2_high", ci[3, 3])
  if (k >= 10 && k <= 250) {
    e <- regtest(y, v, model = "lm")
    say(line, "egger_slope", coef(e$fit)[2])
    say(line, "egger_p", e$pval)
  }
  if (k >= 9 && k <= 250) {
    group <- seq_len(k) %% 3
    parts <- lapply(0:2, function(g) fit(y[group == g], v[group == g], "REML"))
    together <- rma(sapply(parts, function(f) f$beta), sapply(parts, function(f) f$se^2),
                    method = "EE")
    say(line, "between_q", together$QE)
    say(line, "between_p", together$QEp)
  }
  if (k >= 3 && k <= 12)
    for (i in seq_len(k)) {
      f <- fit(y[-i], v[-i], "REML", "knha")
      say(line, paste0("without_", i - 1, "_estimate"), f$beta)
      say(line, paste0("without_", i - 1, "_low"), f$ci.lb)
    }
}

shown <- function(line, measure, e) {
  say(line, paste0(measure, ".estimate"), e$yi)
  say(line, paste0(measure, ".variance"), e$vi)
}

for (line in seq_along(lines)) {
  words <- strsplit(lines[line], " ")[[1]]
  x <- as.numeric(words[-1])
  if (words[1] == "pool") {
    pooled(line, x[c(TRUE, FALSE)], x[c(FALSE, TRUE)])
  } else if (words[1] == "means") {
    for (measure in c("MD", "ROM", "SMD"))
      shown(line, measure, escalc(measure, n1i = x[1], m1i = x[2], sd1i = x[3],
                                  n2i = x[4], m2i = x[5], sd2i = x[6]))
    # The exact factor of Hedges 1981, of which the usual one is an approximation.
    say(line, "correction", metafor:::.cmicalc(x[1] + x[4] - 2))
  } else if (words[1] == "events") {
    for (measure in c("RR", "OR", "RD"))
      shown(line, measure, escalc(measure, ai = x[1], n1i = x[2], ci = x[3], n2i = x[4]))
  } else {
    shown(line, "PLO", escalc("PLO", xi = x[1], ni = x[2]))
  }
}
