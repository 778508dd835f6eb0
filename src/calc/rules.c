/* rules.c: the rules of know/ops.def, read from their text.
 *
 * A rule is an expression over its formal arguments: A (the argument), dA
 * (its differential), k (an exponent), a and b (entries).  It is parsed and
 * shaped once a context, and lowered with the formals bound to networks at
 * each use. */
#include "calc/calc.h"
#include "net/power.h"

#include <string.h>

typedef struct Rule {
    const Tree *tree;
    Scope *scope;
} Rule;

typedef struct RuleTable {
    PtrMap rules; /* rule text -> Rule */
    uint32_t directions;
} RuleTable;

static RuleTable *rule_table(Ctx *ctx)
{
    RuleTable *t = ctx->slot[SLOT_RULES];
    if (!t && (t = ARENA_NEW(ctx->arena, RuleTable))) {
        ptrmap_init(&t->rules, ctx->arena);
        ctx->slot[SLOT_RULES] = t;
    }
    return t;
}

/* The rule of an operator; NULL if it has none of that kind. */
static const char *rule_text(Ctx *ctx, OpId op, RuleKind kind)
{
    const OpRecord *rec = op_record(op);
    const char *const text[] = {
        [RULE_DIFF] = rec->diff,     [RULE_TRACE] = rec->trace,
        [RULE_SLOPE] = rec->slope,   [RULE_SLOPE2] = rec->slope2,
        [RULE_MEANS] = rec->means};
    const Planted *p = ctx->slot[SLOT_PLANTED];
    return p && p->op == op && p->kind == kind ? p->text : text[kind];
}

/* Parse text with the formals declared by `args`; dA for each A. */
static Rule *rule_read(Ctx *ctx, const char *text, const char *args)
{
    Rule *r = ARENA_NEW(ctx->arena, Rule);
    Scope *s = scope_new(ctx);
    if (!r || !s || !scope_declare(s, args, strlen(args)))
        return NULL;
    size_t n = 0;
    const Sym *const *sym = scope_symbols(s, &n);
    const Sym *formal[8];
    size_t count = 0;
    for (size_t i = 0; i < n && count < 8; i++)
        if (sym[i]->kind == SYM_QUANTITY)
            formal[count++] = sym[i];
    scope_make_complex(s); /* ' in a rule is the adjoint; of real nets, too */
    for (size_t i = 0; i < count; i++)
        scope_fresh(s, ctx_printf(ctx, "d%s", formal[i]->name), SYM_QUANTITY,
                    formal[i]->rows, formal[i]->cols);
    Source src = {.text = text, .origin = "rule"};
    const char *outer = ctx->diag.source, *origin = ctx->diag.origin;
    ctx_source(ctx, text, "rule");
    src.parsed = lang_parse(ctx, text, strlen(text));
    if (!src.parsed || !lang_shape(s, &src, 1))
        return NULL;
    ctx_source(ctx, outer, origin);
    r->tree = src.shaped;
    r->scope = s;
    return r;
}

static Rule *rule_find(Ctx *ctx, const char *text, const char *args)
{
    RuleTable *t = rule_table(ctx);
    if (!t || !text)
        return NULL;
    const char *key = ctx_intern(ctx, text, strlen(text));
    Rule *r = ptrmap_get(&t->rules, key);
    if (!r && (r = rule_read(ctx, key, args)))
        ptrmap_put(&t->rules, key, r);
    return r;
}

static void bind(Lower *l, const Rule *r, const char *name, const Net *n)
{
    const Sym *s = scope_find(r->scope, ctx_intern(l->ctx, name,
                                                   strlen(name)));
    if (s && n)
        ptrmap_put(&l->bound, s, (void *)(uintptr_t)n);
}

static void bind_dim(Lower *l, const char *name, const Dim *d)
{
    l->dim_name[l->ndims] = ctx_intern(l->ctx, name, strlen(name));
    l->dim_is[l->ndims++] = d;
}

const Sym *calc_direction(Ctx *ctx, unsigned naxes, const Dim *const *dim)
{
    RuleTable *t = rule_table(ctx);
    Sym *s = t ? ARENA_NEW(ctx->arena, Sym) : NULL;
    if (!s)
        return NULL;
    s->name = ctx_printf(ctx, "d%u", ++t->directions);
    s->kind = SYM_QUANTITY;
    s->rows = naxes > 0 ? dim[0] : dim_num(ctx, 1);
    s->cols = naxes > 1 ? dim[1] : dim_num(ctx, 1);
    s->differential = true;
    s->serial = 0x40000000u + t->directions;
    return s;
}

/* An index name for the rule's sum that neither the exponent nor the base
 * nor the direction uses. */
static const char *free_index(Ctx *ctx, const Atom *a, const Net *da)
{
    static const char *const names[] = {"r", "s", "q", "u", "v", "w"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *n = ctx_intern(ctx, names[i], 1);
        if (!(a->expo && dim_mentions(a->expo, n)) &&
            !net_mentions_index(ctx, a->arg[0], n) &&
            !net_mentions_index(ctx, da, n))
            return n;
    }
    return ctx_printf(ctx, "r%u", ++rule_table(ctx)->directions);
}

/* The rule's text with the identifier r renamed. */
static const char *with_index(Ctx *ctx, const char *text, const char *name)
{
    Buf b;
    buf_init(&b, ctx->arena);
    for (const char *p = text; *p; p++) {
        bool alone = *p == 'r' && (p == text || strchr("(^-+* =,", p[-1])) &&
                     strchr("=)*-+ ,", p[1]);
        if (alone)
            buf_add(&b, name);
        else
            buf_char(&b, *p);
    }
    return buf_text(&b);
}

static const Net *power_differential(Ctx *ctx, const Atom *a, const Net *da);

/* Is a symbolic exponent one of an inverse, as -k and -k-1 are? */
static bool is_negative(const Dim *e)
{
    return e->n > 0 && e->mono[0].n > 0 && e->mono[0].coef < 0;
}

/* E^-k = (E^-1)^k: the rule's sum runs over k >= 0. */
static const Net *inverse_power_differential(Ctx *ctx, const Atom *a,
                                             const Net *da)
{
    const Atom *inv = atom_mpow(ctx, a->arg[0], dim_num(ctx, -1));
    const Net *base = net_atom(ctx, inv);
    const Net *move = rule_differential(ctx, inv, da);
    const Dim *k = dim_sub(ctx, dim_num(ctx, 0), a->expo);
    const Atom *p = atom_mpow(ctx, base, k);
    return p && move ? power_differential(ctx, p, move) : NULL;
}

enum { WRITTEN_OUT = 64 };

/* Sum over r of A^r*dA*A^(k-1-r), written out for a small number k. */
static const Net *power_differential(Ctx *ctx, const Atom *a, const Net *da)
{
    int64_t k = 0;
    bool numeric = dim_is_num(a->expo, &k);
    if (!numeric && is_negative(a->expo))
        return inverse_power_differential(ctx, a, da);
    const char *index = free_index(ctx, a, da);
    Rule *r = rule_find(ctx,
                        with_index(ctx, rule_text(ctx, OP_POW, RULE_DIFF),
                                   index),
                        "A: [n,n]; k: integer");
    if (!r)
        return NULL;
    /* E^k = (E^-1)^-k for k < -1, so that the rule's k is never negative. */
    const Net *base = a->arg[0], *move = da;
    if (numeric && k < 0) {
        base = net_atom(ctx, atom_mpow(ctx, base, dim_num(ctx, -1)));
        move = rule_differential(
            ctx, atom_mpow(ctx, a->arg[0], dim_num(ctx, -1)), da);
        k = -k;
    }
    if (numeric && (uint64_t)k > ctx->limits.power)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0},
                        "declare a symbol as in 'k: integer'",
                        "an explicit power above the limit power = %u",
                        ctx->limits.power);
    if (!numeric || k > WRITTEN_OUT) {
        Lower l;
        lower_init(&l, ctx);
        bind(&l, r, "A", base);
        bind(&l, r, "dA", move);
        bind_dim(&l, "n", a->dim[0]);
        bind_dim(&l, "k", numeric ? dim_num(ctx, k) : a->expo);
        return lower(&l, r->tree);
    }
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, (size_t)k);
    for (int64_t i = 0; part && i < k; i++) {
        Work w;
        work_init(&w, ctx, 2, a->dim);
        Label p = work_label(&w, a->dim[0]), q = work_label(&w, a->dim[0]);
        work_net(&w, net_mpow(ctx, base, dim_num(ctx, i)), (Label[]){0, p});
        work_net(&w, move, (Label[]){p, q});
        work_net(&w, net_mpow(ctx, base, dim_num(ctx, k - 1 - i)),
                 (Label[]){q, 1});
        part[i] = work_net_done(&w);
    }
    return part ? net_sum(ctx, (uint32_t)k, part, NULL) : NULL;
}

static void bind_argument(Lower *l, const Rule *r, const Net *arg)
{
    const Dim *one = dim_num(l->ctx, 1);
    bind(l, r, "A", arg);
    bind(l, r, "x", arg);
    bind_dim(l, "n", arg->naxes > 0 ? arg->dim[0] : one);
    bind_dim(l, "m", arg->naxes > 1 ? arg->dim[1] : one);
}

const Net *rule_differential(Ctx *ctx, const Atom *a, const Net *da)
{
    if (!a || !da)
        return NULL;
    int64_t k;
    OpId op = a->kind == ATOM_MPOW ? OP_INV : a->op;
    if (a->kind == ATOM_MPOW && !(dim_is_num(a->expo, &k) && k == -1))
        return power_differential(ctx, a, da);
    const OpRecord *rec = op_record(op);
    const char *text = rule_text(ctx, op, RULE_DIFF);
    if (!text)
        return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                        "take its trace, whose derivative is known",
                        "the derivative of %s has no closed form here",
                        rec->name);
    if (rec->when && strcmp(rec->when, "A symmetric") == 0 &&
        net_symmetry(ctx, a->arg[0]) != 1)
        return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                        "declare it symmetric",
                        "the derivative of %s is known for a symmetric "
                        "matrix",
                        rec->name);
    if (strstr(text, "sum(r,"))
        text = with_index(ctx, text, free_index(ctx, a, da));
    Rule *r = rule_find(ctx, text, rec->args);
    if (!r)
        return NULL;
    Lower l;
    calc_lower_init(&l, ctx);
    bind_argument(&l, r, a->arg[0]);
    bind(&l, r, "dA", da);
    return lower(&l, r->tree);
}

const Net *calc_no_second(Ctx *ctx, OpId f)
{
    return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                    "take the trace of the function: then it is known",
                    "the second derivative of %s has no closed form",
                    op_record(f)->name);
}

const Net *rule_trace(Ctx *ctx, const Atom *a)
{
    const char *text = rule_text(ctx, a->op, RULE_TRACE);
    if (a->kind != ATOM_MAT || !text)
        return NULL;
    Rule *r = rule_find(ctx, text, op_record(a->op)->args);
    if (!r)
        return NULL;
    Lower l;
    lower_init(&l, ctx);
    bind_argument(&l, r, a->arg[0]);
    return lower(&l, r->tree);
}

const Net *rule_map(Ctx *ctx, const char *text, const Net *g, const Net *x)
{
    bool basis = strstr(text, "B*") != NULL;
    Rule *r = g ? rule_find(ctx, text,
                            basis ? "G: [n,m]; B: [n*m,p]"
                                  : "G: [n,n]; X: [n,n]")
                : NULL;
    Lower l;
    if (!r)
        return NULL;
    calc_lower_init(&l, ctx);
    bind(&l, r, "G", g);
    bind(&l, r, "X", x);
    bind(&l, r, "B", x);
    bind_dim(&l, "n", g->dim[0]);
    bind_dim(&l, "m", g->dim[g->naxes - 1]);
    bind_dim(&l, "p", x && x->naxes == 2 ? x->dim[1] : g->dim[0]);
    return lower(&l, r->tree);
}

/* --- entrywise: the slope's text is over numbers; lowered entry by entry */

static const Net *pointwise(Ctx *ctx, const Tree *t, const Net *a,
                            const Net *b, const Net *like);

static const Net *pointwise_fold(Ctx *ctx, const Tree *t, const Net *a,
                                 const Net *b, const Net *like)
{
    const Net *kid[8];
    if (t->nkids > 8)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++)
        if (!(kid[i] = pointwise(ctx, t->kid[i], a, b, like)))
            return NULL;
    switch (t->op) {
    case OP_ADD:
        return net_sum(ctx, t->nkids, kid, NULL);
    case OP_NEG:
        return net_scale(ctx, kid[0], rat_int(-1));
    case OP_DIV:
        return net_pointwise(ctx, kid[0], net_power(ctx, kid[1],
                                                    rat_int(-1)));
    case OP_POW:
        return net_power_net(ctx, kid[0], kid[1]);
    case OP_SQRT:
        return net_power(ctx, kid[0], rat_make(ctx, 1, 2));
    case OP_MUL:
        for (uint32_t i = 1; i < t->nkids; i++)
            kid[0] = net_pointwise(ctx, kid[0], kid[i]);
        return kid[0];
    default:
        return net_atom(ctx, atom_fun(ctx, t->op, kid[0],
                                      t->nkids > 1 ? kid[1] : NULL));
    }
}

static const Net *pointwise(Ctx *ctx, const Tree *t, const Net *a,
                            const Net *b, const Net *like)
{
    if (t->op == OP_SYM)
        return strcmp(t->sym->name, "a") == 0 ? a : b;
    const Net *one = net_one(ctx, like->naxes, like->dim);
    if (t->op == OP_NUM)
        return one ? net_scale(ctx, one, t->num) : NULL;
    if (t->op == OP_PI)
        return net_pointwise(ctx, one, net_atom(ctx, atom_pi(ctx)));
    return pointwise_fold(ctx, t, a, b, like);
}

const Net *rule_slope(Ctx *ctx, const Atom *a, unsigned k)
{
    OpId op = a->kind == ATOM_POW ? OP_EPOW : a->op;
    const char *text = rule_text(ctx, op, k ? RULE_SLOPE2 : RULE_SLOPE);
    if (!text)
        return ctx_fail(ctx, ERR_INTERNAL, (Span){0, 0}, NULL,
                        "%s has no slope", op_record(op)->name);
    Rule *r = rule_find(ctx, text, "a: scalar; b: scalar");
    if (!r)
        return NULL;
    return pointwise(ctx, r->tree, a->arg[0], a->nargs > 1 ? a->arg[1] : NULL,
                     a->naxes == a->arg[0]->naxes ? a->arg[0] : a->arg[1]);
}

/* --- user expressions: what the network itself does not know */

static const Net *call_means(Lower *l, const Tree *t)
{
    const OpRecord *rec = op_record(t->op);
    const Net *arg = lower(l, t->kid[0]);
    Rule *r = arg ? rule_find(l->ctx, rule_text(l->ctx, t->op, RULE_MEANS),
                              rec->args)
                  : NULL;
    if (!r)
        return NULL;
    Lower inner;
    calc_lower_init(&inner, l->ctx);
    bind_argument(&inner, r, arg);
    if (t->kid[0]->rows && dim_is(t->kid[0]->rows, 1) &&
        arg->naxes == 1) { /* a row: the rule's columns are its entries */
        inner.dim_is[1] = arg->dim[0];
        inner.dim_is[0] = strchr(rec->args, ',') ? dim_num(l->ctx, 1)
                                                 : arg->dim[0];
    }
    return lower(&inner, r->tree);
}

static const Net *call_derivative(Lower *l, const Tree *t)
{
    const Net *n = lower(l, t->kid[0]);
    for (uint32_t i = 1; n && i < t->nkids; i++) {
        const Tree *v = t->kid[i];
        const Tree *s = v->op == OP_INDEX ? v->kid[0] : v;
        unsigned before = n->naxes;
        if (s->op != OP_SYM)
            return ctx_fail(l->ctx, ERR_UNSUPPORTED, v->span, NULL,
                            "a derivative is taken by a variable or an entry "
                            "of one");
        n = calc_derivative(l->ctx, n, s->sym);
        for (uint32_t k = v->nkids; v->op == OP_INDEX && k-- > 1;)
            if (n && n->naxes > before)
                n = net_fix(l->ctx, n, n->naxes - 1u,
                            lower_dim(l, v->kid[k]));
    }
    return n;
}

static const Net *call(Lower *l, const Tree *t)
{
    return t->op == OP_DERIV ? call_derivative(l, t) : call_means(l, t);
}

void calc_lower_init(Lower *l, Ctx *ctx)
{
    lower_init(l, ctx);
    l->call = call;
}
