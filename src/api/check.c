/* check.c: an equation: its sides read and shaped together, compared by normal
 * form, then by the prover; where they differ, a counter-example and the
 * nearest statement that is true. */
#include "api/check.h"
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

/* --- reading */

/* The text with all but [from, to) blank, so that places stay. */
static const char *part_of(Ctx *ctx, const char *text, size_t from, size_t to)
{
    size_t n = strlen(text);
    char *s = arena_text(ctx->arena, text, n);
    for (size_t i = 0; s && i < n; i++)
        if (i < from || i >= to)
            s[i] = ' ';
    return s;
}

/* Where the sides are parted: at ==, or at a = outside brackets. */
static bool find_equals(const char *text, size_t *left, size_t *right)
{
    const char *eq = strstr(text, "==");
    int depth = 0;
    size_t n = 2;
    for (const char *s = text; !eq && *s; s++) {
        depth += (strchr("([{", *s) != NULL) - (strchr(")]}", *s) != NULL);
        if (*s == '=' && depth == 0) {
            eq = s;
            n = 1;
        }
    }
    if (!eq)
        return false;
    *left = (size_t)(eq - text);
    *right = *left + n;
    return true;
}

static const Tree *parse_side(Ctx *ctx, const char *text, size_t from,
                              size_t to, const char *what)
{
    const char *s = part_of(ctx, text, from, to);
    bool empty = s && s[strspn(s, " \t\n")] == 0;
    if (empty)
        return ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0},
                        "write it as in: nabla check 'tr(A*B) == tr(B*A)'",
                        "%s of the equation is empty", what);
    return s ? lang_parse(ctx, s, strlen(s)) : NULL;
}

/* The sides, with one shape. */
bool check_sides(Ctx *ctx, Scope *scope, const char *text, bool latex,
                 const Tree **a, const Tree **b)
{
    size_t l, r;
    ctx_source(ctx, text, "equation");
    if (!find_equals(text, &l, &r)) {
        ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0},
                 "write it as in: nabla check 'tr(A*B) == tr(B*A)'",
                 "there is no == in the equation");
        return false;
    }
    ctx->latex = latex;
    const Tree *x = parse_side(ctx, text, 0, l, "the left side");
    const Tree *y =
        x ? parse_side(ctx, text, r, strlen(text), "the right side") : NULL;
    ctx->latex = false;
    const Tree *both =
        y ? tree_make2(ctx, OP_ADD, x, tree_make1(ctx, OP_NEG, y)) : NULL;
    Source src[3] = {{.text = text, .origin = "equation", .parsed = x},
                     {.text = text, .origin = "equation", .parsed = y},
                     {.text = text, .origin = "equation", .parsed = both}};
    if (!both || !lang_shape(scope, src, 3))
        return false;
    *a = src[0].shaped;
    *b = src[1].shaped;
    return true;
}

/* --- assumptions */

/* t with the symbol known to have more properties. */
static const Tree *assuming(Ctx *ctx, const Tree *t, const Sym *s,
                            const Sym *more)
{
    return tree_subst(ctx, t, tree_sym(ctx, s), tree_sym(ctx, more));
}

static const Sym *with_props(Ctx *ctx, const Sym *s, uint32_t props)
{
    Sym *y = ARENA_NEW(ctx->arena, Sym);
    if (!y)
        return NULL;
    *y = *s;
    y->props |= props;
    y->serial = s->serial + 0x08000000u + (props & 0xffffu) * 0x10u;
    return y;
}

static bool is_assumed(Ctx *ctx, Scope *scope, const char *text, size_t n,
                       const Tree **a, const Tree **b)
{
    size_t len = strcspn(text, " ");
    const char *name = ctx_intern(ctx, text, len < n ? len : n);
    const Sym *s = scope_find(scope, name);
    uint32_t props = 0;
    ctx_source(ctx, text, "assumption");
    if (!s || s->kind != SYM_QUANTITY) {
        ctx_fail(ctx, ERR_LANGUAGE, (Span){0, (uint32_t)(len < n ? len : n)},
                 "write it as in --assume 'A symmetric; X posdef'",
                 "%s does not occur in the equation", name);
        return false;
    }
    char *words = arena_text(ctx->arena, text + len, n > len ? n - len : 0);
    if (!words || !scope_properties(ctx, s, words, &props))
        return false;
    const Sym *y = with_props(ctx, s, props);
    *a = y ? assuming(ctx, *a, s, y) : NULL;
    *b = y ? assuming(ctx, *b, s, y) : NULL;
    return *a && *b;
}

static bool read_assumptions(Ctx *ctx, Scope *scope, const char *text,
                             const Tree **a, const Tree **b)
{
    while (text && *text) {
        text += strspn(text, " ;,\n");
        size_t n = strcspn(text, ";,\n");
        if (n && !is_assumed(ctx, scope, text, n, a, b))
            return false;
        text += n;
    }
    return true;
}

/* --- equal? */

static bool same_normal_form(Ctx *ctx, const Tree *a, const Tree *b)
{
    Lower l;
    calc_lower_init(&l, ctx);
    const Net *x = lower(&l, a), *y = x ? lower(&l, b) : NULL;
    if (!y || x->naxes != y->naxes)
        return false;
    if (x == y)
        return true;
    const Net *d = net_add(ctx, x, net_scale(ctx, y, rat_int(-1)));
    d = d ? net_expand(ctx, d, 256) : NULL;
    return d && d->nterms == 0;
}

static bool holds(Ctx *ctx, const Tree *a, const Tree *b, uint64_t seed)
{
    Claim c = {.form = CLAIM_EQUAL, .input = a, .answer = b};
    return verify_claim(ctx, &c, seed).verdict == PROVED;
}

/* --- repairs */

typedef struct Repair {
    Ctx *ctx;
    const Tree *a, *b;
    uint64_t seed;
    unsigned tries;
} Repair;

enum { MOST_TRIES = 400 };

static bool would_hold(Repair *r, const Tree *b)
{
    if (!b || ++r->tries > MOST_TRIES)
        return false;
    if (b->rows != r->a->rows || b->cols != r->a->cols)
        return false;
    return holds(r->ctx, r->a, b, r->seed);
}

static const char *words(Repair *r, const char *before, const Tree *t)
{
    const char *text = out_print(r->ctx, t, OUT_TEXT);
    return text ? ctx_printf(r->ctx, "%s%s", before, text) : NULL;
}

static const Tree *turned(Ctx *ctx, const Tree *t)
{
    if (t->op == OP_TRANSPOSE)
        return t->kid[0];
    return tree_shaped(ctx, OP_TRANSPOSE, 1, &t, t->cols, t->rows, t->span);
}

static const Tree *times(Ctx *ctx, const Tree *t, Rat c)
{
    const Tree *k = tree_num(ctx, c);
    return tree_shaped(ctx, OP_MUL, 2, (const Tree *[]){k, t}, t->rows, t->cols,
                       t->span);
}

static const Tree *negative(Ctx *ctx, const Tree *t)
{
    if (t->op == OP_NEG)
        return t->kid[0];
    return tree_shaped(ctx, OP_NEG, 1, &t, t->rows, t->cols, t->span);
}

/* The whole right side, transposed or times -1, 2, 1/2. */
static const char *repair_whole(Repair *r)
{
    Ctx *ctx = r->ctx;
    const Tree *b = r->b, *t = turned(ctx, b);
    if (!tree_is_scalar(b) && would_hold(r, t))
        return "true with the right side transposed";
    if (would_hold(r, negative(ctx, b)))
        return "true with the opposite sign of the right side";
    if (would_hold(r, times(ctx, b, rat_int(2))))
        return "true with 2 in front of the right side";
    if (would_hold(r, times(ctx, b, rat_make(ctx, 1, 2))))
        return "true with 1/2 in front of the right side";
    if (!tree_is_scalar(b) && would_hold(r, times(ctx, t, rat_int(2))))
        return "true with 2 in front of the right side transposed";
    return NULL;
}

typedef struct Symbols {
    const Sym *s[32];
    unsigned n;
} Symbols;

static void symbols_of(PtrMap *seen, const Tree *t, Symbols *out)
{
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return;
    if (t->op == OP_SYM && t->sym->kind == SYM_QUANTITY && out->n < 32)
        out->s[out->n++] = t->sym;
    for (uint32_t i = 0; i < t->nkids; i++)
        symbols_of(seen, t->kid[i], out);
}

static const struct {
    uint32_t props;
    const char *name;
} weaker[] = {/* the weakest first */
              {PROP_SYMMETRIC, "symmetric"},
              {PROP_SKEW, "skew"},
              {PROP_IDEMPOTENT, "idempotent"},
              {PROP_ORTHOGONAL | PROP_INVERTIBLE, "orthogonal"},
              {PROP_SYMMETRIC | PROP_POSDEF | PROP_INVERTIBLE, "posdef"},
              {PROP_DIAGONAL | PROP_SYMMETRIC, "diagonal"}};

static bool is_square(const Sym *s)
{
    return s->rows == s->cols && !dim_is(s->rows, 1);
}

/* Both sides with these properties of the symbols of the mask. */
static bool holds_with(Repair *r, const Symbols *y, unsigned mask,
                       uint32_t props)
{
    const Tree *a = r->a, *b = r->b;
    for (unsigned i = 0; i < y->n && a && b; i++) {
        if (!(mask >> i & 1))
            continue;
        const Sym *more = with_props(r->ctx, y->s[i], props);
        if (!more)
            return false;
        a = assuming(r->ctx, a, y->s[i], more);
        b = a ? assuming(r->ctx, b, y->s[i], more) : NULL;
    }
    return a && b && ++r->tries <= MOST_TRIES && holds(r->ctx, a, b, r->seed);
}

static const char *repair_properties(Repair *r)
{
    Symbols y = {.n = 0};
    PtrMap seen;
    Buf b;
    unsigned all = 0;
    ptrmap_init(&seen, r->ctx->arena);
    symbols_of(&seen, r->a, &y);
    symbols_of(&seen, r->b, &y);
    for (unsigned i = 0; i < y.n; i++)
        all |= is_square(y.s[i]) ? 1u << i : 0;
    for (size_t k = 0; k < sizeof weaker / sizeof *weaker; k++)
        for (unsigned i = 0; i < y.n; i++)
            if ((all >> i & 1) && !(y.s[i]->props & weaker[k].props) &&
                holds_with(r, &y, 1u << i, weaker[k].props))
                return ctx_printf(r->ctx, "true if %s is %s", y.s[i]->name,
                                  weaker[k].name);
    for (size_t k = 0; k < sizeof weaker / sizeof *weaker; k++) {
        if (!(all & (all - 1)) || !holds_with(r, &y, all, weaker[k].props))
            continue;
        unsigned mask = all; /* leave out those that are not needed */
        for (unsigned i = 0; i < y.n; i++)
            if ((mask >> i & 1) &&
                holds_with(r, &y, mask & ~(1u << i), weaker[k].props))
                mask &= ~(1u << i);
        buf_init(&b, r->ctx->arena);
        buf_add(&b, "true if ");
        for (unsigned i = 0, some = 0; i < y.n; i++)
            if (mask >> i & 1)
                buf_printf(&b, "%s%s", some++ ? ", " : "", y.s[i]->name);
        buf_printf(&b, " are %s", weaker[k].name);
        return buf_text(&b);
    }
    return NULL;
}

/* One part of the right side changed: its transpose, sign, factor. */
static const char *repair_part(Repair *r, PtrMap *seen, const Tree *t)
{
    Ctx *ctx = r->ctx;
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen) ||
        r->tries > MOST_TRIES)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        const char *s = repair_part(r, seen, t->kid[i]);
        if (s)
            return s;
    }
    if (t->op == OP_INT || t->op == OP_COLON || !t->rows ||
        (t->op == OP_SYM && t->sym->kind != SYM_QUANTITY))
        return NULL;
    const Tree *to[4];
    unsigned n = 0;
    if (t->rows == t->cols && !tree_is_scalar(t))
        to[n++] = turned(ctx, t);
    to[n++] = negative(ctx, t);
    to[n++] = times(ctx, t, rat_int(2));
    to[n++] = times(ctx, t, rat_make(ctx, 1, 2));
    for (unsigned k = 0; k < n; k++) {
        const Tree *b = to[k] ? tree_subst(ctx, r->b, t, to[k]) : NULL;
        if (would_hold(r, b))
            return words(r, "true with the right side ", b);
    }
    return NULL;
}

static const char *repair_size(Repair *r)
{
    Claim c = {.form = CLAIM_EQUAL, .input = r->a, .answer = r->b};
    unsigned n = 0;
    while (n < 3 && verify_at_size(r->ctx, &c, r->seed, n + 1))
        n++;
    return n == 0   ? NULL
           : n == 1 ? "true for n = 1 only"
                    : ctx_printf(r->ctx, "true for n <= %u only", n);
}

const char *check_repair(Ctx *ctx, const Tree *a, const Tree *b, uint64_t seed)
{
    Repair r = {.ctx = ctx, .a = a, .b = b, .seed = seed};
    PtrMap seen;
    ptrmap_init(&seen, ctx->arena);
    const char *s = repair_whole(&r);
    if (!s)
        s = repair_properties(&r);
    if (!s && b->size < 200)
        s = repair_part(&r, &seen, b);
    if (!s)
        s = repair_size(&r);
    return ctx_failed(ctx) ? NULL : s;
}

/* --- the whole */

static void list_inferred(Ctx *ctx, Scope *scope, Checked *c)
{
    size_t n = 0;
    const Sym *const *sym = scope_symbols(scope, &n);
    for (size_t i = 0; i < n && c->ninferred < TASK_NOTES; i++)
        if (!sym[i]->declared && !sym[i]->differential &&
            sym[i]->kind != SYM_INDEX && sym[i]->kind != SYM_DIMENSION)
            c->inferred[c->ninferred++] = sym_declaration(ctx, sym[i]);
}

Checked *check_equation(Ctx *ctx, Scope *scope, const char *text,
                        const char *assume, bool latex, uint64_t seed)
{
    Checked *c = ARENA_NEW(ctx->arena, Checked);
    const Tree *a, *b;
    if (!c || !check_sides(ctx, scope, text, latex, &a, &b))
        return NULL;
    c->ctx = ctx;
    list_inferred(ctx, scope, c);
    if (!read_assumptions(ctx, scope, assume, &a, &b))
        return NULL;
    ctx_source(ctx, text, "equation");
    if (!(a = answer_plain(ctx, scope, a)) ||
        !(b = answer_plain(ctx, scope, b)))
        return NULL;
    Claim claim = {.form = CLAIM_EQUAL, .input = a, .answer = b};
    Diag before = ctx->diag;
    if (same_normal_form(ctx, a, b)) {
        c->verdict = PROVED;
        c->how = "the same normal form";
        return c;
    }
    if (ctx_failed(ctx)) { /* what has no network may still have values */
        if (ctx->diag.code != ERR_UNSUPPORTED)
            return NULL;
        ctx->diag = before;
    }
    c->report = verify_claim(ctx, &claim, seed);
    c->verdict = c->report.verdict;
    c->how = c->report.oracle;
    if (ctx_failed(ctx))
        return NULL;
    if (c->verdict == UNDEFINED || c->verdict == UNDECIDED) {
        ctx_fail(ctx, c->verdict == UNDEFINED ? ERR_LANGUAGE : ERR_UNPROVED,
                 (Span){0, 0}, NULL,
                 c->verdict == UNDEFINED
                     ? "a side has no value at any point that was tried"
                     : "this could neither be proved nor refuted");
        return NULL;
    }
    if (c->verdict == REFUTED) {
        if (!verify_counter(ctx, &claim, seed, &c->counter))
            c->counter = (Counter){.point = NULL};
        c->repair = check_repair(ctx, a, b, seed);
    }
    return ctx_failed(ctx) ? NULL : c;
}
