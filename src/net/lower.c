/* lower.c: shaped tree -> network, an operator at a time.
 *
 * Comes in: a shaped tree.  Goes out: the net whose axes are the tree's rows
 * and columns, where these are not 1.  Products, traces, transposes,
 * Hadamard and Kronecker products become shared labels here and are not
 * heard of again until raising. */
#include "net/lower.h"
#include "net/power.h"

/* The rule's dimensions as they are here: all at once, since what n is may
 * mention m. */
const Dim *lower_mapped(Lower *l, const Dim *d)
{
    static const char *const hold[] = {"?a", "?b", "?c", "?d",
                                       "?e", "?f", "?g", "?h"};
    const char *name[8];
    for (unsigned i = 0; d && i < l->ndims; i++) {
        name[i] = ctx_intern(l->ctx, hold[i], 2);
        if (dim_mentions(d, l->dim_name[i]))
            d = dim_subst(l->ctx, d, l->dim_name[i],
                          dim_sym(l->ctx, name[i]));
    }
    for (unsigned i = 0; d && i < l->ndims; i++)
        if (dim_mentions(d, name[i]))
            d = dim_subst(l->ctx, d, name[i], l->dim_is[i]);
    return d;
}

Axes axes_of(Lower *l, const Tree *t)
{
    Axes a = {.rows = lower_mapped(l, t->rows),
              .cols = lower_mapped(l, t->cols)};
    a.row = a.rows && !dim_is(a.rows, 1);
    a.col = a.cols && !dim_is(a.cols, 1);
    if (a.row)
        a.dim[a.n++] = a.rows;
    if (a.col)
        a.dim[a.n++] = a.cols;
    return a;
}

static Label row_label(const Axes *a)
{
    (void)a;
    return 0;
}

static Label col_label(const Axes *a)
{
    return a->row ? 1 : 0;
}

/* Multiply kid into w: its rows under r, its columns under c. */
static void put_kid(Work *w, Lower *l, const Tree *kid, Label r, Label c)
{
    Axes a = axes_of(l, kid);
    Label lab[2];
    unsigned n = 0;
    if (a.row)
        lab[n++] = r;
    if (a.col)
        lab[n++] = c;
    work_net(w, lower(l, kid), lab);
}

/* kid broadcast to the axes of the result. */
const Net *widened(Lower *l, const Tree *kid, const Axes *out)
{
    const Net *n = lower(l, kid);
    if (!n || n->naxes == out->n)
        return n;
    Work w;
    work_init(&w, l->ctx, out->n, out->dim);
    put_kid(&w, l, kid, row_label(out), col_label(out));
    return work_net_done(&w);
}

const Dim *lower_dim(Lower *l, const Tree *t)
{
    switch (t->op) {
    case OP_NUM:
        return t->num.den == 1 ? dim_num(l->ctx, t->num.num) : NULL;
    case OP_INT:
        return lower_mapped(l, t->dim);
    case OP_SYM:
        return t->sym->kind == SYM_QUANTITY
                   ? NULL
                   : lower_mapped(l, dim_sym(l->ctx, t->sym->name));
    case OP_NEG: {
        const Dim *d = lower_dim(l, t->kid[0]);
        return d ? dim_sub(l->ctx, dim_num(l->ctx, 0), d) : NULL;
    }
    default:
        return NULL;
    }
}

/* --- leaves */

static const Net *lower_sym(Lower *l, const Tree *t)
{
    const Net *b = ptrmap_get(&l->bound, t->sym);
    if (b)
        return b;
    if (t->sym->kind != SYM_QUANTITY)
        return net_atom(l->ctx, atom_int(l->ctx, dim_sym(l->ctx,
                                                         t->sym->name)));
    if (!(t->sym->props & PROP_DIAGONAL) || tree_is_scalar(t))
        return net_atom(l->ctx, atom_sym(l->ctx, t->sym));
    Axes a = axes_of(l, t);
    Work w;
    work_init(&w, l->ctx, 2, a.dim);
    work_atom(&w, atom_sym(l->ctx, t->sym), (Label[]){0});
    work_delta(&w, 0, 1, a.rows);
    return work_net_done(&w);
}

static Label fixed_of(Lower *l, const Tree *t)
{
    return net_fixed(l->ctx, lower_dim(l, t));
}

static const Net *lower_unit(Lower *l, const Tree *t)
{
    Axes a = axes_of(l, t);
    Work w;
    work_init(&w, l->ctx, a.n, a.dim);
    if (t->op == OP_DELTA)
        work_delta(&w, fixed_of(l, t->kid[0]), fixed_of(l, t->kid[1]),
                   dim_num(l->ctx, 1));
    if (t->op == OP_EYE && a.n == 2)
        work_delta(&w, 0, 1, a.rows);
    if ((t->op == OP_UNITM || t->op == OP_UNITV) && a.row)
        work_delta(&w, 0, fixed_of(l, t->kid[0]), a.rows);
    if (t->op == OP_UNITM && a.col)
        work_delta(&w, col_label(&a), fixed_of(l, t->kid[1]), a.cols);
    return work_net_done(&w);
}

/* --- sums and products */

static const Net *lower_add(Lower *l, const Tree *t)
{
    Axes out = axes_of(l, t);
    const Net **part = ARENA_ARRAY(l->ctx->arena, const Net *, t->nkids);
    Rat *c = ARENA_ARRAY(l->ctx->arena, Rat, t->nkids);
    if (!part || !c)
        return NULL;
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = t->kid[i];
        bool neg = k->op == OP_NEG;
        c[i] = rat_int(neg != (t->op == OP_ESUB && i > 0) ? -1 : 1);
        part[i] = widened(l, neg ? k->kid[0] : k, &out);
        if (!part[i])
            return NULL;
    }
    return net_sum(l->ctx, t->nkids, part, c);
}

/* A flattened product may hold scalar segments (x'*y beside A): a boundary
 * whose dimensions differ ends a segment. */
static const Net *lower_mul(Lower *l, const Tree *whole)
{
    const Tree *t = lower_narrowed(l, whole);
    if (!t || t->op != OP_MUL)
        return t ? lower(l, t) : NULL;
    Axes out = axes_of(l, t);
    Work w;
    Label pending = -1;
    bool have = false;
    work_init(&w, l->ctx, out.n, out.dim);
    for (uint32_t i = 0; i < t->nkids && !w.failed; i++) {
        Axes a = axes_of(l, t->kid[i]);
        Label r = have ? pending : row_label(&out), c = col_label(&out);
        have = false;
        if (a.n == 0) { /* a scalar: leaves the chain as it is */
            put_kid(&w, l, t->kid[i], 0, 0);
            have = pending >= 0 && r == pending;
            continue;
        }
        uint32_t j = i + 1;
        while (j < t->nkids && axes_of(l, t->kid[j]).n == 0)
            j++;
        if (a.col && j < t->nkids &&
            lower_mapped(l, t->kid[j]->rows) == a.cols) {
            c = pending = work_label(&w, a.cols);
            have = true;
        } else {
            pending = -1;
        }
        put_kid(&w, l, t->kid[i], r, c);
    }
    return work_net_done(&w);
}

static const Net *lower_had(Lower *l, const Tree *whole)
{
    const Tree *t = lower_narrowed(l, whole);
    if (!t || t->op != OP_HAD)
        return t ? lower(l, t) : NULL;
    Axes out = axes_of(l, t);
    Work w;
    work_init(&w, l->ctx, out.n, out.dim);
    for (uint32_t i = 0; i < t->nkids; i++)
        put_kid(&w, l, t->kid[i], row_label(&out), col_label(&out));
    return work_net_done(&w);
}

static const Net *lower_quotient(Lower *l, const Tree *t)
{
    Axes out = axes_of(l, t);
    const Net *a = widened(l, t->kid[0], &out);
    const Net *b = widened(l, t->kid[1], &out);
    Rat zero;
    if (net_is_num(lower(l, t->kid[1]), &zero) && rat_is(zero, 0))
        return ctx_fail(l->ctx, ERR_LANGUAGE, t->span, NULL,
                        "division by zero");
    if (tree_is_scalar(t->kid[1]))
        b = lower(l, t->kid[1]);
    return net_pointwise(l->ctx, a, net_power(l->ctx, b, rat_int(-1)));
}

static const Net *lower_power(Lower *l, const Tree *t)
{
    Axes out = axes_of(l, t);
    if (t->op == OP_POW && out.n == 2) {
        const Dim *e = lower_dim(l, t->kid[1]);
        if (!e)
            return ctx_fail(l->ctx, ERR_LANGUAGE, t->kid[1]->span,
                            "declare it as in 'k: integer'",
                            "the power of a matrix must be an integer");
        return net_mpow(l->ctx, lower(l, t->kid[0]), e);
    }
    const Net *e = lower(l, t->kid[1]);
    if (e && e->naxes && e->naxes != out.n)
        e = widened(l, t->kid[1], &out);
    return net_power_net(l->ctx, widened(l, t->kid[0], &out), e);
}

/* --- linear functions */

static const Net *lower_kron(Lower *l, const Tree *t)
{
    Axes out = axes_of(l, t), a = axes_of(l, t->kid[0]),
         b = axes_of(l, t->kid[1]);
    Work w;
    Label ra = row_label(&out), rb = ra, ca = col_label(&out), cb = ca;
    work_init(&w, l->ctx, out.n, out.dim);
    if (a.row && b.row) {
        ra = work_label(&w, a.rows);
        rb = work_label(&w, b.rows);
        work_atom(&w, atom_fuse(l->ctx, a.rows, b.rows),
                  (Label[]){row_label(&out), ra, rb});
    }
    if (a.col && b.col) {
        ca = work_label(&w, a.cols);
        cb = work_label(&w, b.cols);
        work_atom(&w, atom_fuse(l->ctx, a.cols, b.cols),
                  (Label[]){col_label(&out), ca, cb});
    }
    put_kid(&w, l, t->kid[0], ra, ca);
    put_kid(&w, l, t->kid[1], rb, cb);
    return work_net_done(&w);
}

/* vec(A) and its inverse, reshape(v,n,m): v[(j,i)] = A[i,j]. */
static const Net *lower_vec(Lower *l, const Tree *t)
{
    bool vec = t->op == OP_VEC;
    const Tree *kid = t->kid[0];
    Axes m = axes_of(l, vec ? kid : t), out = axes_of(l, t);
    Work w;
    if (m.n < 2)
        return lower(l, kid);
    work_init(&w, l->ctx, out.n, out.dim);
    Label i = vec ? work_label(&w, m.rows) : 0;
    Label j = vec ? work_label(&w, m.cols) : 1;
    const Atom *fuse = atom_fuse(l->ctx, m.cols, m.rows);
    Label c = vec ? 0 : work_label(&w, fuse ? fuse->dim[0] : NULL);
    work_atom(&w, fuse, (Label[]){c, j, i});
    if (vec)
        put_kid(&w, l, kid, i, j);
    else
        put_kid(&w, l, kid, c, c);
    return work_net_done(&w);
}

/* tr, sum, sum1, sum2, diag: which labels the kid's axes get. */
static const Net *lower_fold(Lower *l, const Tree *t)
{
    const Tree *kid = t->kid[0];
    Axes a = axes_of(l, kid), out = axes_of(l, t);
    Work w;
    work_init(&w, l->ctx, out.n, out.dim);
    Label r = 0, c = col_label(&out);
    if (t->op == OP_TR)
        r = c = a.row ? work_label(&w, a.rows) : 0;
    if (t->op == OP_SUM || t->op == OP_SUM1)
        r = a.row ? work_label(&w, a.rows) : 0;
    if (t->op == OP_SUM || t->op == OP_SUM2)
        c = a.col ? work_label(&w, a.cols) : 0;
    if (t->op == OP_DIAG)
        r = c = 0;
    put_kid(&w, l, kid, r, c);
    if (t->op == OP_DIAG && out.n == 2)
        work_delta(&w, 0, 1, out.rows);
    return work_net_done(&w);
}

static const Net *lower_transpose(Lower *l, const Tree *t)
{
    const Net *n = lower(l, t->kid[0]);
    if (t->op == OP_ADJOINT)
        n = net_conj(l->ctx, n);
    return n && n->naxes == 2 ? net_transpose(l->ctx, n) : n;
}

static const Net *lower_index(Lower *l, const Tree *t)
{
    const Net *n = lower(l, t->kid[0]);
    Axes a = axes_of(l, t->kid[0]);
    for (uint32_t k = t->nkids - 1; n && k >= 1; k--) {
        if (t->kid[k]->op == OP_COLON)
            continue;
        bool is_row = k == 1 && !(t->nkids == 2 && !a.row);
        if (!(is_row ? a.row : a.col))
            continue;
        const Dim *i = lower_dim(l, t->kid[k]);
        if (!i)
            return ctx_fail(l->ctx, ERR_LANGUAGE, t->kid[k]->span, NULL,
                            "an index must be a number or an index symbol");
        n = net_fix(l->ctx, n, is_row ? 0 : a.row ? 1u : 0u, i);
    }
    return n;
}

static const Net *sum_axis(Lower *l, const Net *n)
{
    Work w;
    Label lab[NET_AXES];
    work_init(&w, l->ctx, n->naxes - 1u, n->dim);
    for (unsigned k = 0; k + 1 < n->naxes; k++)
        lab[k] = (Label)k;
    lab[n->naxes - 1] = work_label(&w, n->dim[n->naxes - 1]);
    work_net(&w, n, lab);
    return work_net_done(&w);
}

static const Net *lower_sumi(Lower *l, const Tree *t)
{
    bool bounds = t->nkids == 3;
    const Net *body = lower(l, t->kid[bounds ? 2 : 0]);
    const Dim *lo = bounds ? lower_dim(l, t->kid[0]) : dim_num(l->ctx, 1);
    const Dim *hi = bounds ? lower_dim(l, t->kid[1])
                           : lower_mapped(l, t->sym->hi);
    if (!body || !lo || !hi)
        return body && !ctx_failed(l->ctx)
                   ? ctx_fail(l->ctx, ERR_LANGUAGE, t->span, NULL,
                              "the bounds of a sum must be integers")
                   : NULL;
    if (!bounds) {
        const Net *open = net_abstract(l->ctx, body, t->sym->name, hi);
        if (open || ctx_failed(l->ctx))
            return open ? sum_axis(l, open) : NULL;
    }
    return net_sumi(l->ctx, t->sym->name, lo, hi, body);
}

/* lambda(A,i) is eig(A)[i], eigvec(A,i) is eigvecs(A)[:,i]. */
static const Net *lower_eigen(Lower *l, const Tree *t)
{
    OpId op = t->op == OP_EIGVAL ? OP_EIG : OP_EIGVECS;
    const Net *n = net_mat(l->ctx, op, lower(l, t->kid[0]));
    const Dim *i = lower_dim(l, t->kid[1]);
    return n && i ? net_fix(l->ctx, n, n->naxes - 1u, i) : NULL;
}

static const Net *lower_op(Lower *l, const Tree *t)
{
    Axes a = axes_of(l, t);
    switch (t->op) {
    case OP_NUM:
        return net_num(l->ctx, t->num);
    case OP_INT:
        return net_atom(l->ctx, atom_int(l->ctx, lower_mapped(l, t->dim)));
    case OP_PI:
        return net_atom(l->ctx, atom_pi(l->ctx));
    case OP_SYM:
        return lower_sym(l, t);
    case OP_EYE: case OP_UNITM: case OP_UNITV: case OP_DELTA:
        return lower_unit(l, t);
    case OP_ONES:
        return net_one(l->ctx, a.n, a.dim);
    case OP_ZEROS:
        return net_zero(l->ctx, a.n, a.dim);
    case OP_ADD: case OP_EADD: case OP_ESUB:
        return lower_add(l, t);
    case OP_NEG: {
        const Net *n = lower(l, t->kid[0]);
        return n ? net_scale(l->ctx, n, rat_int(-1)) : NULL;
    }
    case OP_MUL:
        return lower_mul(l, t);
    case OP_HAD:
        return lower_had(l, t);
    case OP_DIV: case OP_EDIV:
        return lower_quotient(l, t);
    case OP_POW: case OP_EPOW:
        return lower_power(l, t);
    case OP_KRON:
        return lower_kron(l, t);
    case OP_VEC: case OP_RESHAPE:
        return lower_vec(l, t);
    case OP_TR: case OP_SUM: case OP_SUM1: case OP_SUM2: case OP_DIAG:
        return lower_fold(l, t);
    case OP_TRANSPOSE: case OP_ADJOINT:
        return lower_transpose(l, t);
    case OP_CONJ: case OP_REAL: case OP_IMAG:
        return lower_conj(l, t);
    case OP_IMUNIT:
        return net_atom(l->ctx, atom_imunit(l->ctx));
    case OP_INDEX:
        return lower_index(l, t);
    case OP_SUMI:
        return lower_sumi(l, t);
    case OP_TRIL: case OP_TRIU: case OP_BAND: case OP_DIAGSUMS:
    case OP_ANTIDIAGSUMS: case OP_CIRCSUMS:
        return lower_pattern(l, t);
    case OP_EIGVAL: case OP_EIGVEC:
        return lower_eigen(l, t);
    case OP_FRECHET:
        return net_frechet(l->ctx, t->kid[0]->op, lower(l, t->kid[0]->kid[0]),
                           lower(l, t->kid[1]));
    case OP_APPLY: case OP_DAPPLY:
        return lower_applied(l, t);
    case OP_DERIV:
        return l->call ? l->call(l, t) : NULL;
    default:
        break;
    }
    const OpRecord *r = op_record(t->op);
    if (r->cls == CLASS_ENTRYWISE)
        return lower_fun(l, t);
    if (r->cls == CLASS_MATRIX)
        return lower_matrix(l, t);
    return ctx_fail(l->ctx, ERR_UNSUPPORTED, t->span, NULL,
                    "%s is read, but its derivative is not known", r->name);
}

const Net *lower(Lower *l, const Tree *t)
{
    if (!t || ctx_failed(l->ctx))
        return NULL;
    const Net *done = ptrmap_get(&l->memo, t);
    if (done)
        return done;
    if (++l->depth > l->ctx->limits.depth)
        return ctx_fail(l->ctx, ERR_LIMIT, t->span, NULL,
                        "nested deeper than the limit depth = %u",
                        l->ctx->limits.depth);
    const Net *n = lower_op(l, t);
    l->depth--;
    if (n)
        ptrmap_put(&l->memo, t, (void *)(uintptr_t)n);
    else if (!ctx_failed(l->ctx))
        ctx_fail(l->ctx, ERR_INTERNAL, t->span, NULL,
                 "%s could not be lowered", op_record(t->op)->name);
    return n;
}

void lower_init(Lower *l, Ctx *ctx)
{
    *l = (Lower){.ctx = ctx};
    ptrmap_init(&l->memo, ctx->arena);
    ptrmap_init(&l->bound, ctx->arena);
}
