// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of findings as data. Read it through finding.h. */
#ifndef VL_ANALYZERS_FINDING_TABLE_H
#define VL_ANALYZERS_FINDING_TABLE_H

#include "analyzers/finding.h"

extern const struct finding_code finding_table[];
extern const size_t finding_table_count;

#endif
