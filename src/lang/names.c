/* names.c: from parsed trees and a scope to shaped trees: lang_shape.
 *
 * Names that are not declared are collected with what they are used for.
 * Each begins with the kind that it suggests; its dimensions are metas.  If
 * this reading does not fit, others are tried: those that give one name
 * another kind, then two, then three, scalars first; the first that fits
 * wins.  If none does, the first reading says what is wrong. */
#include "lang/shape.h"

#include <string.h>

/* --- the kind that a name suggests */

static bool greek_name(const char *name)
{
    static const char *const greek[] = {
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta",
        "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "varrho", "sigma", "tau", "upsilon",
        "phi", "varphi", "chi", "psi", "omega"};
    size_t n = strcspn(name, "_0123456789");
    if ((unsigned char)name[0] == 0xce) /* U+0391..03A9 are capitals */
        return (unsigned char)name[1] >= 0xb1;
    if ((unsigned char)name[0] >= 0x80)
        return true;
    for (size_t i = 0; i < sizeof greek / sizeof *greek; i++)
        if (strlen(greek[i]) == n && memcmp(greek[i], name, n) == 0)
            return true;
    return false;
}

static Kind usual_kind(const Unknown *u)
{
    bool capital = (u->name[0] >= 'A' && u->name[0] <= 'Z') ||
                   (unsigned char)u->name[0] == 0xce;
    if (u->uses & (USE_INDEX | USE_BOUND))
        return KIND_INDEX;
    if (u->uses & USE_LIMIT)
        return KIND_INTEGER;
    return greek_name(u->name) ? KIND_SCALAR
           : capital           ? KIND_MATRIX
                               : KIND_VECTOR;
}

/* --- collecting names */

bool names_visit(Shaper *s, Visits *q, const Tree *t, unsigned use)
{
    if (q->n == q->cap) {
        size_t cap = q->cap ? 2 * q->cap : 64;
        Visit *v = ARENA_ARRAY(s->ctx->arena, Visit, cap);
        if (!v)
            return false;
        if (q->n)
            memcpy(v, q->v, q->n * sizeof *v);
        q->v = v;
        q->cap = cap;
    }
    q->v[q->n++] = (Visit){t, use};
    return true;
}

static bool known(const Shaper *s, const char *name)
{
    return scope_uses(s->scope, name) || strcmp(name, "pi") == 0;
}

static bool note_name(Shaper *s, const Tree *t, unsigned use)
{
    Unknown *u = ptrmap_get(&s->unknown, t->name);
    if (!ptrmap_put(&s->words, t->name, s))
        return false;
    if ((use & USE_DIM) && !ptrmap_has(&s->scope->by_name, t->name) &&
        !scope_dimension(s->scope, t->name))
        return false;
    if (u || known(s, t->name)) {
        if (u)
            u->uses |= use;
        return true;
    }
    if (s->nlist == s->list_cap) {
        uint32_t cap = s->list_cap ? 2 * s->list_cap : 16;
        Unknown **p = ARENA_ARRAY(s->ctx->arena, Unknown *, cap);
        if (!p)
            return false;
        if (s->nlist)
            memcpy(p, s->list, s->nlist * sizeof *p);
        s->list = p;
        s->list_cap = cap;
    }
    u = ARENA_NEW(s->ctx->arena, Unknown);
    if (!u)
        return false;
    u->name = t->name;
    u->uses = use;
    s->list[s->nlist++] = u;
    return ptrmap_put(&s->unknown, t->name, u);
}

/* What child i of t is used for, where t itself is used for `use`. */
static unsigned use_below(Shaper *s, const Tree *t, uint32_t i, unsigned use)
{
    switch (t->op) {
    case OP_APPLY: {
        unsigned own = call_use(s, t, i);
        return own == USE_PLAIN ? use : own;
    }
    case OP_INDEX:
        return i == 0 ? use : USE_INDEX;
    case OP_POW:
        return i == 0 || use != USE_PLAIN ? use : USE_PLAIN | USE_EXPONENT;
    case OP_SUMI:
        return i == 0 ? USE_BOUND : USE_LIMIT;
    case OP_EYE:
        return USE_NONE;
    default:
        return use;
    }
}

/* All names below root, in order of appearance. */
static bool collect(Shaper *s, const Tree *root)
{
    Visits q = {0};
    PtrMap seen;
    ptrmap_init(&seen, s->ctx->arena);
    if (!names_visit(s, &q, root, USE_PLAIN))
        return false;
    while (q.n > 0) {
        Visit v = q.v[--q.n];
        uintptr_t before = (uintptr_t)ptrmap_get(&seen, v.t);
        if (v.use == USE_NONE || (before & v.use) == v.use)
            continue;
        if (!ptrmap_put(&seen, v.t, (void *)(before | v.use)))
            return false;
        if (v.t->op == OP_NAME && !note_name(s, v.t, v.use))
            return false;
        for (uint32_t i = v.t->nkids; i-- > 0;)
            if (!names_visit(s, &q, v.t->kid[i],
                             use_below(s, v.t, i, v.use)))
                return false;
    }
    return true;
}

/* dX is the differential of X, if X is a quantity. */
static void find_differentials(Shaper *s)
{
    for (uint32_t i = 0; i < s->nlist; i++) {
        Unknown *u = s->list[i];
        size_t n = strlen(u->name);
        if (u->name[0] != 'd' || n < 2 || u->usual == KIND_INDEX)
            continue;
        const char *x = ctx_intern(s->ctx, u->name + 1, n - 1);
        const Sym *y = x ? ptrmap_get(&s->scope->by_name, x) : NULL;
        Unknown *of = x ? ptrmap_get(&s->unknown, x) : NULL;
        if (y && y->kind == SYM_QUANTITY)
            u->of_sym = y;
        else if (of && of->usual != KIND_INDEX)
            u->of = of;
    }
}

/* --- one reading */

static Sym *unknown_sym(Shaper *s, Unknown *u)
{
    SymKind kind = u->kind == KIND_INDEX     ? SYM_INDEX
                   : u->kind == KIND_INTEGER ? SYM_INTEGER
                                             : SYM_QUANTITY;
    const Dim *rows = s->one, *cols = s->one;
    const Sym *of = u->of_sym;
    if (u->of) {
        u->of->seen = true;
        of = u->of->sym ? u->of->sym : unknown_sym(s, u->of);
    }
    if (of) {
        rows = of->rows;
        cols = of->cols;
    } else {
        if (u->kind == KIND_VECTOR || u->kind == KIND_MATRIX)
            rows = unify_meta(&s->u, true);
        if (u->kind == KIND_MATRIX)
            cols = unify_meta(&s->u, true);
    }
    Sym *y = sym_new(s->scope, u->name, of ? SYM_QUANTITY : kind, rows, cols);
    if (!y)
        return NULL;
    y->differential = of != NULL;
    y->of = of;
    if (y->kind == SYM_INDEX) {
        y->lo = s->one;
        y->hi = unify_meta(&s->u, false);
    }
    return u->sym = y;
}

const Sym *name_symbol(Shaper *s, const char *name)
{
    for (const Bound *b = s->inner; b; b = b->outer)
        if (b->name == name || b->sym->name == name)
            return b->sym;
    const Sym *y = ptrmap_get(&s->scope->by_name, name);
    if (y || ptrmap_has(&s->scope->dims, name))
        return y;
    Unknown *u = ptrmap_get(&s->unknown, name);
    if (!u)
        return NULL;
    u->seen = true;
    return u->sym ? u->sym : unknown_sym(s, u);
}

static void begin_reading(Shaper *s)
{
    s->u = (Unify){.ctx = s->ctx};
    s->inner = s->binders = NULL;
    s->depth = 0;
    s->failed = false;
    for (uint32_t i = 0; i < s->nlist; i++) {
        s->list[i]->sym = NULL;
        s->list[i]->seen = false;
    }
}

static bool read_sources(Shaper *s, Source *src, size_t n)
{
    begin_reading(s);
    for (size_t i = 0; i < n; i++) {
        PtrMap memo;
        ptrmap_init(&memo, s->ctx->arena);
        s->memo = &memo;
        ctx_source(s->ctx, src[i].text, src[i].origin);
        src[i].shaped = shape_tree(s, src[i].parsed);
        if (!src[i].shaped)
            return false;
    }
    const Equation *e = unify_settle(&s->u);
    if (e)
        shape_fail(s, e->at ? e->at : src[0].parsed, NULL,
                   "the dimensions %s and %s do not fit",
                   s->quiet ? "" : dim_text(s->ctx, e->a),
                   s->quiet ? "" : dim_text(s->ctx, e->b));
    return !e && !s->failed && !ctx_failed(s->ctx);
}

/* --- other readings */

enum { MAX_FLIPS = 4, MAX_TRIES = 3000, MAX_WORK = 200000 };

typedef struct Search {
    Shaper *s;
    Source *src;
    size_t n;
    Unknown **order; /* Greek names first: they are vectors before others are
                        matrices, as in y - X*beta */
    Kind *first;     /* the first reading that fits and is no scalar */
    bool found;
    uint64_t work, tries;
} Search;

static bool may_be(const Unknown *u, Kind k)
{
    return k != u->usual && u->usual != KIND_INDEX && !u->of && !u->of_sym &&
           (k != KIND_INTEGER || (u->uses & USE_EXPONENT));
}

static uint64_t size_of(const Source *src, size_t n)
{
    uint64_t size = 1;
    for (size_t i = 0; i < n; i++)
        size += src[i].parsed->size;
    return size;
}

static bool is_exhausted(const Search *x)
{
    return ctx_failed(x->s->ctx) || x->tries > MAX_TRIES ||
           x->tries * x->work > MAX_WORK;
}

/* Of readings that depart from as many names the first wins that makes the
 * expression a scalar, else the first. */
static bool fits(Search *x, unsigned flips)
{
    x->tries++;
    if (!read_sources(x->s, x->src, x->n))
        return false;
    if (flips == 0 || shape_is_scalar(x->s, x->src[0].shaped))
        return true;
    for (uint32_t i = 0; !x->found && i < x->s->nlist; i++)
        x->first[i] = x->order[i]->kind;
    x->found = true;
    return false;
}

/* Give `left` of `flips` names from the i-th on another kind, `odd` of them
 * one that is not scalar. */
static bool flip(Search *x, uint32_t i, unsigned flips, unsigned left,
                 unsigned odd)
{
    if (left == 0)
        return fits(x, flips);
    for (; i < x->s->nlist; i++) {
        Unknown *u = x->order[i];
        for (Kind k = KIND_SCALAR; k <= KIND_MATRIX; k++) {
            bool other = k != KIND_SCALAR;
            if (!may_be(u, k) || (other && odd == 0) ||
                (!other && left == odd))
                continue;
            u->kind = k;
            if (flip(x, i + 1, flips, left - 1, odd - other))
                return true;
            u->kind = u->usual;
            if (is_exhausted(x))
                return false;
        }
    }
    return false;
}

static bool again(Search *x)
{
    for (uint32_t i = 0; i < x->s->nlist; i++)
        x->order[i]->kind = x->first[i];
    return read_sources(x->s, x->src, x->n);
}

static bool search(Shaper *s, Source *src, size_t n)
{
    Search x = {.s = s, .src = src, .n = n, .work = size_of(src, n)};
    uint32_t k = 0;
    x.order = ARENA_ARRAY(s->ctx->arena, Unknown *, s->nlist + 1);
    x.first = ARENA_ARRAY(s->ctx->arena, Kind, s->nlist + 1);
    if (!x.order || !x.first)
        return false;
    for (int greek = 1; greek >= 0; greek--)
        for (uint32_t i = 0; i < s->nlist; i++)
            if (greek_name(s->list[i]->name) == (greek == 1))
                x.order[k++] = s->list[i];
    for (unsigned flips = 0; flips <= MAX_FLIPS; flips++) {
        for (unsigned odd = 0; odd <= flips; odd++)
            if (flip(&x, 0, flips, flips, odd))
                return true;
        if (x.found)
            return !ctx_failed(s->ctx) && again(&x);
    }
    return false;
}

bool lang_shape(Scope *scope, Source *src, size_t n)
{
    Ctx *ctx = scope->ctx;
    Shaper s = {.ctx = ctx, .scope = scope, .one = dim_num(ctx, 1)};
    ptrmap_init(&s.unknown, ctx->arena);
    ptrmap_init(&s.words, ctx->arena);
    for (size_t i = 0; i < n; i++)
        if (!src[i].parsed || !collect(&s, src[i].parsed))
            return false;
    for (uint32_t i = 0; i < s.nlist; i++)
        s.list[i]->kind = s.list[i]->usual = usual_kind(s.list[i]);
    find_differentials(&s);
    s.quiet = s.nlist > 0;
    if (search(&s, src, n))
        return names_finish(&s, src, n);
    if (ctx_failed(ctx))
        return false;
    for (uint32_t i = 0; i < s.nlist; i++)
        s.list[i]->kind = s.list[i]->usual;
    s.quiet = false;
    read_sources(&s, src, n);
    if (!ctx_failed(ctx))
        ctx_fail(ctx, ERR_INTERNAL, (Span){0, 0}, NULL,
                 "no shapes were found, and no error either");
    return false;
}
