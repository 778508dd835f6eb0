/* domain.c: functions of numbers that have no value: log(-1), asin(2).  The
 * prover's field knows no sign, and would let them pass as some number. */
#include "api/answer.h"
#include "base/hash.h"
#include "out/out.h"

enum { SMALL = 200 };

bool is_number(const Tree *t)
{
    bool leaf = t->op == OP_NUM || t->op == OP_PI;
    bool fine = leaf || t->op == OP_ADD || t->op == OP_MUL ||
                t->op == OP_NEG || t->op == OP_DIV || t->op == OP_POW ||
                op_record(t->op)->cls == CLASS_ENTRYWISE;
    for (uint32_t i = 0; fine && i < t->nkids; i++)
        fine = is_number(t->kid[i]);
    return fine && (leaf || t->nkids);
}

static bool may_lack(const Tree *t)
{
    return t->nkids && t->size < SMALL && tree_is_scalar(t) &&
           (t->op == OP_POW || op_record(t->op)->cls == CLASS_ENTRYWISE);
}

static const Tree *without_value(Ctx *ctx, PtrMap *seen, const Tree *t)
{
    const Tree *found = NULL;
    Number out;
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return NULL;
    for (uint32_t i = 0; !found && i < t->nkids; i++)
        found = without_value(ctx, seen, t->kid[i]);
    if (found || !may_lack(t) || !is_number(t))
        return found;
    return verify_value(ctx, t, NULL, 0, NULL, 0, &out) ? NULL : t;
}

bool has_values(Ctx *ctx, const Tree *input)
{
    PtrMap seen;
    ptrmap_init(&seen, ctx->arena);
    const Tree *t = without_value(ctx, &seen, input);
    const char *text = t ? out_print(ctx, t, OUT_TEXT) : NULL;
    if (text)
        ctx_fail(ctx, ERR_LANGUAGE, t->span,
                 "--no-verify shows the formal derivative",
                 "%s has no real value", text);
    return !ctx_failed(ctx);
}
