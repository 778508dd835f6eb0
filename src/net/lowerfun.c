/* lowerfun.c: functions of networks, entrywise and of matrices: what they are
 * of each other and of complex arguments. */
#include "net/lower.h"
#include "net/power.h"

/* Does the factor stand on open axes alone, each once? */
static bool stands_open(const Net *n, const Factor *f)
{
    for (unsigned k = 0; k < f->atom->naxes; k++) {
        if (f->lab[k] < 0 || f->lab[k] >= (Label)n->naxes)
            return false;
        for (unsigned i = 0; i < k; i++)
            if (f->lab[i] == f->lab[k])
                return false;
    }
    return true;
}

/* The logarithm of one factor where it is shorter: of exp(u), and of the 1/s
 * beside it. */
static const Net *log_of_factor(Ctx *ctx, const Net *n, const Factor *f)
{
    const Atom *a = f->atom;
    Rat p;
    if (!stands_open(n, f))
        return NULL;
    if (a->kind == ATOM_FUN && a->op == OP_EXP)
        return a->arg[0];
    bool over = a->kind == ATOM_POW && a->naxes == 0 &&
                net_is_num(a->arg[1], &p) && rat_is(p, -1);
    const Net *s = over ? net_atom(ctx, atom_fun(ctx, OP_LOG, a->arg[0], NULL))
                        : NULL;
    return s ? net_scale(ctx, s, rat_int(-1)) : NULL;
}

/* log(exp(u)*v) is u + log(v), as in log(softmax(x)). */
static const Net *log_of_exp(Lower *l, const Net *a)
{
    const Term *t = a->term;
    enum { MOST = 8 };
    const Net *part[MOST + 1];
    uint32_t n = 0, exps = 0;
    if (a->nterms != 1 || t->nbound || t->nfactors > MOST ||
        t->nfactors < 2 || net_is_complex(l->ctx, a))
        return NULL;
    Work rest, w;
    bool any = !rat_is(t->coef, 1);
    work_init(&rest, l->ctx, a->naxes, a->dim);
    work_scale(&rest, t->coef);
    for (uint32_t i = 0; i < t->nfactors; i++) {
        const Factor *f = &t->factor[i];
        const Net *u = log_of_factor(l->ctx, a, f);
        if (!u) {
            work_atom(&rest, f->atom, f->lab);
            any = true;
            continue;
        }
        exps += f->atom->kind == ATOM_FUN;
        work_init(&w, l->ctx, a->naxes, a->dim);
        work_net(&w, u, f->lab);
        part[n++] = work_net_done(&w);
    }
    if (exps == 0)
        return NULL;
    if (any)
        part[n++] = net_atom(l->ctx, atom_fun(l->ctx, OP_LOG,
                                              work_net_done(&rest), NULL));
    return net_sum(l->ctx, n, part, NULL);
}

static const Net *fun_special(Lower *l, OpId op, const Net *a)
{
    const Term *t = a->term;
    const Atom *in = a->nterms == 1 && t->nfactors == 1 &&
                             rat_is(t->coef, 1)
                         ? t->factor[0].atom
                         : NULL;
    Rat c;
    if (op == OP_LOG) {
        const Net *n = log_of_exp(l, a);
        if (n || ctx_failed(l->ctx))
            return n;
    }
    if (op == OP_SQRT)
        return net_power(l->ctx, a, rat_make(l->ctx, 1, 2));
    if (net_is_num(a, &c)) {
        if (op == OP_LOG && rat_is(c, 1))
            return net_zero(l->ctx, a->naxes, a->dim);
        if (op == OP_EXP && rat_is(c, 0))
            return net_one(l->ctx, a->naxes, a->dim);
        if (op == OP_ABS && rat_sign(c) >= 0)
            return a;
    }
    if (!in || in->naxes != a->naxes || t->nbound)
        return NULL;
    if (op == OP_LOG && in->kind == ATOM_FUN && in->op == OP_ABS &&
        in->arg[0]->naxes == 0) { /* log|det E| */
        const Net *d = in->arg[0];
        if (d->nterms == 1 && d->term[0].nfactors == 1 &&
            rat_is(d->term[0].coef, 1) &&
            d->term[0].factor[0].atom->kind == ATOM_MAT &&
            d->term[0].factor[0].atom->op == OP_DET)
            return net_mat(l->ctx, OP_LOGDET,
                           d->term[0].factor[0].atom->arg[0]);
    }
    if (in->kind == ATOM_FUN && /* log(exp(z)) is z up to periods */
        ((op == OP_LOG && in->op == OP_EXP &&
          !net_is_complex(l->ctx, in->arg[0])) ||
         (op == OP_EXP && in->op == OP_LOG))) {
        Work w;
        work_init(&w, l->ctx, a->naxes, a->dim);
        work_net(&w, in->arg[0], t->factor[0].lab);
        return work_net_done(&w);
    }
    return NULL;
}

/* conj, and real and imag by it: (z + conj(z))/2, -1i*(z - conj(z))/2. */
const Net *lower_conj(Lower *l, const Tree *t)
{
    const Net *z = lower(l, t->kid[0]), *c = net_conj(l->ctx, z);
    Rat half = rat_make(l->ctx, 1, 2);
    bool imag = t->op == OP_IMAG;
    if (!c || t->op == OP_CONJ)
        return c;
    if (c == z)
        return imag ? net_zero(l->ctx, z->naxes, z->dim) : z;
    const Net *n = net_sum(l->ctx, 2, (const Net *[]){z, c},
                           (Rat[]){imag ? rat_neg(l->ctx, half) : half, half});
    return imag ? net_pointwise(l->ctx, n,
                                net_atom(l->ctx, atom_imunit(l->ctx)))
                : n;
}

/* What complex arguments have: abs(z) = sqrt(z*conj(z)), and functions that
 * are analytic. */
static const Net *lower_complex_fun(Lower *l, const Tree *t, const Net *z)
{
    switch (t->op) {
    case OP_ABS:
        return net_power(l->ctx,
                         net_pointwise(l->ctx, z, net_conj(l->ctx, z)),
                         rat_make(l->ctx, 1, 2));
    case OP_EXP: case OP_LOG: case OP_SQRT: case OP_SIN: case OP_COS:
    case OP_TAN: case OP_SINH: case OP_COSH: case OP_TANH: case OP_SIGMOID:
    case OP_EXPM1: case OP_LOG1P:
        return NULL;
    default:
        return ctx_fail(l->ctx, ERR_UNSUPPORTED, t->span,
                        "take abs, real or imag of it first",
                        "%s of a complex quantity has no derivative",
                        op_record(t->op)->name);
    }
}

const Net *lower_fun(Lower *l, const Tree *t)
{
    Axes out = axes_of(l, t);
    const Net *a = widened(l, t->kid[0], &out);
    if (a && net_is_complex(l->ctx, a)) {
        const Net *c = lower_complex_fun(l, t, a);
        if (c || ctx_failed(l->ctx))
            return c;
    }
    const Net *b = t->nkids > 1 ? widened(l, t->kid[1], &out) : NULL;
    if (!a || (t->nkids > 1 && !b))
        return NULL;
    const Net *s = b ? NULL : fun_special(l, t->op, a);
    if (s || ctx_failed(l->ctx))
        return s;
    return net_atom(l->ctx, atom_fun(l->ctx, t->op, a, b));
}

/* --- of matrices */

/* log|d| = (log(d) + log(conj(d)))/2 for d = det(A). */
static const Net *lower_complex_logdet(Lower *l, const Net *a)
{
    const Net *d = net_mat(l->ctx, OP_DET, a);
    const Net *m = net_pointwise(l->ctx, d, net_conj(l->ctx, d));
    const Net *n = m ? net_atom(l->ctx, atom_fun(l->ctx, OP_LOG, m, NULL))
                     : NULL;
    return n ? net_scale(l->ctx, n, rat_make(l->ctx, 1, 2)) : NULL;
}

/* The largest and smallest eigenvalue and singular value, which are in order:
 * ascending, descending. */
static const Net *lower_extreme(Lower *l, const Tree *t)
{
    const Tree *v = t->kid[0];
    if (v->op != OP_EIG && v->op != OP_SVD)
        return NULL;
    bool first = (t->op == OP_MAXOF) == (v->op == OP_SVD);
    const Dim *last = lower_mapped(l, v->rows), *a, *b;
    const char *name = last ? dim_symbol(last) : NULL;
    if (!first && name && dim_min_of(name, &a, &b))
        return NULL; /* min(n,m) is no index */
    return net_fix(l->ctx, lower(l, v), 0,
                   first ? dim_num(l->ctx, 1) : last);
}

const Net *lower_matrix(Lower *l, const Tree *t)
{
    const OpRecord *r = op_record(t->op);
    const Net *a = lower(l, t->kid[0]);
    if (!a)
        return NULL;
    bool scalar = a->naxes == 0 && tree_is_scalar(t->kid[0]);
    if (scalar && (t->op == OP_DET || t->op == OP_PROD))
        return a;
    if (t->op == OP_INV)
        return a->naxes == 2 ? net_mpow(l->ctx, a, dim_num(l->ctx, -1))
                             : net_power(l->ctx, a, rat_int(-1));
    if (t->op == OP_PINV && a->naxes == 1) { /* x'/(x'*x) */
        const Net *c = net_conj(l->ctx, a);
        Work w;
        work_init(&w, l->ctx, 0, NULL);
        Label i = work_label(&w, a->dim[0]);
        work_net(&w, a, &i);
        work_net(&w, c, &i);
        return net_pointwise(l->ctx, c,
                             net_power(l->ctx, work_net_done(&w),
                                       rat_int(-1)));
    }
    if (t->op == OP_LOGDET && net_is_complex(l->ctx, a)) /* log|det| */
        return lower_complex_logdet(l, a);
    if (t->op == OP_MAXOF || t->op == OP_MINOF) {
        const Net *end = lower_extreme(l, t);
        if (end || ctx_failed(l->ctx))
            return end;
    }
    if (t->op == OP_ADJ && a->nterms == 0)
        return ctx_fail(l->ctx, ERR_UNSUPPORTED, t->span,
                        "it is 1 where the order is 1, and else 0",
                        "the adjugate of a zero matrix is not supported");
    if (t->op == OP_ADJ && net_symmetry(l->ctx, a) == -1)
        return ctx_fail(l->ctx, ERR_UNSUPPORTED, t->span,
                        "where the order is even it is det(K)*inv(K)",
                        "the adjugate of a skew matrix, which is singular "
                        "where the order is odd, is not supported");
    if (r->means)
        return l->call ? l->call(l, t) : NULL;
    return net_mat(l->ctx, t->op, a);
}
