/* compare.c: the asker's own answer beside the proved one: right, its
 * transpose, a multiple of it, or different by a term. */
#include "api/check.h"
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

static bool equal(Ctx *ctx, const Tree *a, const Tree *b, uint64_t seed)
{
    Claim c = {.form = CLAIM_EQUAL, .input = a, .answer = b};
    return a && b && a->rows == b->rows && a->cols == b->cols &&
           verify_claim(ctx, &c, seed).verdict == PROVED;
}

static const Tree *transpose_of(Ctx *ctx, const Tree *t)
{
    return tree_shaped(ctx, OP_TRANSPOSE, 1, &t, t->cols, t->rows, t->span);
}

static const Tree *multiple(Ctx *ctx, const Tree *t, Rat c)
{
    const Tree *k = tree_num(ctx, c);
    return tree_shaped(ctx, OP_MUL, 2, (const Tree *[]){k, t}, t->rows,
                       t->cols, t->span);
}

/* mine - right, in its shortest form. */
static const char *difference(Ctx *ctx, Scope *scope, const Tree *mine,
                              const Tree *right)
{
    Lower l;
    Raise r;
    calc_lower_init(&l, ctx);
    raise_init(&r, ctx, scope);
    const Net *a = lower(&l, mine), *b = a ? lower(&l, right) : NULL;
    const Net *d = b ? net_add(ctx, a, net_scale(ctx, b, rat_int(-1))) : NULL;
    const Tree *t = d ? raise_best(&r, d, d->naxes == 1 && is_row(right))
                      : NULL;
    return t ? out_print(ctx, t, OUT_TEXT) : NULL;
}

static const char *as_multiple(Ctx *ctx, const Tree *mine, const Tree *right,
                               uint64_t seed)
{
    static const struct {
        int num, den;
        const char *what;
    } row[] = {{-1, 1, "it has the opposite sign of"},
               {2, 1, "it is twice"},
               {1, 2, "it is half of"},
               {-2, 1, "it is minus twice"},
               {4, 1, "it is four times"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (equal(ctx, mine, multiple(ctx, right,
                                      rat_make(ctx, row[i].num, row[i].den)),
                  seed))
            return row[i].what;
    return NULL;
}

bool compare_answer(Ctx *ctx, Scope *scope, const Question *q, Answer *a)
{
    const Tree *right = a->outcome.item[0].answer;
    const Tree *mine = answer_read(ctx, scope, q->compare, "answer to compare");
    if (!mine)
        return false;
    bool same_shape = mine->rows == right->rows && mine->cols == right->cols;
    bool turned = mine->rows == right->cols && mine->cols == right->rows;
    if (!same_shape && !turned)
        return ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0},
                        ctx_printf(ctx, "the right one is %s", a->text[0]),
                        "the answer is [%s%s%s], not [%s%s%s]",
                        dim_text(ctx, right->rows),
                        dim_is(right->cols, 1) ? "" : ",",
                        dim_is(right->cols, 1) ? ""
                                               : dim_text(ctx, right->cols),
                        dim_text(ctx, mine->rows),
                        dim_is(mine->cols, 1) ? "" : ",",
                        dim_is(mine->cols, 1) ? ""
                                              : dim_text(ctx, mine->cols)) !=
               NULL;
    a->compared_right = true;
    if (equal(ctx, mine, right, q->seed)) {
        a->compared = "right";
        return true;
    }
    if (turned && equal(ctx, transpose_of(ctx, mine), right, q->seed)) {
        a->compared = ctx_printf(ctx, "right in the other layout: it is the "
                                      "transpose of %s",
                                 a->text[0]);
        return true;
    }
    a->compared_right = false;
    const char *times = same_shape ? as_multiple(ctx, mine, right, q->seed)
                                   : NULL;
    if (times || !same_shape) {
        a->compared = ctx_printf(ctx, "wrong: %s %s",
                                 times ? times : "it is not the transpose of",
                                 a->text[0]);
        return a->compared != NULL;
    }
    const char *d = difference(ctx, scope, mine, right);
    const Tree *v = a->outcome.item[0].claim.var[0];
    Wrong w = {.a = right, .b = mine,
               .variable = v && v->op == OP_SYM ? v->sym : NULL};
    const char *s = check_repair(ctx, &w, q->seed);
    bool property = s && strncmp(s, "true if ", 8) == 0;
    a->compared = ctx_printf(ctx, "wrong: it differs from %s by %s%s%s",
                             a->text[0], d ? d : "a term",
                             property ? "\nit would be right if " : "",
                             property ? s + 8 : "");
    return a->compared && !ctx_failed(ctx);
}
