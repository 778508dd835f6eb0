/* typeset.c: what was typed, in another dialect: read and shaped, so that sizes
 * that are left out are known, and printed as it stands. */
#include "api/check.h"

#include <string.h>

static const Tree *read_one(Ctx *ctx, Scope *scope, const char *text,
                            bool latex)
{
    ctx->latex = latex;
    const Tree *t = answer_read(ctx, scope, text, "expression");
    ctx->latex = false;
    return t;
}

const char *check_typeset(Ctx *ctx, Scope *scope, const char *text, bool latex,
                          Dialect dialect)
{
    const Tree *a, *b;
    if (!strstr(text, "==")) {
        a = read_one(ctx, scope, text, latex);
        return a ? out_print(ctx, a, dialect) : NULL;
    }
    if (!check_sides(ctx, scope, text, latex, &a, &b))
        return NULL;
    const char *left = out_print(ctx, a, dialect);
    const char *right = left ? out_print(ctx, b, dialect) : NULL;
    return right ? ctx_printf(ctx, "%s %s %s", left,
                              dialect == OUT_LATEX ? "=" : "==", right)
                 : NULL;
}
