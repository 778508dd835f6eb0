/* reverse.c: the derivative of a net, read off by transposition.
 *
 * Each net between f and x gets an adjoint: a net with f's axes, then its
 * own, that says how f moves with it.  Nets are taken from the latest made
 * to the earliest, so that an adjoint is complete when it is passed on; a
 * shared net is passed through once, and what is not multiplied out stays
 * so.  (Reverse accumulation; Griewank and Walther, Evaluating Derivatives,
 * 2nd ed., chapter 3.) */
#include "calc/calc.h"

#include <string.h>

typedef struct Slot {
    const Net *net;
    const Net **part;
    uint32_t n, cap;
} Slot;

typedef struct Reverse {
    Ctx *ctx;
    const Sym *x;
    const Atom *atom;
    unsigned nout;
    const Dim *out[NET_AXES];
    NetAsk ask;
    PtrMap slot;   /* Net -> Slot */
    Slot **heap;   /* by serial, latest first */
    uint32_t nheap, capheap;
    Slot result;
} Reverse;

static bool slot_add(Ctx *ctx, Slot *s, const Net *part)
{
    if (!part)
        return false;
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 4;
        const Net **p = ARENA_ARRAY(ctx->arena, const Net *, cap);
        if (!p)
            return false;
        for (uint32_t i = 0; i < s->n; i++)
            p[i] = s->part[i];
        s->part = p;
        s->cap = cap;
    }
    s->part[s->n++] = part;
    return true;
}

static bool heap_push(Reverse *r, Slot *s)
{
    if (r->nheap == r->capheap) {
        uint32_t cap = r->capheap ? 2 * r->capheap : 16;
        Slot **p = ARENA_ARRAY(r->ctx->arena, Slot *, cap);
        if (!p)
            return false;
        for (uint32_t i = 0; i < r->nheap; i++)
            p[i] = r->heap[i];
        r->heap = p;
        r->capheap = cap;
    }
    uint32_t i = r->nheap++;
    while (i > 0 && r->heap[(i - 1) / 2]->net->serial < s->net->serial) {
        r->heap[i] = r->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    r->heap[i] = s;
    return true;
}

static Slot *heap_pop(Reverse *r)
{
    Slot *top = r->heap[0], *last = r->heap[--r->nheap];
    uint32_t i = 0;
    for (;;) {
        uint32_t k = 2 * i + 1;
        if (k >= r->nheap)
            break;
        if (k + 1 < r->nheap &&
            r->heap[k + 1]->net->serial > r->heap[k]->net->serial)
            k++;
        if (r->heap[k]->net->serial <= last->net->serial)
            break;
        r->heap[i] = r->heap[k];
        i = k;
    }
    r->heap[i] = last;
    return top;
}

/* The adjoint of n grows by `part`. */
static bool adjoin(Reverse *r, const Net *n, const Net *part)
{
    if (!part)
        return false;
    if (part->nterms == 0)
        return true;
    Slot *s = ptrmap_get(&r->slot, n);
    if (!s) {
        s = ARENA_NEW(r->ctx->arena, Slot);
        if (!s || !ptrmap_put(&r->slot, n, s))
            return false;
        s->net = n;
        if (!heap_push(r, s))
            return false;
    }
    return slot_add(r->ctx, s, part);
}

static bool open_work(Reverse *r, Work *w, unsigned n, const Dim *const *dim)
{
    const Dim *d[2 * NET_AXES];
    unsigned k = 0;
    for (; k < r->nout; k++)
        d[k] = r->out[k];
    for (unsigned i = 0; i < n; i++)
        d[k++] = dim[i];
    if (k > NET_AXES) {
        ctx_fail(r->ctx, ERR_LIMIT, (Span){0, 0},
                 "ask for the differential form",
                 "a tensor of more than %d axes", NET_AXES);
        return false;
    }
    work_init(w, r->ctx, k, d);
    return true;
}

static void out_labels(const Reverse *r, Label *lab)
{
    for (unsigned k = 0; k < r->nout; k++)
        lab[k] = (Label)k;
}

/* The adjoint of factor j's atom in term t: adj times the other factors. */
static const Net *factor_adjoint(Reverse *r, const Net *n, const Net *adj,
                                 const Term *t, uint32_t j)
{
    const Atom *a = t->factor[j].atom;
    Label lab[NET_AXES], own[NET_AXES], at[NET_AXES];
    Work w;
    if (!open_work(r, &w, a->naxes, a->dim))
        return NULL;
    out_labels(r, lab);
    for (unsigned k = 0; k < n->naxes; k++)
        lab[r->nout + k] = own[k] = work_label(&w, n->dim[k]);
    work_net(&w, adj, lab);
    work_term_of(&w, n, t, own, j, at);
    for (unsigned k = 0; k < a->naxes; k++)
        work_delta(&w, at[k], (Label)(r->nout + k), a->dim[k]);
    return work_net_done(&w);
}

/* c[out, axes of a] times s on the axes of a: for entrywise functions. */
static const Net *times_slope(Reverse *r, const Net *c, const Atom *a,
                              const Net *s, const Net *arg)
{
    Label lab[NET_AXES], own[NET_AXES];
    Work w;
    if (!s || !open_work(r, &w, arg->naxes, arg->dim))
        return NULL;
    out_labels(r, lab);
    for (unsigned k = 0; k < a->naxes; k++)
        lab[r->nout + k] = own[k] =
            arg->naxes ? (Label)(r->nout + k) : work_label(&w, a->dim[k]);
    work_net(&w, c, lab);
    work_net(&w, s, own);
    return work_net_done(&w);
}

/* c[out, axes of a] times the slope by argument k. */
static const Net *through_applied(Reverse *r, const Net *c, const Atom *a,
                                  unsigned k)
{
    const Net *s = net_apply_slope(r->ctx, a, k);
    Label lab[NET_AXES], own[NET_AXES];
    Work w;
    if (!s || !open_work(r, &w, a->arg[k]->naxes, a->arg[k]->dim))
        return NULL;
    out_labels(r, lab);
    for (unsigned i = 0; i < s->naxes; i++)
        own[i] = i < a->naxes ? work_label(&w, a->dim[i])
                              : (Label)(r->nout + i - a->naxes);
    for (unsigned i = 0; i < a->naxes; i++)
        lab[r->nout + i] = own[i];
    work_net(&w, c, lab);
    work_net(&w, s, own);
    return work_net_done(&w);
}

/* The rule's differential in a direction, contracted and read off. */
static const Net *through_rule(Reverse *r, const Net *c, const Atom *a)
{
    const Net *arg = a->arg[0];
    const Sym *da = calc_direction(r->ctx, arg->naxes, arg->dim);
    const Net *d = da ? rule_differential(r->ctx, a,
                                          net_atom(r->ctx,
                                                   atom_sym(r->ctx, da)))
                      : NULL;
    Label lab[NET_AXES], own[NET_AXES];
    Work w;
    if (!d || !open_work(r, &w, 0, NULL))
        return NULL;
    out_labels(r, lab);
    for (unsigned k = 0; k < a->naxes; k++)
        lab[r->nout + k] = own[k] = work_label(&w, a->dim[k]);
    work_net(&w, c, lab);
    work_net(&w, d, own);
    return calc_open(r->ctx, work_net_done(&w), da);
}

/* Whose terms all hold the identity on the atom's two axes? */
static int64_t identity_in(const Reverse *r, const Term *t)
{
    Label p = (Label)r->nout, q = p + 1;
    for (uint32_t j = 0; j < t->nfactors; j++)
        if (t->factor[j].atom->kind == ATOM_DELTA &&
            t->factor[j].lab[0] == p && t->factor[j].lab[1] == q)
            return j;
    return -1;
}

/* A primary matrix function f under a trace: the adjoint is s*identity, and
 * that of the argument s*g(E)'. */
static const Net *under_trace(Reverse *r, const Net *c, const Term *t,
                              const Atom *a, int64_t delta)
{
    const Net *g = rule_trace(r->ctx, a);
    Label lab[NET_AXES], skip[NET_AXES], p = (Label)r->nout, q = p + 1;
    Work w;
    if (!g || !open_work(r, &w, 2, a->dim))
        return NULL;
    out_labels(r, lab);
    lab[p] = p;
    lab[q] = q;
    work_term_of(&w, c, t, lab, delta, skip);
    work_net(&w, g, (Label[]){q, p});
    return work_net_done(&w);
}

/* Else <W, L(A, dA)> = <L(A', W), dA> for the Frechet derivative L (Higham,
 * Functions of Matrices, section 3.4), where W is one matrix. */
static const Net *through_frechet(Reverse *r, const Net *c, OpId f,
                                  const Net *a)
{
    if (r->nout)
        return ctx_fail(r->ctx, ERR_UNSUPPORTED, (Span){0, 0},
                        "ask for its first differential; a trace has second "
                        "ones, too",
                        "the derivative of %s is known as a differential "
                        "only, and under a scalar function",
                        op_record(f)->name);
    return net_frechet(r->ctx, f, net_transpose(r->ctx, a), c);
}

static const Net *through_trace(Reverse *r, const Net *c, const Atom *a)
{
    const Net **part = ARENA_ARRAY(r->ctx->arena, const Net *, c->nterms + 1u);
    for (uint32_t i = 0; part && i < c->nterms; i++) {
        int64_t delta = identity_in(r, &c->term[i]);
        if (delta < 0)
            return through_frechet(r, c, a->op, a->arg[0]);
        part[i] = under_trace(r, c, &c->term[i], a, delta);
    }
    return !part       ? NULL
           : c->nterms ? net_sum(r->ctx, c->nterms, part, NULL)
                       : c;
}

static const Net *derivative_from(Ctx *ctx, const Net *f, const Sym *x,
                                  unsigned nout, const Dim *const *out,
                                  const Net *adj);

/* A sum over an index: each summand's derivative, summed.  Where the adjoint
 * speaks of an index of the same name, the bound one gets another. */
static const Net *through_sum(Reverse *r, const Net *c, const Atom *a)
{
    const Net *body = a->arg[0];
    const char *index = a->index;
    if (net_mentions_index(r->ctx, c, index)) {
        index = ctx_printf(r->ctx, "%s%u", index, c->serial);
        index = index ? ctx_intern(r->ctx, index, strlen(index)) : NULL;
        body = index ? net_subst_index(r->ctx, body, a->index,
                                       dim_sym(r->ctx, index))
                     : NULL;
    }
    return net_sumi(r->ctx, index, a->lo, a->hi,
                    derivative_from(r->ctx, body, r->x, r->nout, r->out, c));
}

/* frechet(f, A, E) by E. */
static bool frechet_adjoin(Reverse *r, const Net *c, const Atom *a)
{
    const Atom *fa = a->arg[0]->term->factor->atom;
    if (net_asks(r->ctx, &r->ask, a->arg[0]))
        return calc_no_second(r->ctx, fa->op) != NULL;
    return adjoin(r, a->arg[1], through_frechet(r, c, fa->op, fa->arg[0]));
}

static bool pass_on(Reverse *r, const Net *c, const Factor *f)
{
    const Atom *a = f->atom;
    if (!c)
        return false;
    if (a == r->atom)
        return slot_add(r->ctx, &r->result, c);
    switch (a->kind) {
    case ATOM_SUM:
        return adjoin(r, a->arg[0], c);
    case ATOM_SUMI:
        return slot_add(r->ctx, &r->result, through_sum(r, c, a));
    case ATOM_FUN:
    case ATOM_POW:
        for (unsigned k = 0; k < a->nargs; k++)
            if (net_asks(r->ctx, &r->ask, a->arg[k]) &&
                !adjoin(r, a->arg[k],
                        times_slope(r, c, a, rule_slope(r->ctx, a, k),
                                    a->arg[k])))
                return false;
        return true;
    case ATOM_APPLY:
        for (unsigned k = 0; k < a->nargs; k++)
            if (net_asks(r->ctx, &r->ask, a->arg[k]) &&
                !adjoin(r, a->arg[k], through_applied(r, c, a, k)))
                return false;
        return true;
    case ATOM_MAT:
        if (a->op == OP_FRECHET)
            return frechet_adjoin(r, c, a);
        if (op_record(a->op)->trace)
            return adjoin(r, a->arg[0], through_trace(r, c, a));
        return adjoin(r, a->arg[0], through_rule(r, c, a));
    case ATOM_MPOW:
        return adjoin(r, a->arg[0], through_rule(r, c, a));
    default:
        ctx_fail(r->ctx, ERR_INTERNAL, (Span){0, 0}, NULL,
                 "a constant was taken for a function of %s", r->x->name);
        return false;
    }
}

static bool visit(Reverse *r, const Net *n, const Net *adj)
{
    if (!adj || !ctx_step(r->ctx, 1))
        return false;
    for (uint32_t i = 0; i < n->nterms; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors; j++) {
            const Factor *f = &n->term[i].factor[j];
            if (!factor_asks(r->ctx, &r->ask, f))
                continue;
            if (!pass_on(r, factor_adjoint(r, n, adj, &n->term[i], j), f))
                return false;
        }
    return true;
}

static const Net *result_net(Reverse *r)
{
    Work w;
    if (r->result.n)
        return net_sum(r->ctx, r->result.n, r->result.part, NULL);
    if (!open_work(r, &w, r->atom->naxes, r->atom->dim))
        return NULL;
    work_scale(&w, rat_int(0));
    return work_net_done(&w);
}

static const Net *derivative_from(Ctx *ctx, const Net *f, const Sym *x,
                                  unsigned nout, const Dim *const *out,
                                  const Net *adj)
{
    Reverse r = {.ctx = ctx, .x = x, .atom = atom_sym(ctx, x), .nout = nout};
    if (!f || !adj || !r.atom)
        return NULL;
    for (unsigned k = 0; k < nout; k++)
        r.out[k] = out[k];
    net_ask_init(&r.ask, ctx, x, NULL);
    ptrmap_init(&r.slot, ctx->arena);
    if (net_asks(ctx, &r.ask, f) && !adjoin(&r, f, adj))
        return NULL;
    while (r.nheap) {
        Slot *s = heap_pop(&r);
        if (!visit(&r, s->net, net_sum(ctx, s->n, s->part, NULL)))
            return NULL;
    }
    return result_net(&r);
}

const Net *calc_derivative(Ctx *ctx, const Net *f, const Sym *x)
{
    if (!f)
        return NULL;
    const Dim *dim[2 * NET_AXES];
    if (2u * f->naxes > NET_AXES)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0},
                        "ask for the differential form",
                        "a tensor of more than %d axes", NET_AXES);
    for (unsigned k = 0; k < f->naxes; k++)
        dim[k] = dim[f->naxes + k] = f->dim[k];
    Work w;
    work_init(&w, ctx, 2u * f->naxes, dim);
    for (unsigned k = 0; k < f->naxes; k++)
        work_delta(&w, (Label)k, (Label)(f->naxes + k), f->dim[k]);
    return derivative_from(ctx, f, x, f->naxes, f->dim, work_net_done(&w));
}
