/* repair.c: what would make a false equation true: a change of the right side,
 * or of one of its parts, or a property of a name, or a size.  Each is a
 * candidate that the prover accepts; the first one is said. */
#include "api/check.h"
#include "base/hash.h"
#include "out/out.h"

#include <string.h>

enum { MOST_TRIES = 600, MOST_TEXT = 60, MOST_NAMES = 32, MOST_SCALARS = 12 };

typedef struct Repair {
    Ctx *ctx;
    const Wrong *w;
    uint64_t seed;
    unsigned tries;
    const Sym *name[MOST_NAMES]; /* those that may have more properties */
    unsigned n;
    const Tree *scalar[MOST_SCALARS]; /* of the left side */
    unsigned nscalars;
    PtrMap seen;
} Repair;

static bool holds(Repair *r, const Tree *a, const Tree *b)
{
    Claim c = {.form = CLAIM_EQUAL, .input = a, .answer = b};
    return a && b && ++r->tries <= MOST_TRIES &&
           verify_claim(r->ctx, &c, r->seed).verdict == PROVED;
}

/* A right side that is the left one as asked says nothing. */
static bool would_hold(Repair *r, const Tree *b)
{
    const Tree *a = r->w->a;
    return b && b->rows == a->rows && b->cols == a->cols &&
           b != r->w->left && holds(r, a, b);
}

/* --- changes of a tree */

typedef const Tree *Change(Ctx *ctx, const Tree *t);

static const Tree *turned(Ctx *ctx, const Tree *t)
{
    if (t->op == OP_TRANSPOSE)
        return t->kid[0];
    return tree_shaped(ctx, OP_TRANSPOSE, 1, &t, t->cols, t->rows, t->span);
}

static const Tree *negative(Ctx *ctx, const Tree *t)
{
    if (t->op == OP_NEG)
        return t->kid[0];
    return tree_shaped(ctx, OP_NEG, 1, &t, t->rows, t->cols, t->span);
}

static const Tree *product(Ctx *ctx, const Tree *s, const Tree *t)
{
    const Tree *kid[17] = {s, t};
    bool flat = t->op == OP_MUL && t->nkids <= 16;
    if (flat)
        memcpy(kid + 1, t->kid, t->nkids * sizeof *kid);
    return tree_shaped(ctx, OP_MUL, flat ? t->nkids + 1 : 2, kid, t->rows,
                       t->cols, t->span);
}

static const Tree *twice(Ctx *ctx, const Tree *t)
{
    return product(ctx, tree_num(ctx, rat_int(2)), t);
}

static const Tree *half(Ctx *ctx, const Tree *t)
{
    return product(ctx, tree_num(ctx, rat_make(ctx, 1, 2)), t);
}

static const Tree *twice_turned(Ctx *ctx, const Tree *t)
{
    return twice(ctx, turned(ctx, t));
}

static const Tree *minus_turned(Ctx *ctx, const Tree *t)
{
    return negative(ctx, turned(ctx, t));
}

static const Tree *inverse(Ctx *ctx, const Tree *t)
{
    if (t->op == OP_INV)
        return t->kid[0];
    return tree_shaped(ctx, OP_INV, 1, &t, t->rows, t->cols, t->span);
}

static const struct {
    Change *change;
    const char *words; /* %s: what is changed */
    bool matrix;       /* of a matrix only; of a part, a square one */
    bool part, whole;
} changes[] = {
    {turned, "true with %s transposed", true, true, true},
    {negative, "true with the opposite sign of %s", false, true, true},
    {twice, "true with 2 in front of %s", false, true, true},
    {half, "true with 1/2 in front of %s", false, true, true},
    {twice_turned, "true with 2 in front of %s transposed", true, false, true},
    {minus_turned, "true with the opposite sign of %s transposed", true, false,
     true},
    {inverse, "true with the inverse of %s", true, true, false},
};
enum { NCHANGES = sizeof changes / sizeof *changes };

static const char *repair_whole(Repair *r)
{
    const Tree *b = r->w->b;
    for (int k = 0; k < NCHANGES; k++)
        if (changes[k].whole && !(changes[k].matrix && tree_is_scalar(b)) &&
            would_hold(r, changes[k].change(r->ctx, b)))
            return ctx_printf(r->ctx, changes[k].words, "the right side");
    return NULL;
}

/* --- one part */

static bool is_square(const Dim *rows, const Dim *cols)
{
    return rows == cols && !dim_is(rows, 1);
}

/* The right side with `to` for t: as a whole if that is short, else what is
 * changed. */
static const char *with_part(Repair *r, const Tree *t, const Tree *to,
                             const char *words)
{
    const Tree *b = to ? tree_subst(r->ctx, r->w->b, t, to) : NULL;
    bool same = b && b == r->w->left;
    if (!same && !would_hold(r, b))
        return NULL;
    const char *all = out_print(r->ctx, b, OUT_TEXT);
    if (all && !same && strlen(all) <= MOST_TEXT)
        return ctx_printf(r->ctx, "true with the right side %s", all);
    const char *part = out_print(r->ctx, t, OUT_TEXT);
    return part ? ctx_printf(r->ctx, words, part) : NULL;
}

/* Two factors of a product that stand the wrong way round. */
static const char *repair_order(Repair *r, const Tree *t)
{
    const Tree *kid[16];
    for (uint32_t i = 0; t->op == OP_MUL && t->nkids <= 16 &&
                         i + 1 < t->nkids;
         i++) {
        const Tree *x = t->kid[i], *y = t->kid[i + 1];
        if (!is_square(x->rows, x->cols) || !is_square(y->rows, y->cols))
            continue;
        memcpy(kid, t->kid, t->nkids * sizeof *kid);
        kid[i] = y;
        kid[i + 1] = x;
        const Tree *to = tree_shaped(r->ctx, OP_MUL, t->nkids, kid, t->rows,
                                     t->cols, t->span);
        if (to && tree_subst(r->ctx, r->w->b, t, to) == r->w->left)
            continue;
        const char *s = with_part(r, t, to, "true with two factors of %s "
                                            "the other way round");
        if (s)
            return s;
    }
    return NULL;
}

static const char *change_part(Repair *r, const Tree *t)
{
    bool square = is_square(t->rows, t->cols);
    for (int k = 0; k < NCHANGES; k++) {
        if (!changes[k].part || (changes[k].matrix && !square))
            continue;
        const char *s = with_part(r, t, changes[k].change(r->ctx, t),
                                  changes[k].words);
        if (s)
            return s;
    }
    return NULL;
}

typedef const char *Mend(Repair *r, const Tree *t);

/* Each part once, the largest first. */
static const char *each_part(Repair *r, const Tree *t, Mend *mend)
{
    if (ptrmap_has(&r->seen, t) || !ptrmap_put(&r->seen, t, r) ||
        r->tries > MOST_TRIES)
        return NULL;
    bool part = t->op != OP_INT && t->op != OP_COLON && t->rows &&
                (t->op != OP_SYM || t->sym->kind == SYM_QUANTITY);
    const char *s = part ? mend(r, t) : NULL;
    for (uint32_t i = 0; i < t->nkids && !s; i++)
        s = each_part(r, t->kid[i], mend);
    return s;
}

static const char *repair_part(Repair *r, Mend *mend)
{
    ptrmap_init(&r->seen, r->ctx->arena);
    return r->w->b->size < 200 ? each_part(r, r->w->b, mend) : NULL;
}

/* A scalar of the left side that is missing, as det(X) in d(det(X),X). */
static const char *repair_factor(Repair *r)
{
    const Tree *b = r->w->b;
    for (unsigned i = 0; i < r->nscalars; i++) {
        const Tree *s = r->scalar[i];
        const Tree *by = tree_shaped(r->ctx, OP_DIV, 2,
                                     (const Tree *[]){b, s}, b->rows, b->cols,
                                     b->span);
        const char *words =
            would_hold(r, product(r->ctx, s, b))
                ? "true with %s in front of the right side"
            : would_hold(r, by) ? "true with the right side divided by %s"
                                : NULL;
        const char *text = words ? out_print(r->ctx, s, OUT_TEXT) : NULL;
        if (text)
            return ctx_printf(r->ctx, words, text);
    }
    return NULL;
}

/* --- properties */

static const struct Property {
    uint32_t props;
    const char *name;
    bool square, complex;
} weaker[] = {/* the weakest first */
              {PROP_SYMMETRIC, "symmetric", true, false},
              {PROP_HERMITIAN, "hermitian", true, true},
              {PROP_POSITIVE, "positive", false, false},
              {PROP_SKEW, "skew", true, false},
              {PROP_IDEMPOTENT, "idempotent", true, false},
              {PROP_ORTHOGONAL | PROP_INVERTIBLE, "orthogonal", true, false},
              {PROP_UNITARY | PROP_INVERTIBLE, "unitary", true, true},
              {PROP_SYMMETRIC | PROP_POSDEF | PROP_INVERTIBLE, "posdef", true,
               false},
              {PROP_DIAGONAL | PROP_SYMMETRIC, "diagonal", true, false}};
enum { NWEAKER = sizeof weaker / sizeof *weaker, NONE = NWEAKER };

static bool may_be(const Sym *s, int k)
{
    bool complex = s->props & PROP_COMPLEX;
    return (!weaker[k].square || is_square(s->rows, s->cols)) &&
           weaker[k].complex == complex &&
           (s->props & weaker[k].props) != weaker[k].props;
}

/* What holds because both sides vanish says nothing. */
static bool is_zero(Repair *r, const Tree *a)
{
    return holds(r, a, product(r->ctx, tree_int(r->ctx, 0), a));
}

/* Both sides with property of[i] of name i, where there is one. */
static bool holds_with(Repair *r, const int *of)
{
    const Tree *a = r->w->a, *b = r->w->b;
    for (unsigned i = 0; i < r->n; i++)
        if (of[i] != NONE &&
            (!may_be(r->name[i], of[i]) ||
             !check_assume(r->ctx, r->name[i], weaker[of[i]].props, &a, &b)))
            return false;
    return holds(r, a, b) && !is_zero(r, a);
}

static const char *condition(Repair *r, const int *of)
{
    Buf b;
    unsigned left = 0, some = 0;
    int same = NONE;
    for (unsigned i = 0; i < r->n; i++)
        left += of[i] != NONE;
    buf_init(&b, r->ctx->arena);
    buf_add(&b, "true if ");
    for (unsigned i = 0; i < r->n; i++) {
        if (of[i] == NONE)
            continue;
        bool alike = true;
        for (unsigned k = 0; k < r->n; k++)
            alike = alike && (of[k] == NONE || of[k] == of[i]);
        buf_printf(&b, "%s%s", some == 0 ? "" : left > 1 ? ", " : " and ",
                   r->name[i]->name);
        if (!alike)
            buf_printf(&b, " is %s", weaker[of[i]].name);
        same = alike ? of[i] : NONE;
        some++;
        left--;
    }
    if (same != NONE)
        buf_printf(&b, " %s %s", some == 1 ? "is" : "are", weaker[same].name);
    return buf_text(&b);
}

/* One name, with the properties first..last. */
static const char *repair_name(Repair *r, int first, int last)
{
    int of[MOST_NAMES];
    for (int k = first; k <= last; k++)
        for (unsigned i = 0; i < r->n; i++) {
            for (unsigned j = 0; j < r->n; j++)
                of[j] = j == i ? k : NONE;
            if (holds_with(r, of))
                return condition(r, of);
        }
    return NULL;
}

/* Two names; `sum` says how strong the two properties are together. */
static const char *repair_two(Repair *r, int sum)
{
    int of[MOST_NAMES];
    for (unsigned i = 0; i < r->n; i++)
        for (unsigned j = i + 1; j < r->n; j++)
            for (int k = 0; k <= sum; k++) {
                if (k >= NWEAKER || sum - k >= NWEAKER)
                    continue;
                for (unsigned m = 0; m < r->n; m++)
                    of[m] = m == i ? k : m == j ? sum - k : NONE;
                if (holds_with(r, of))
                    return condition(r, of);
            }
    return NULL;
}

/* All names alike, less those that need it not. */
static const char *repair_all(Repair *r)
{
    int of[MOST_NAMES];
    for (int k = 0; k < NWEAKER; k++) {
        for (unsigned i = 0; i < r->n; i++)
            of[i] = may_be(r->name[i], k) ? k : NONE;
        if (!holds_with(r, of))
            continue;
        for (unsigned i = 0; i < r->n; i++) {
            int had = of[i];
            of[i] = NONE;
            if (had != NONE && !holds_with(r, of))
                of[i] = had;
        }
        return condition(r, of);
    }
    return NULL;
}

static const char *repair_properties(Repair *r)
{
    const char *s = repair_name(r, 1, NWEAKER - 1);
    for (int sum = 0; !s && sum < 2 * NWEAKER - 1 && r->n <= 6; sum++)
        s = repair_two(r, sum);
    return s ? s : repair_all(r);
}

/* --- sizes */

static const char *repair_size(Repair *r)
{
    Claim c = {.form = CLAIM_EQUAL, .input = r->w->a, .answer = r->w->b};
    const char *dim = "";
    unsigned n = 0, dims = verify_dimensions(r->ctx, &c, &dim);
    while (dims && n < 3 && verify_at_size(r->ctx, &c, r->seed, n + 1))
        n++;
    if (n == 0 || (dims == 1 && n == 3)) /* no small size tells them apart */
        return NULL;
    if (dims == 1)
        return n == 1 ? ctx_printf(r->ctx, "true for %s = 1 only", dim)
                      : ctx_printf(r->ctx, "true for %s <= %u only", dim, n);
    return n == 3   ? "true where all dimensions are equal"
           : n == 1 ? "true where all dimensions are 1"
                    : "true where all dimensions are equal, and 1 or 2";
}

/* --- the whole */

static bool is_variable(const Tree *t, const Sym *s)
{
    bool is = t->op == OP_DERIV && t->kid[1]->op == OP_SYM &&
              t->kid[1]->sym == s;
    for (uint32_t i = 0; i < t->nkids && !is; i++)
        is = is_variable(t->kid[i], s);
    return is;
}

/* A derivative by a symmetric X is another one: no property for X. */
static void add_name(Repair *r, const Sym *s)
{
    const Wrong *w = r->w;
    if (s->kind != SYM_QUANTITY || r->n == MOST_NAMES || s == w->variable ||
        (w->left && is_variable(w->left, s)) ||
        (w->right && is_variable(w->right, s)))
        return;
    r->name[r->n++] = s;
}

static void collect(Repair *r, const Tree *t, bool left)
{
    if (ptrmap_has(&r->seen, t) || !ptrmap_put(&r->seen, t, r))
        return;
    if (t->op == OP_SYM)
        add_name(r, t->sym);
    if (left && t->rows && tree_is_scalar(t) && t->op != OP_NUM &&
        t->op != OP_INT && r->nscalars < MOST_SCALARS &&
        (t->op != OP_SYM || t->sym->kind == SYM_QUANTITY))
        r->scalar[r->nscalars++] = t;
    for (uint32_t i = 0; i < t->nkids; i++)
        collect(r, t->kid[i], left && t->op != OP_SUMI);
}

const char *check_repair(Ctx *ctx, const Wrong *w, uint64_t seed)
{
    Repair r = {.ctx = ctx, .w = w, .seed = seed};
    ptrmap_init(&r.seen, ctx->arena);
    collect(&r, w->a, true);
    if (w->left)
        collect(&r, w->left, true);
    collect(&r, w->b, false);
    const char *s = repair_whole(&r);
    s = s ? s : repair_name(&r, 0, 0);
    s = s ? s : repair_part(&r, change_part);
    s = s ? s : repair_part(&r, repair_order);
    s = s ? s : repair_factor(&r);
    s = s ? s : repair_properties(&r);
    s = s ? s : repair_size(&r);
    return ctx_failed(ctx) ? NULL : s;
}
