/* conj.c: conjugation, pushed to the leaves; what is complex. */
#include "net/power.h"
#include "net/store.h"

const Sym *sym_conj(Ctx *ctx, const Sym *s)
{
    NetStore *store = net_store(ctx);
    if (!store || !(s->props & PROP_COMPLEX))
        return s;
    if (s->conj_of)
        return s->conj_of;
    Sym *t = ptrmap_get(&store->twin, s);
    if (t)
        return t;
    t = ARENA_NEW(ctx->arena, Sym);
    if (!t)
        return NULL;
    *t = *s;
    t->conj_of = s;
    t->serial = s->serial + 0x20000000u;
    return ptrmap_put(&store->twin, s, t) ? t : NULL;
}

static bool atom_is_complex(Ctx *ctx, const Atom *a)
{
    if (a->kind == ATOM_IMUNIT ||
        (a->kind == ATOM_SYM && (a->sym->props & PROP_COMPLEX)))
        return true;
    for (unsigned k = 0; k < a->nargs; k++)
        if (net_is_complex(ctx, a->arg[k]))
            return true;
    return false;
}

bool net_is_complex(Ctx *ctx, const Net *n)
{
    NetStore *s = net_store(ctx);
    uintptr_t known = s ? (uintptr_t)ptrmap_get(&s->complex, n) : 1;
    if (known)
        return known == 2;
    bool yes = false;
    for (uint32_t i = 0; i < n->nterms && !yes; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors && !yes; j++)
            yes = atom_is_complex(ctx, n->term[i].factor[j].atom);
    ptrmap_put(&s->complex, n, (void *)(uintptr_t)(yes ? 2 : 1));
    return yes;
}

/* Multiply conj(a) into w, on the labels `at`. */
static void conj_atom(Work *w, const Atom *a, Label *at)
{
    Ctx *ctx = w->ctx;
    const Net *arg[FUNCTION_ARGS] = {NULL};
    for (unsigned k = 0; k < a->nargs; k++)
        if (!(arg[k] = net_conj(ctx, a->arg[k])))
            w->failed = true;
    if (w->failed)
        return;
    switch (a->kind) {
    case ATOM_IMUNIT:
        work_scale(w, rat_int(-1));
        work_atom(w, a, at);
        break;
    case ATOM_SYM:
        if ((a->sym->props & PROP_HERMITIAN) && a->naxes == 2)
            work_atom(w, a, (Label[]){at[1], at[0]});
        else
            work_atom(w, atom_sym(ctx, sym_conj(ctx, a->sym)), at);
        break;
    case ATOM_APPLY:
        ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                 "the conjugate of the unknown function %s of complex "
                 "arguments is not known",
                 a->sym->name);
        w->failed = true;
        break;
    case ATOM_SUMI:
        work_net(w, net_sumi(ctx, a->index, a->lo, a->hi, arg[0]), at);
        break;
    default:
        work_again(w, a, arg, a->expo, at);
    }
}

static const Net *conj_term(Ctx *ctx, const Net *n, const Term *t)
{
    Work w;
    Label *to = ARENA_ARRAY(ctx->arena, Label, t->nbound + 1u);
    if (!to)
        return NULL;
    work_init(&w, ctx, n->naxes, n->dim);
    work_scale(&w, t->coef);
    for (uint32_t b = 0; b < t->nbound; b++)
        to[b] = work_label(&w, t->bdim[b]);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        Label at[NET_AXES];
        FOR_AXES(f, k)
            at[k] = f->lab[k] < (Label)n->naxes ? f->lab[k]
                                                : to[f->lab[k] - n->naxes];
        if (atom_is_complex(ctx, f->atom))
            conj_atom(&w, f->atom, at);
        else
            work_atom(&w, f->atom, at);
    }
    return work_net_done(&w);
}

const Net *net_conj(Ctx *ctx, const Net *n)
{
    NetStore *s = net_store(ctx);
    if (!n || !s || !net_is_complex(ctx, n))
        return n;
    const Net *done = ptrmap_get(&s->conj, n);
    if (done)
        return done;
    const Net **part = ARENA_ARRAY(ctx->arena, const Net *, n->nterms + 1u);
    for (uint32_t i = 0; part && i < n->nterms; i++)
        if (!(part[i] = conj_term(ctx, n, &n->term[i])))
            return NULL;
    const Net *r = part ? net_sum(ctx, n->nterms, part, NULL) : NULL;
    if (r) {
        ptrmap_put(&s->conj, n, (void *)(uintptr_t)r);
        ptrmap_put(&s->conj, r, (void *)(uintptr_t)n);
    }
    return r;
}
