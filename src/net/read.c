/* read.c: the text that dump.c writes, as the net it is of.  Terms are made
 * as any others are, so that a text that was changed by hand gives a net that
 * is simplified and canonical. */
#include "net/store.h"

#include <string.h>

typedef struct Reader {
    Scan in;
    const Sym *const *sym;
    size_t nsyms;
    const Net **net;
    size_t n, cap;
} Reader;

/* #k, a net that was read. */
static const Net *read_ref(Reader *r)
{
    int64_t k;
    if (!scan_want(&r->in, "#") || !scan_number(&r->in, &k))
        return NULL;
    return k >= 1 && (size_t)k <= r->n
               ? r->net[k - 1]
               : scan_fail(&r->in, "the number of a net above");
}

static const Sym *find_symbol(Reader *r, const char *name, bool function)
{
    for (size_t i = 0; name && i < r->nsyms; i++) {
        const Sym *s = r->sym[i];
        bool is = function ? s->kind == SYM_FUNCTION
                           : s->kind == SYM_QUANTITY || s->kind == SYM_INTEGER;
        if (is && strcmp(s->name, name) == 0)
            return s;
    }
    return scan_fail(&r->in, "the name of a symbol");
}

static bool read_symbol(Reader *r, Atom *a, const char *name, bool conj)
{
    const Sym *s = find_symbol(r, name, false);
    if (!s)
        return false;
    const Atom *whole = atom_sym(r->in.ctx, conj ? sym_conj(r->in.ctx, s) : s);
    if (whole)
        *a = *whole;
    return whole != NULL;
}

static bool read_args(Reader *r, Atom *a)
{
    do {
        if (a->nargs == FUNCTION_ARGS ||
            !(a->arg[a->nargs] = read_ref(r)))
            return false;
        while (scan_is(&r->in, "'"))
            a->der[a->nargs]++;
        a->nargs++;
    } while (scan_is(&r->in, ","));
    return true;
}

static OpId op_named(const char *name)
{
    for (int i = 0; i < OP_COUNT; i++)
        if (strcmp(op_record((OpId)i)->name, name) == 0)
            return (OpId)i;
    return OP_COUNT;
}

static bool is_band(const Atom *a)
{
    return a->kind == ATOM_MASK && a->op == OP_BAND;
}

static bool read_function(Reader *r, Atom *a, const char *name)
{
    a->op = op_named(name);
    switch (a->op) {
    case OP_COUNT:
        return scan_fail(&r->in, "a function");
    case OP_TRIL: case OP_BAND:
        a->kind = ATOM_MASK;
        break;
    case OP_DIAGSUMS: case OP_ANTIDIAGSUMS: case OP_CIRCSUMS:
        a->kind = ATOM_SAME;
        break;
    default:
        a->kind = op_record(a->op)->cls == CLASS_ENTRYWISE ? ATOM_FUN
                                                           : ATOM_MAT;
        return read_args(r, a);
    }
    return !is_band(a) || ((a->lo = dim_scan(&r->in)) &&
                           scan_want(&r->in, ",") &&
                           (a->hi = dim_scan(&r->in)));
}

static bool read_range(Reader *r, Atom *a)
{
    a->kind = ATOM_SUMI;
    return (a->index = scan_name(&r->in)) && scan_want(&r->in, "=") &&
           (a->lo = dim_scan(&r->in)) && scan_want(&r->in, "..") &&
           (a->hi = dim_scan(&r->in)) && scan_want(&r->in, ",") &&
           read_args(r, a);
}

static bool read_applied(Reader *r, Atom *a)
{
    a->kind = ATOM_APPLY;
    a->sym = find_symbol(r, scan_name(&r->in), true);
    return a->sym && scan_want(&r->in, ",") && read_args(r, a);
}

static bool read_int(Reader *r, Atom *a)
{
    a->kind = ATOM_INT;
    return (a->expo = dim_scan(&r->in)) != NULL;
}

/* name(...): the rest of it, after the bracket. */
static bool read_call(Reader *r, Atom *a, const char *name)
{
    static const struct {
        const char *name;
        AtomKind kind;
    } constants[] = {{"pi", ATOM_PI}, {"1i", ATOM_IMUNIT},
                     {"delta", ATOM_DELTA}, {"fuse", ATOM_FUSE}};
    bool ok = false;
    for (size_t i = 0; i < sizeof constants / sizeof *constants && !ok; i++)
        if ((ok = strcmp(name, constants[i].name) == 0))
            a->kind = constants[i].kind;
    ok = ok || (strcmp(name, "int") == 0     ? read_int(r, a)
                : strcmp(name, "sum") == 0   ? read_range(r, a)
                : strcmp(name, "apply") == 0 ? read_applied(r, a)
                                             : read_function(r, a, name));
    return ok && scan_want(&r->in, ")");
}

/* #k, #k.^#l, #k^(e). */
static bool read_power(Reader *r, Atom *a)
{
    a->kind = ATOM_SUM;
    a->nargs = 1;
    if (!(a->arg[0] = read_ref(r)))
        return false;
    if (scan_is(&r->in, ".^")) {
        a->kind = ATOM_POW;
        a->nargs = 2;
        return (a->arg[1] = read_ref(r)) != NULL;
    }
    if (*r->in.s != '^')
        return true;
    a->kind = ATOM_MPOW;
    return scan_want(&r->in, "^(") && (a->expo = dim_scan(&r->in)) &&
           scan_want(&r->in, ")");
}

static bool read_label(Reader *r, const Work *w, Label *l, const Dim **d)
{
    int64_t k;
    if (scan_is(&r->in, "@")) {
        const Dim *index = dim_scan(&r->in);
        if (!index || !scan_want(&r->in, ":") || !(*d = dim_scan(&r->in)))
            return false;
        *l = net_fixed(r->in.ctx, index);
        return true;
    }
    if (!scan_number(&r->in, &k) || k < 0 || k >= w->nl)
        return scan_fail(&r->in, "a label");
    *l = (Label)k;
    *d = w->dim[k];
    return true;
}

/* The axes that follow from what is inside: those of an argument. */
static bool has_own_axes(Atom *a)
{
    const Net *like = a->arg[0];
    if (a->kind == ATOM_SYM)
        return true;
    if (a->kind != ATOM_SUM && a->kind != ATOM_SUMI && a->kind != ATOM_FUN &&
        a->kind != ATOM_POW && a->kind != ATOM_MPOW)
        return false;
    if (a->nargs == 2 && a->arg[1]->naxes > like->naxes)
        like = a->arg[1];
    a->naxes = like->naxes;
    memcpy(a->dim, like->dim, sizeof a->dim);
    return true;
}

/* A constant's dimensions are those of its labels. */
static bool read_labels(Reader *r, Work *w, Atom *a, Label *lab)
{
    bool own = has_own_axes(a);
    unsigned n = 0;
    if (*r->in.s == '[') {
        do {
            const Dim *d = NULL;
            r->in.s++;
            if (n == NET_AXES || !read_label(r, w, &lab[n], &d))
                return scan_fail(&r->in, "at most 8 labels");
            if (own && (n >= a->naxes || a->dim[n] != d))
                return scan_fail(&r->in, "a label of the axis's dimension");
            a->dim[n++] = d;
        } while (*r->in.s == ',');
        if (!scan_want(&r->in, "]"))
            return false;
    }
    if (own && n < a->naxes)
        return scan_fail(&r->in, "a label for each axis");
    a->naxes = (uint8_t)n;
    return true;
}

static bool read_named(Reader *r, Atom *a)
{
    const char *name = scan_name(&r->in);
    bool conj = name && strcmp(name, "conj") == 0 && *r->in.s == ' ';
    if (conj)
        name = scan_name(&r->in);
    if (!name)
        return scan_fail(&r->in, "a factor");
    if (*r->in.s != '(')
        return read_symbol(r, a, name, conj);
    r->in.s++;
    return read_call(r, a, name);
}

static bool read_factor(Reader *r, Work *w)
{
    Atom a;
    Label lab[NET_AXES];
    memset(&a, 0, sizeof a);
    if (!(*r->in.s == '#' ? read_power(r, &a) : read_named(r, &a)) ||
        !read_labels(r, w, &a, lab))
        return false;
    work_atom(w, atom_intern(r->in.ctx, &a), lab);
    return !w->failed;
}

static bool read_bound(Reader *r, Work *w)
{
    if (!scan_is(&r->in, "{"))
        return true;
    do {
        const Dim *d = dim_scan(&r->in);
        if (!d)
            return false;
        work_label(w, d);
    } while (scan_is(&r->in, ","));
    return scan_want(&r->in, "}");
}

static const Net *read_term(Reader *r, unsigned naxes, const Dim *const *dim)
{
    Work w;
    Rat coef;
    work_init(&w, r->in.ctx, naxes, dim);
    if (!scan_rat(&r->in, &coef))
        return scan_fail(&r->in, "a coefficient");
    work_scale(&w, coef);
    if (!read_bound(r, &w))
        return NULL;
    while (!scan_is(&r->in, "\n"))
        if (!read_factor(r, &w))
            return NULL;
    return work_net_done(&w);
}

static bool read_axes(Reader *r, unsigned *naxes, const Dim **dim)
{
    if (!scan_want(&r->in, "["))
        return false;
    for (*naxes = 0; !scan_is(&r->in, "]"); ++*naxes)
        if (*naxes == NET_AXES || (*naxes && !scan_want(&r->in, ",")) ||
            !(dim[*naxes] = dim_scan(&r->in)))
            return scan_fail(&r->in, "at most 8 axes");
    return scan_want(&r->in, "\n");
}

/* The terms up to the next net, as one sum. */
static const Net *read_terms(Reader *r, unsigned naxes, const Dim *const *dim)
{
    size_t n = 0, cap = 1;
    for (const char *s = r->in.s; *s == ' '; cap++) {
        s += strcspn(s, "\n");
        s += *s == '\n';
    }
    const Net **part = ARENA_ARRAY(r->in.ctx->arena, const Net *, cap);
    if (!part)
        return NULL;
    while (*r->in.s == ' ')
        if (!(part[n++] = read_term(r, naxes, dim)))
            return NULL;
    return n ? net_sum(r->in.ctx, (uint32_t)n, part, NULL)
             : net_zero(r->in.ctx, naxes, dim);
}

static bool read_net(Reader *r)
{
    int64_t k;
    unsigned naxes;
    const Dim *dim[NET_AXES];
    if (!scan_want(&r->in, "#") || !scan_number(&r->in, &k) ||
        (size_t)k != r->n + 1)
        return scan_fail(&r->in, "the number of the next net");
    if (!read_axes(r, &naxes, dim) || r->n == r->cap)
        return false;
    r->net[r->n] = read_terms(r, naxes, dim);
    return r->net[r->n++] != NULL;
}

const Net *net_read(Ctx *ctx, const char *text, const Sym *const *sym,
                    size_t nsyms)
{
    Reader r = {.in = {ctx, text, text}, .sym = sym, .nsyms = nsyms};
    for (const char *s = text; s && *s; s++)
        r.cap += *s == '\n';
    r.net = ARENA_ARRAY(ctx->arena, const Net *, r.cap + 1);
    while (r.net && *r.in.s && read_net(&r))
        ;
    return r.n && !ctx_failed(ctx) ? r.net[r.n - 1] : NULL;
}
