/* derivation.c: the differential of an expression, line by line.
 *
 * The differential of the whole is written with the differentials of its parts
 * left standing, d(E); a line replaces each of them by the rule of its
 * outermost operator.  What is linear passes through without a line.  A rule is
 * applied to letters and the parts are put in for the letters, so that the
 * lines come from the one table of rules; each line is proved. */
#include "api/derive.h"
#include "api/steps.h"

#include <string.h>

enum { WAITING = 256, TOO_LARGE = 400, LETTERS = 8 };

typedef struct Waiting {
    const Tree *part; /* E of d(E) */
    const Tree *sym;  /* what stands for d(E) */
    const Tree *done; /* its whole differential, for the proof */
} Waiting;

typedef struct Derivation {
    Ctx *ctx;
    Scope *scope;
    Lower lower;
    Raise raise;
    const Motion *m;
    const Tree *input;
    Waiting w[WAITING];
    unsigned n, letters;
    uint64_t seed;
    Buf rules; /* of the line under way */
    Steps *out;
    unsigned first; /* line of this differential */
} Derivation;

static bool moves(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; i < d->m->n; i++)
        if (tree_mentions(d->ctx, t, d->m->x[i]))
            return true;
    return false;
}

static const Sym *letter(Derivation *d, const Tree *like, const char *stem,
                         uint32_t props)
{
    Sym *s =
        scope_fresh(d->scope, ctx_printf(d->ctx, "%s%u_", stem, ++d->letters),
                    SYM_QUANTITY, like->rows, like->cols);
    if (s) {
        s->differential = true; /* none of the asker's names */
        s->props = props | (like->flags & TREE_COMPLEX ? PROP_COMPLEX : 0);
    }
    return s;
}

/* --- linear operators pass through */

static unsigned moving_kids(Derivation *d, const Tree *t)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < t->nkids; i++)
        n += moves(d, t->kid[i]);
    return n;
}

static bool same_shape(const Tree *a, const Tree *b)
{
    return a->rows == b->rows && a->cols == b->cols;
}

static bool is_linear(Derivation *d, const Tree *t)
{
    switch (t->op) {
    case OP_ADD: case OP_NEG: case OP_TRANSPOSE: case OP_ADJOINT: case OP_TR:
    case OP_SUM: case OP_SUM1: case OP_SUM2: case OP_VEC: case OP_RESHAPE:
    case OP_DIAG: case OP_DIAGSUMS: case OP_ANTIDIAGSUMS: case OP_CIRCSUMS:
    case OP_TRIL: case OP_TRIU: case OP_BAND: case OP_CONJ: case OP_REAL:
    case OP_IMAG: case OP_INDEX:
        return true;
    case OP_MUL: case OP_HAD: case OP_KRON:
        return moving_kids(d, t) == 1;
    case OP_DIV: case OP_EDIV:
        return !moves(d, t->kid[1]) && same_shape(t, t->kid[0]);
    case OP_SOLVE:
        return !moves(d, t->kid[0]);
    case OP_EADD: case OP_ESUB:
        for (uint32_t i = 0; moving_kids(d, t) == 1 && i < t->nkids; i++)
            if (moves(d, t->kid[i]))
                return same_shape(t, t->kid[i]);
        return true;
    default:
        return false;
    }
}

static const Tree *waiting_for(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; i < d->n; i++)
        if (d->w[i].part == t)
            return d->w[i].sym;
    const Sym *s = d->n < WAITING ? letter(d, t, "d", 0) : NULL;
    if (!s)
        return NULL;
    d->w[d->n] = (Waiting){.part = t, .sym = tree_sym(d->ctx, s)};
    return d->w[d->n++].sym;
}

static const Tree *differential(Derivation *d, const Tree *t);

static bool is_sum(const Tree *t)
{
    return t->op == OP_ADD || t->op == OP_EADD || t->op == OP_ESUB;
}

/* The op with each moving kid replaced by its differential; sums drop what
 * stands still. */
static const Tree *through(Derivation *d, const Tree *t)
{
    const Tree **kid = ARENA_ARRAY(d->ctx->arena, const Tree *, t->nkids + 1u);
    uint32_t n = 0;
    for (uint32_t i = 0; kid && i < t->nkids; i++) {
        bool m = moves(d, t->kid[i]);
        if (is_sum(t) && !m)
            continue;
        kid[n++] = m ? differential(d, t->kid[i]) : t->kid[i];
    }
    if (!kid)
        return NULL;
    if (t->op == OP_ESUB && n == 1 && !moves(d, t->kid[0]))
        return tree_shaped(d->ctx, OP_NEG, 1, kid, t->rows, t->cols, t->span);
    if (is_sum(t) && n == 1)
        return kid[0];
    return tree_shaped(d->ctx, t->op, n, kid, t->rows, t->cols, t->span);
}

/* dt with what is not linear left standing as d(E). */
static const Tree *differential(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; t->op == OP_SYM && i < d->m->n; i++)
        if (d->m->x[i] == t->sym)
            return tree_sym(d->ctx, d->m->dx[i]);
    return is_linear(d, t) ? through(d, t) : waiting_for(d, t);
}

/* --- one rule, applied to letters */

/* log(det(E)) and norm(E)^2 have rules of their own. */
static const Tree *inner_of(const Tree *t)
{
    const Tree *k = t->nkids ? t->kid[0] : NULL;
    bool squared = t->op == OP_POW && t->kid[1]->op == OP_NUM &&
                   rat_is(t->kid[1]->num, 2);
    if (k && ((t->op == OP_LOG && k->op == OP_DET) ||
              (squared && (k->op == OP_NORM || k->op == OP_NORMF))))
        return k;
    return t;
}

static const char *rule_name(Derivation *d, const Tree *t)
{
    const OpRecord *r = op_record(t->op);
    const Tree *inner = inner_of(t);
    if (inner != t)
        return inner->op == OP_DET    ? "log det, Matrix Cookbook (43), (57)"
               : inner->op == OP_NORM ? "squared norm, Matrix Cookbook (131)"
                                      : "squared norm, Matrix Cookbook (132)";
    switch (t->op) {
    case OP_MUL:
        return "product rule, Matrix Cookbook (37)";
    case OP_HAD:
        return "Hadamard product, Matrix Cookbook (38)";
    case OP_KRON:
        return "Kronecker product, Matrix Cookbook (39)";
    case OP_DIV: case OP_EDIV:
        return "quotient rule";
    case OP_SOLVE:
        return "solution of a linear system, Matrix Cookbook (40), (59)";
    case OP_POW: case OP_EPOW:
        return tree_is_scalar(t) || t->op == OP_EPOW
                   ? "power rule"
                   : "power rule, Matrix Cookbook (90)";
    case OP_APPLY: case OP_DAPPLY:
        return "chain rule";
    case OP_SUMI:
        return "inside the sum";
    case OP_EADD: case OP_ESUB:
        return "sum";
    case OP_MAXOF: case OP_MINOF:
        return t->op == OP_MAXOF ? "max" : "min";
    case OP_EIGVAL: case OP_EIGVEC:
        return t->op == OP_EIGVAL ? "eigenvalue, Matrix Cookbook (67)"
                                  : "eigenvector, Matrix Cookbook (68)";
    default:
        return r->cls == CLASS_ENTRYWISE
                   ? ctx_printf(d->ctx, "chain rule, %s", r->name)
               : r->source ? ctx_printf(d->ctx, "%s, %s", r->name, r->source)
                           : r->name;
    }
}

static void mention_rule(Derivation *d, const char *name)
{
    const char *have = buf_text(&d->rules);
    if (!name || !have || strstr(have, name))
        return;
    buf_add(&d->rules, *have ? "; " : "");
    buf_add(&d->rules, name);
}

/* df as a tree like t. */
static const Tree *raised_by(Derivation *d, const Tree *t, const Net *f,
                          unsigned n, const Sym *const *x,
                          const Sym *const *dx)
{
    const Net *g = f ? differential_in(d->ctx, f, n, x, dx) : NULL;
    return g ? raise_best(&d->raise, g, g->naxes == 1 && is_row(t)) : NULL;
}

static const Tree *in_one_step(Derivation *d, const Tree *t)
{
    return raised_by(d, t, lower(&d->lower, t), d->m->n, d->m->x, d->m->dx);
}

/* What a letter for E has to be known to be. */
static uint32_t props_of(const Tree *of, const Tree *t)
{
    uint32_t must = t->op == OP_CHOL || t->op == OP_EIGVECS ? PROP_SYMMETRIC
                                                            : 0;
    return of->op == OP_SYM ? of->sym->props & ~(uint32_t)PROP_SPAN : must;
}

static const Tree *by_rule(Derivation *d, const Tree *t)
{
    const Sym *p[LETTERS], *dp[LETTERS];
    const Tree *of[LETTERS], *e = t, *inner = inner_of(t);
    unsigned n = 0;
    if (t->op == OP_SUMI) /* a letter does not know the index */
        return in_one_step(d, t);
    for (uint32_t i = 0; i < inner->nkids && e; i++) {
        bool known = false;
        for (unsigned k = 0; k < n; k++)
            known = known || of[k] == inner->kid[i];
        if (known || !moves(d, inner->kid[i]))
            continue;
        if (n == LETTERS)
            return in_one_step(d, t);
        of[n] = inner->kid[i];
        uint32_t props = props_of(of[n], t);
        p[n] = letter(d, of[n], "p", props);
        dp[n] = letter(d, of[n], "q", props & PROPS_LINEAR);
        if (!p[n] || !dp[n])
            return NULL;
        e = tree_subst(d->ctx, e, of[n], tree_sym(d->ctx, p[n]));
        n++;
    }
    const Tree *r = e ? raised_by(d, t, lower(&d->lower, e), n, p, dp) : NULL;
    for (unsigned k = 0; k < n && r; k++) {
        r = tree_subst(d->ctx, r, tree_sym(d->ctx, p[k]), of[k]);
        r = r ? tree_subst(d->ctx, r, tree_sym(d->ctx, dp[k]),
                           differential(d, of[k]))
              : NULL;
    }
    return r;
}

/* --- the order of factors: tr(G'*dX) */

/* A product under a trace, turned round until what moves stands last. */
static const Tree *turned_round(Derivation *d, const Tree *p, const Tree *dx)
{
    const Tree *kid[LETTERS];
    uint32_t at = p->nkids;
    if (p->op != OP_MUL || p->nkids > LETTERS)
        return p;
    for (uint32_t i = 0; i < p->nkids; i++) {
        at = p->kid[i] == dx ? i : at;
        if (tree_is_scalar(p->kid[i]))
            return p;
    }
    if (at >= p->nkids - 1)
        return p;
    for (uint32_t i = 0; i < p->nkids; i++)
        kid[i] = p->kid[(at + 1 + i) % p->nkids];
    return tree_shaped(d->ctx, OP_MUL, p->nkids, kid, dx->cols, dx->cols,
                       p->span);
}

/* Every trace in t so; memo: where t's parts have been seen. */
static const Tree *in_order(Derivation *d, PtrMap *seen, const Tree *part,
                            const Tree *t, const Tree *dx)
{
    if (!t || ptrmap_has(seen, part) || !ptrmap_put(seen, part, d))
        return t;
    if (part->op == OP_TR) {
        const Tree *p = turned_round(d, part->kid[0], dx);
        const Tree *tr = p != part->kid[0]
                             ? tree_shaped(d->ctx, OP_TR, 1, &p, part->rows,
                                           part->cols, part->span)
                             : part;
        t = tr == part ? t : tree_subst(d->ctx, t, part, tr);
    }
    for (uint32_t i = 0; i < part->nkids; i++)
        t = in_order(d, seen, part->kid[i], t, dx);
    return t;
}

static const Tree *ordered(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; t && i < d->m->n + d->n; i++) {
        PtrMap seen;
        ptrmap_init(&seen, d->ctx->arena);
        t = in_order(d, &seen, t, t,
                     i < d->m->n ? tree_sym(d->ctx, d->m->dx[i])
                                 : d->w[i - d->m->n].sym);
    }
    return t;
}

/* --- a line: printed, and proved */

static const char *of_part(Ctx *ctx, const Tree *t, Dialect dialect)
{
    const char *e = out_print(ctx, t, dialect);
    return ctx_printf(ctx,
                      dialect != OUT_LATEX ? "d(%s)"
                      : t->op == OP_SYM    ? "\\mathrm{d}%s"
                                           : "\\mathrm{d}\\left(%s\\right)",
                      e ? e : "");
}

static const char *print_line(Derivation *d, const Tree *t, Dialect dialect)
{
    const Tree *part[WAITING];
    const char *name[WAITING];
    for (unsigned i = 0; i < d->n; i++) {
        part[i] = d->w[i].sym;
        name[i] = of_part(d->ctx, d->w[i].part, dialect);
    }
    const char *text = out_print_named(d->ctx, t, dialect, d->n, part, name);
    if (!text || d->out->n > d->first)
        return text ? ctx_printf(d->ctx, "  = %s", text) : NULL;
    return ctx_printf(d->ctx, "%s = %s", of_part(d->ctx, d->input, dialect),
                      text);
}

/* What every d(E) that stands in t is in full. */
static const Tree *in_full(Derivation *d, const Tree *t)
{
    for (unsigned i = 0; i < d->n && t; i++) {
        Waiting *w = &d->w[i];
        if (!tree_mentions(d->ctx, t, w->sym->sym))
            continue;
        if (!w->done)
            w->done = in_one_step(d, w->part);
        t = w->done ? tree_subst(d->ctx, t, w->sym, w->done) : NULL;
    }
    return t;
}

static bool is_proved(Derivation *d, const Tree *t)
{
    Claim c = {.form = CLAIM_DIFFERENTIAL,
               .input = d->input,
               .answer = t ? in_full(d, t) : NULL,
               .order = 1,
               .nvars = d->m->n};
    for (unsigned i = 0; i < d->m->n; i++) {
        c.var[i] = tree_sym(d->ctx, d->m->x[i]);
        c.dir[i] = d->m->dx[i];
    }
    if (!c.answer)
        return false;
    if (verify_claim(d->ctx, &c, d->seed).verdict == PROVED)
        return true;
    if (!ctx_failed(d->ctx))
        ctx_fail(d->ctx, ERR_UNPROVED, (Span){0, 0}, NULL,
                 "a line of it could not be proved");
    return false;
}

bool add_step(Ctx *ctx, Steps *s, const char *const *line,
              const char *const *rule)
{
    if (s->n == STEPS_MOST)
        return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                        "it has more than %d lines", STEPS_MOST) != NULL;
    for (int k = 0; k < DIALECTS; k++) {
        s->step[s->n].line[k] = line[k];
        s->step[s->n].rule[k] = rule[k];
        if (!line[k] || !rule[k])
            return false;
    }
    s->n++;
    return true;
}

static bool add_line(Derivation *d, const Tree *t, const char *rule)
{
    const char *line[DIALECTS], *rules[DIALECTS];
    if (!is_proved(d, t))
        return false;
    for (int k = 0; k < DIALECTS; k++) {
        line[k] = print_line(d, t, (Dialect)k);
        rules[k] = rule;
    }
    return add_step(d->ctx, d->out, line, rules);
}

/* Every d(E) of t by the rule of E. */
static const Tree *next_line(Derivation *d, const Tree *t)
{
    unsigned before = d->n;
    for (unsigned i = 0; i < before && t; i++) {
        if (!tree_mentions(d->ctx, t, d->w[i].sym->sym))
            continue;
        mention_rule(d, rule_name(d, d->w[i].part));
        const Tree *e = by_rule(d, d->w[i].part);
        t = e ? tree_subst(d->ctx, t, d->w[i].sym, e) : NULL;
    }
    return ordered(d, t);
}

static unsigned waiting_in(Derivation *d, const Tree *t)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->n; i++)
        n += tree_mentions(d->ctx, t, d->w[i].sym->sym);
    return n;
}

static bool terser(Derivation *d, const Tree *s, const Tree *t)
{
    const char *a = out_print(d->ctx, s, OUT_TEXT);
    const char *b = out_print(d->ctx, t, OUT_TEXT);
    return a && b && strlen(a) < strlen(b);
}

/* The last line, in its shortest form.  Where that is hardly shorter it takes
 * the place of the line before, which a reader would skip. */
static const Tree *finish(Derivation *d, const Tree *t, const Tree *last)
{
    const Tree *s = last ? last : ordered(d, in_one_step(d, d->input));
    const char *rule = buf_text(&d->rules);
    size_t now = s ? tree_weight(d->ctx, s) : 0;
    size_t before = tree_weight(d->ctx, t);
    bool shorter = s && now + 1 < before;
    if (s && !last && (now > before || (now == before && !terser(d, s, t))))
        s = t;
    if (s && shorter && !add_line(d, t, rule))
        return NULL;
    return s && add_line(d, s, shorter ? "simplified" : rule) ? s : NULL;
}

static const Tree *nothing_moves(Derivation *d)
{
    const Tree *zero[2] = {tree_int(d->ctx, 0), d->input};
    const char *line[DIALECTS], *rule[DIALECTS];
    const Tree *t = tree_shaped(d->ctx, OP_MUL, 2, zero, d->input->rows,
                                d->input->cols, d->input->span);
    for (int k = 0; k < DIALECTS; k++) {
        line[k] = ctx_printf(d->ctx, "%s = 0",
                             of_part(d->ctx, d->input, (Dialect)k));
        rule[k] = "a constant, Matrix Cookbook (33)";
    }
    return is_proved(d, t) && add_step(d->ctx, d->out, line, rule) ? t : NULL;
}

const Tree *derivation(Ctx *ctx, Scope *scope, const Motion *m,
                       const Tree *input, const Tree *last, uint64_t seed,
                       Steps *out)
{
    Derivation *d = ARENA_NEW(ctx->arena, Derivation);
    if (!d)
        return NULL;
    *d = (Derivation){.ctx = ctx, .scope = scope, .m = m, .input = input,
                      .seed = seed, .out = out, .first = out->n};
    calc_lower_init(&d->lower, ctx);
    raise_init(&d->raise, ctx, scope);
    if (input->size > TOO_LARGE)
        return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                        "it would be too long");
    if (!moves(d, input))
        return nothing_moves(d);
    const Tree *t = differential(d, input);
    buf_init(&d->rules, ctx->arena);
    if (t && !(d->n && t == d->w[0].sym))
        mention_rule(d, d->n ? "linear"
                             : "linear, Matrix Cookbook (33) to (36)");
    /* one d(E) inside what is linear needs no line of its own */
    bool own = t && waiting_in(d, t) > 1;
    while (t && waiting_in(d, t)) {
        if (own && !add_line(d, t, buf_text(&d->rules)))
            return NULL;
        if (own)
            buf_init(&d->rules, ctx->arena);
        t = next_line(d, t);
        own = true;
    }
    return t ? finish(d, t, last) : NULL;
}
