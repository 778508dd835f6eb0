/* check.c: an equation: its sides read and shaped together, compared by normal
 * form, then by the prover; where they differ, a counter-example and the
 * nearest statement that is true (repair.c). */
#include "api/check.h"
#include "api/derive.h"

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

bool check_assume(Ctx *ctx, const Sym *s, uint32_t props, const Tree **a,
                  const Tree **b)
{
    const Sym *y = with_props(ctx, s, props);
    const Tree *from = tree_sym(ctx, s), *to = y ? tree_sym(ctx, y) : NULL;
    *a = to ? tree_subst(ctx, *a, from, to) : NULL;
    *b = *a ? tree_subst(ctx, *b, from, to) : NULL;
    return *b != NULL;
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
    return words && scope_properties(ctx, s, words, &props) &&
           check_assume(ctx, s, props, a, b);
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
    const Tree *left = a, *right = b;
    if (!(a = answer_plain(ctx, scope, a)) ||
        !(b = answer_plain(ctx, scope, b)))
        return NULL;
    Claim claim = {.form = CLAIM_EQUAL, .input = a, .answer = b};
    Diag before = ctx->diag;
    bool same = same_normal_form(ctx, a, b);
    if (!same && ctx_failed(ctx)) {
        /* what has no network may still have values */
        if (ctx->diag.code != ERR_UNSUPPORTED)
            return NULL;
        ctx->diag = before;
    }
    c->report = verify_claim(ctx, &claim, seed);
    c->verdict = c->report.verdict;
    c->how = c->report.oracle;
    if (ctx_failed(ctx))
        return NULL;
    if (same && c->verdict != REFUTED) { /* no rewrite is taken on trust */
        c->report = (Report){.verdict = PROVED};
        c->verdict = PROVED;
        c->how = "the same normal form";
        return c;
    }
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
        c->repair = check_repair(
            ctx, &(Wrong){.a = a, .b = b, .left = left, .right = right}, seed);
    }
    return ctx_failed(ctx) ? NULL : c;
}
