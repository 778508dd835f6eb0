/* lang-test.h: what the tests of the language share. */
#ifndef NB_LANG_TEST_H
#define NB_LANG_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lang/lang.h"

/* The shaped tree of text, after declarations; NULL after an error. */
static inline const Tree *shaped(Ctx *ctx, Scope *s, const char *decl,
                                 const char *text)
{
    ctx_source(ctx, decl, "declaration");
    if (!scope_declare(s, decl, strlen(decl)))
        return NULL;
    Source src = {.text = text, .origin = "expression"};
    ctx_source(ctx, text, src.origin);
    src.parsed = lang_parse(ctx, text, strlen(text));
    return src.parsed && lang_shape(s, &src, 1) ? src.shaped : NULL;
}

#endif
