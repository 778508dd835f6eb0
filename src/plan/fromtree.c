/* fromtree.c: shaped trees to nodes. */
#include "plan/fromtree.h"

Node *node_none(Nodes *g, const Tree *t, const char *what)
{
    return ctx_fail(g->ctx, ERR_UNSUPPORTED, t->span, NULL,
                    "%s has no plan yet", what);
}

static Node *kid(Nodes *g, const Tree *t, uint32_t i)
{
    return i < t->nkids ? node_of_tree(g, t->kid[i], false) : NULL;
}

static Node **kids(Nodes *g, const Tree *t)
{
    Node **k = ARENA_ARRAY(g->ctx->arena, Node *, t->nkids + 1);
    for (uint32_t i = 0; k && i < t->nkids; i++)
        if (!(k[i] = kid(g, t, i)))
            return NULL;
    return k;
}

static Node *symbol(Nodes *g, const Tree *t)
{
    const Sym *s = t->sym;
    Node p = {.kind = N_SYM, .op = OP_SYM, .rows = s->rows, .cols = s->cols,
              .sym = s, .of = t};
    if (s->kind == SYM_DIMENSION || s->kind == SYM_INDEX)
        return node_dim(g, node_bound(g, dim_sym(g->ctx, s->name)));
    if (s->kind == SYM_FUNCTION)
        return ctx_fail(g->ctx, ERR_UNSUPPORTED, t->span, NULL,
                        "%s has no value", s->name);
    Node *n = node_cons(g, &p, NULL);
    bool rows = false; /* what comes row-major comes as its transpose */
    for (uint32_t i = 0; i < g->task->nrow_syms; i++)
        rows |= g->task->row_sym[i] == s;
    bool row = n && dim_is(n->rows, 1) && !dim_is(n->cols, 1); /* so does it */
    if (row || (n && rows && !node_scalar(n) && !node_vector(n) &&
                !(s->props & PROP_SYMMETRIC))) {
        p.rows = s->cols;
        p.cols = s->rows;
        p.op = OP_TRANSPOSE; /* not the symbol itself */
        n = node_unary(g, N_T, OP_TRANSPOSE, s->rows, s->cols,
                       node_cons(g, &p, NULL));
    }
    if (n && (s->props & PROP_DIAGONAL) && !node_scalar(n))
        return node_diagm(g, node_unary(g, N_DIAGV, OP_DIAG, s->rows,
                                        dim_num(g->ctx, 1), n));
    return n;
}

static Node *squares(Nodes *g, Node *a)
{
    return node_fold(g, OP_SUM, OVER_ALL, node_had2(g, node_conj(g, a), a));
}

/* Norms and other functions that others define. */
static Node *defined(Nodes *g, const Tree *t, Node *a)
{
    switch (t->op) {
    case OP_NORM: case OP_NORMF: case OP_NORM2:
        return node_ew1(g, OP_SQRT, squares(g, a));
    case OP_NORM1:
        return node_fold(g, OP_SUM, OVER_ALL, node_ew1(g, OP_ABS, a));
    case OP_NORMINF:
        return node_fold(g, OP_MAXOF, OVER_ALL, node_ew1(g, OP_ABS, a));
    case OP_LOGSUMEXP:
        return node_ew1(g, OP_LOG,
                        node_fold(g, OP_SUM, OVER_ALL,
                                  node_ew1(g, OP_EXP, a)));
    default: { /* softmax */
        Node *e = node_ew1(g, OP_EXP, a);
        return node_ew2(g, OP_EDIV, e, node_fold(g, OP_SUM, OVER_ALL, e));
    }
    }
}

/* det(A^k) is det(A)^k: that keeps the digits. */
static Node *determinant(Nodes *g, const Tree *t, Node *a)
{
    bool power = a->kind == N_FUN && a->op == OP_POW;
    Node *one = g->form & FORM_LEMMA ? node_det_lemma(g, a) : NULL;
    if (one)
        return t->op == OP_DET ? one
                               : node_ew1(g, OP_LOG, node_ew1(g, OP_ABS, one));
    Node *d = node_unary(g, t->op == OP_DET ? N_DET : N_LOGDET, t->op,
                         t->rows, t->cols, power ? a->kid[0] : a);
    if (!power)
        return d;
    return t->op == OP_DET ? node_ew2(g, OP_EPOW, d, a->kid[1])
                           : node_had2(g, d, a->kid[1]);
}

/* What of a complex matrix is not one thing: of which phase, in what order. */
static const char *of_complex(OpId op)
{
    return op == OP_EIG       ? "eig of a complex matrix that is not hermitian"
           : op == OP_EIGVECS ? "eigvecs of a complex matrix"
                              : "a singular vector of a complex matrix";
}

static Node *matrix_function(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0);
    if (!a)
        return NULL;
    switch (t->op) {
    case OP_INV:
        return node_inv(g, a);
    case OP_DET:
    case OP_LOGDET:
        if (node_scalar(a))
            return t->op == OP_DET
                       ? a
                       : node_ew1(g, OP_LOG, node_ew1(g, OP_ABS, a));
        return determinant(g, t, a);
    case OP_MAXOF: case OP_MINOF:
        if (!node_real(g, a))
            return node_none(g, t, "an extreme of complex numbers");
        return node_fold(g, t->op, OVER_ALL, a);
    case OP_PROD:
        return node_fold(g, t->op, OVER_ALL, a);
    case OP_NORM: case OP_NORMF: case OP_NORM1: case OP_NORM2:
    case OP_NORMINF: case OP_LOGSUMEXP: case OP_SOFTMAX:
        return defined(g, t, a);
    case OP_EIG: case OP_EIGVECS: case OP_SVDU: case OP_SVDV:
        if (!node_real(g, a) && (t->op != OP_EIG || !node_symmetric(g, a)))
            return node_none(g, t, of_complex(t->op));
        return node_unary(g, N_FUN, t->op, t->rows, t->cols, a);
    case OP_CHOL:
        return node_unary(g, N_FACTOR, OP_CHOL, t->rows, t->cols, a);
    case OP_ADJ:
        return node_had2(g, node_unary(g, N_DET, OP_DET, dim_num(g->ctx, 1),
                                       dim_num(g->ctx, 1), a),
                         node_inv(g, a));
    case OP_PINV: {
        Node *r = node_resolvent(g, a);
        return r ? r : node_unary(g, N_FUN, t->op, t->rows, t->cols, a);
    }
    default:
        return node_unary(g, N_FUN, t->op, t->rows, t->cols, a);
    }
}

static Node *power(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0), *list[4];
    const Tree *k = t->kid[1];
    if (!a)
        return NULL;
    if (t->op == OP_EPOW || tree_is_scalar(t->kid[0]))
        return node_ew2(g, OP_EPOW, a, kid(g, t, 1));
    if (k->op == OP_NUM && rat_is_int(k->num) && k->num.num <= 4 &&
        k->num.num >= -4) {
        int64_t n = k->num.num < 0 ? -k->num.num : k->num.num;
        Node *b = k->num.num < 0 ? node_inv(g, a) : a;
        for (int i = 0; i < 4; i++)
            list[i] = b;
        return n ? node_mul(g, (uint32_t)n, list) : node_eye(g, t->rows);
    }
    if (k->op != OP_NUM && k->op != OP_INT && k->op != OP_SYM)
        return node_none(g, t, "a matrix power of this exponent");
    Node proto = {.kind = N_FUN, .op = OP_POW, .rows = t->rows,
                  .cols = t->cols, .nkids = 2};
    Node *list2[2] = {a, kid(g, t, 1)};
    return node_cons(g, &proto, list2);
}

static Node *kept(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0);
    const Dim *zero = dim_num(g->ctx, 0);
    Node p = {.kind = N_BAND, .rows = t->rows, .cols = t->cols};
    if (!a || t->rows != t->cols || node_scalar(a))
        return a && node_scalar(a) ? a
                                   : node_none(g, t, "a part of a matrix "
                                                       "that is not square");
    if (t->op == OP_TRIL)
        p.hi = zero;
    else if (t->op == OP_TRIU)
        p.lo = zero;
    else {
        p.lo = node_index(g, t->kid[1]);
        p.hi = node_index(g, t->kid[2]);
        if (!p.lo || !p.hi)
            return node_none(g, t, "a band of this width");
    }
    return node_had2(g, a, node_cons(g, &p, NULL));
}

static Node *reshaped(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0);
    if (!a || (a->rows == t->rows && a->cols == t->cols))
        return a;
    if (node_vector(a) && dim_is(t->cols, 1))
        return node_t(g, a);
    if (dim_is(a->rows, 1))
        a = node_t(g, a);
    if (dim_is(t->rows, 1)) /* a row is the transpose of a column */
        return node_t(g, node_unary(g, N_RESHAPE, OP_RESHAPE, t->cols,
                                    t->rows, a));
    return node_unary(g, N_RESHAPE, OP_RESHAPE, t->rows, t->cols, a);
}

static Node *product(Nodes *g, const Tree *t)
{
    Node **k = kids(g, t);
    return k ? node_mul(g, t->nkids, k) : NULL;
}

static Node *quotient(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0), *b = kid(g, t, 1);
    if (!a || !b)
        return NULL;
    if (t->op == OP_SOLVE)
        return node_mul2(g, node_inv(g, a), b);
    if (t->op == OP_DIV && !node_scalar(b))
        return node_mul2(g, a, node_inv(g, b));
    return node_ew2(g, OP_EDIV, a, b);
}

static Node *kron(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0), *b = kid(g, t, 1);
    Node p = {.kind = N_KRON, .rows = t->rows, .cols = t->cols, .nkids = 2};
    if (!a || !b || node_scalar(a) || node_scalar(b))
        return a && b ? node_had2(g, a, b) : NULL;
    return node_cons(g, &p, (Node *[]){a, b});
}

static Node *diagonal(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0);
    if (!a)
        return NULL;
    return node_vector(a) ? node_diagm(g, a) : node_diagv(g, a);
}

static Node *diagonal_sums(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0);
    return a && node_scalar(a)
               ? a
               : node_unary(g, N_FUN, t->op, t->rows, t->cols, a);
}

static Node *sums(Nodes *g, const Tree *t)
{
    return node_fold(g, OP_SUM,
                     t->op == OP_SUM    ? OVER_ALL
                     : t->op == OP_SUM1 ? OVER_ROWS
                                        : OVER_COLS,
                     kid(g, t, 0));
}

/* Functions that know larger and smaller. */
static bool of_reals(OpId op)
{
    return op == OP_SIGN || op == OP_RELU || op == OP_MAX || op == OP_MIN ||
           op == OP_ERF;
}

static Node *entrywise(Nodes *g, const Tree *t)
{
    Node *a = kid(g, t, 0);
    for (uint32_t i = 0; a && of_reals(t->op) && i < t->nkids; i++)
        if (!node_real(g, kid(g, t, i)))
            return node_none(g, t, ctx_printf(g->ctx, "%s of complex numbers",
                                              op_record(t->op)->name));
    return t->nkids == 2 ? node_ew2(g, t->op, a, kid(g, t, 1))
                         : node_ew1(g, t->op, a);
}

static Node *add(Nodes *g, const Tree *t)
{
    Node **k = kids(g, t);
    if (k && t->op == OP_ESUB)
        k[1] = node_had2(g, node_num(g, rat_int(-1)), k[1]);
    return k ? node_add(g, t->nkids, k) : NULL;
}

static Node *had(Nodes *g, const Tree *t)
{
    Node **k = kids(g, t);
    return k ? node_had(g, t->nkids, k) : NULL;
}

static Node *convert(Nodes *g, const Tree *t)
{
    Node constant = {.kind = N_NUM, .op = t->op, .rows = t->rows,
                     .cols = t->cols, .num = rat_int(0)};
    switch (t->op) {
    case OP_NUM:
        return node_num(g, t->num);
    case OP_INT:
        return node_dim(g, node_bound(g, t->dim));
    case OP_PI: case OP_IMUNIT:
        return node_cons(g, &constant, NULL);
    case OP_SYM:
        return symbol(g, t);
    case OP_EYE:
        return node_eye(g, t->rows);
    case OP_ONES:
        return node_ones(g, t->rows, t->cols);
    case OP_ZEROS:
        return node_had2(g, node_num(g, rat_int(0)),
                         node_ones(g, t->rows, t->cols));
    case OP_ADD: case OP_EADD: case OP_ESUB:
        return add(g, t);
    case OP_NEG:
        return node_had2(g, node_num(g, rat_int(-1)), kid(g, t, 0));
    case OP_MUL:
        return product(g, t);
    case OP_HAD:
        return had(g, t);
    case OP_DIV: case OP_EDIV: case OP_SOLVE:
        return quotient(g, t);
    case OP_POW: case OP_EPOW:
        return power(g, t);
    case OP_TRANSPOSE:
        return node_t(g, kid(g, t, 0));
    case OP_ADJOINT:
        return node_adj(g, kid(g, t, 0));
    case OP_CONJ: case OP_REAL: case OP_IMAG:
        return node_ew1(g, t->op, kid(g, t, 0));
    case OP_KRON:
        return kron(g, t);
    case OP_INDEX:
        return node_of_entry(g, t);
    case OP_TR:
        return node_trace(g, kid(g, t, 0));
    case OP_SUM: case OP_SUM1: case OP_SUM2:
        return sums(g, t);
    case OP_VEC: case OP_RESHAPE:
        return reshaped(g, t);
    case OP_DIAG:
        return diagonal(g, t);
    case OP_UNITM: case OP_UNITV: case OP_DELTA:
        return node_of_unit(g, t);
    case OP_DIAGSUMS: case OP_ANTIDIAGSUMS: case OP_CIRCSUMS:
        return diagonal_sums(g, t);
    case OP_TRIL: case OP_TRIU: case OP_BAND:
        return kept(g, t);
    case OP_FRECHET:
        return node_of_frechet(g, t);
    case OP_SUMI:
        return node_of_sum(g, t);
    case OP_EIGVAL: case OP_EIGVEC:
        return node_of_eigen(g, t);
    default:
        break;
    }
    if (op_record(t->op)->cls == CLASS_ENTRYWISE)
        return entrywise(g, t);
    if (op_record(t->op)->cls == CLASS_MATRIX)
        return matrix_function(g, t);
    return node_none(g, t, op_record(t->op)->name);
}

Node *node_of_tree(Nodes *g, const Tree *t, bool transposed)
{
    if (!t || ctx_failed(g->ctx))
        return NULL;
    Node *n = ptrmap_get(&g->memo[transposed], t);
    if (n)
        return n;
    n = transposed ? node_t(g, node_of_tree(g, t, false)) : convert(g, t);
    if (n && !n->of && !transposed)
        n->of = t;
    if (n)
        ptrmap_put(&g->memo[transposed], t, n);
    return n;
}
