/* Everything of the C core in one include. */
#ifndef IMPORTSPY_IMPORTSPY_H
#define IMPORTSPY_IMPORTSPY_H

#include <importspy/base.h>
#include <importspy/builder.h>
#include <importspy/check.h>
#include <importspy/context.h>
#include <importspy/contract.h>
#include <importspy/format.h>
#include <importspy/lint.h>
#include <importspy/module.h>
#include <importspy/pack.h>
#include <importspy/report.h>
#include <importspy/verdict.h>

#endif
