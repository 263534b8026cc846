// SPDX-License-Identifier: BSD-2-Clause
/* The list of analyzers. */
#include "analyzers/analyzer.h"

#include "analyzers/balance.h"
#include "analyzers/conflict.h"
#include "analyzers/session.h"

const struct analyzer_ops *analyzer_at(size_t i)
{
	static const struct analyzer_ops *const all[] = {&conflict_analyzer, &balance_analyzer, &session_analyzer};

	return i < sizeof all / sizeof all[0] ? all[i] : NULL;
}
