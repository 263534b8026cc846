// SPDX-License-Identifier: BSD-2-Clause
/*
 * How evenly things are spread over servers, and how far chance explains it: the figures that reports, dashboards and
 * expectations share. Integers in, millionths out; no floating point, so that the same counts give the same verdict
 * everywhere. Counts above 2^25 in sum are scaled down first, which costs less than a millionth.
 *
 *      Jain's index    (sum x)^2 / (M sum x^2)                 1 even, 1/M all on one
 *      CV              standard deviation (of all M) / mean
 *      Gini            sum (2i - M - 1) x_(i) / (M sum x), x ascending
 *      chi-square      n CV^2: against uniform, with n counted; M - 1 when every count fell independently
 *      K_eff           1 / sum s_k^2 over sources with shares s_k: the effective number of sources
 *      design effect   n / K_eff: how much wider counts scatter when whole sources are placed, not connections
 */
#ifndef VL_ANALYZERS_IMBALANCE_H
#define VL_ANALYZERS_IMBALANCE_H

#include <stddef.h>
#include <stdint.h>

#define IMBALANCE_ONE 1000000u          /* a millionth's denominator */
#define IMBALANCE_MOST 4095             /* values at a time; more are not looked at */

struct imbalance {
	size_t count;                   /* M */
	uint64_t total, max;            /* unscaled */
	uint64_t jain, cv, cv_squared, gini, max_over_mean, max_share;  /* millionths */
	uint64_t chi_square;            /* millionths; UINT64_MAX where it is more */
};

/* x is put in ascending order. Without values, or when all are 0: even (Jain 1, the others 0). */
void imbalance_measure(struct imbalance *out, uint64_t *x, size_t count);

/* K_eff in millionths; 0 without anything counted. Sources over IMBALANCE_MOST: the sum of squares is taken in parts. */
uint64_t imbalance_k_eff(const uint64_t *x, size_t count);

/* n / K_eff in millionths, at least 1. */
uint64_t imbalance_design_effect(uint64_t n, uint64_t k_eff);

/* Whether a share of `got` of `n` lies outside what chance explains around p (millionths): more than 2.58 standard
 * deviations of sqrt(p(1-p)/n), widened by the design effect (IMBALANCE_ONE: independent). -1 below, 0 within, 1 above. */
int imbalance_noise(uint64_t got, uint64_t n, uint64_t p, uint64_t design_effect);

/* The square root, rounded down. */
uint64_t imbalance_root(uint64_t x);

#endif
