/* calls.c: function calls: which function a name is here, and its shape rule
 * (from the signature in the operator table, or written out for those whose
 * meaning depends on the arguments). */
#include "lang/scope.h"

#include <string.h>

static const Dim *one(Elab *e)
{
    return dim_num(e->ctx, 1);
}

static const Dim *rows_of(Elab *e, const Tree *t)
{
    return elab_resolve(e, t->rows);
}

static const Dim *cols_of(Elab *e, const Tree *t)
{
    return elab_resolve(e, t->cols);
}

static bool is_scalar(Elab *e, const Tree *t)
{
    return dim_is(rows_of(e, t), 1) && dim_is(cols_of(e, t), 1);
}

static bool is_line(Elab *e, const Tree *t)
{
    return dim_is(rows_of(e, t), 1) || dim_is(cols_of(e, t), 1);
}

typedef struct Call {
    Elab *e;
    const Tree *t;   /* the OP_APPLY node */
    const char *name;
    uint32_t n;      /* arguments */
    const Tree *const *arg; /* parsed */
} Call;

static const Tree *arity(const Call *c, const char *usage)
{
    return ctx_fail(c->e->ctx, ERR_LANGUAGE, c->t->span,
                    ctx_printf(c->e->ctx, "write %s", usage),
                    "%s does not take %u argument%s", c->name, c->n,
                    c->n == 1 ? "" : "s");
}

static const Tree *fun1(const Call *c, OpId op, const Tree *a,
                        const Dim *rows, const Dim *cols)
{
    return a ? elab_node(c->e, op, 1, &a, rows, cols, c->t->span) : NULL;
}

/* --- constants: eye ones zeros J e delta */

/* A dimension as an argument: a number, a symbol, a polynomial of them. */
static const Dim *dim_arg(Elab *e, const Tree *t)
{
    const Dim *d = NULL;
    switch (t->op) {
    case OP_NUM:
        return rat_is_int(t->num) ? dim_num(e->ctx, t->num.num) : NULL;
    case OP_NAME:
        return dim_sym(e->ctx, t->name);
    case OP_NEG:
        d = dim_arg(e, t->kid[0]);
        return d ? dim_sub(e->ctx, dim_num(e->ctx, 0), d) : NULL;
    case OP_ADD: case OP_MUL:
        for (uint32_t i = 0; i < t->nkids; i++) {
            const Dim *k = dim_arg(e, t->kid[i]);
            if (!k)
                return NULL;
            d = !d ? k
                : t->op == OP_ADD ? dim_add(e->ctx, d, k)
                                  : dim_mul(e->ctx, d, k);
        }
        return d;
    default:
        return NULL;
    }
}

static const Dim *dim_arg_or_fail(const Call *c, uint32_t i)
{
    const Dim *d = dim_arg(c->e, c->arg[i]);
    if (!d)
        ctx_fail(c->e->ctx, ERR_LANGUAGE, c->arg[i]->span, NULL,
                 "a dimension is a number or a name");
    return d;
}

static const Tree *call_filled(const Call *c, OpId op)
{
    if (c->n < 1 || c->n > 2)
        return arity(c, op == OP_EYE ? "eye(n)" : "ones(n) or ones(n,m)");
    const Dim *r = dim_arg_or_fail(c, 0);
    const Dim *k = c->n == 2 ? dim_arg_or_fail(c, 1)
                   : op == OP_EYE ? r : one(c->e);
    if (!r || !k)
        return NULL;
    if (op == OP_ZEROS && dim_is(r, 1) && dim_is(k, 1))
        return tree_int(c->e->ctx, 0);
    return elab_node(c->e, op, 0, NULL, r, k, c->t->span);
}

static const Tree *call_unit(const Call *c, OpId op)
{
    Elab *e = c->e;
    const Tree *kid[2];
    uint32_t want = op == OP_UNITM ? 4 : 2, nidx = op == OP_UNITV ? 1 : 2;
    if (c->n != want)
        return arity(c, op == OP_UNITM   ? "J(i,j,n,m)"
                        : op == OP_UNITV ? "e(i,n)"
                                         : "delta(i,j)");
    const Dim *dim[2] = {one(e), one(e)};
    for (uint32_t k = 0; op != OP_DELTA && k < nidx; k++)
        if (!(dim[k] = dim_arg_or_fail(c, nidx + k)))
            return NULL;
    for (uint32_t k = 0; k < nidx; k++)
        if (!(kid[k] = elab_index_arg(e, c->arg[k],
                                      op == OP_DELTA ? NULL : dim[k])))
            return NULL;
    if (op == OP_DELTA && kid[0]->op == OP_SYM && kid[1]->op == OP_SYM &&
        kid[0]->sym->hi && kid[1]->sym->hi)
        elab_unify(e, kid[0]->sym->hi, kid[1]->sym->hi);
    return elab_node(e, op, nidx, kid, dim[0], dim[1], c->t->span);
}

/* --- sum over an index */

static const Tree *call_binder(const Call *c)
{
    Elab *e = c->e;
    const Tree *b = c->arg[0];
    const char *name = b->op == OP_SUMI ? b->kid[0]->name : b->name;
    Sym *s = ARENA_NEW(e->ctx->arena, Sym);
    const Tree *lo = NULL, *hi = NULL;
    if (!s || e->nbinders == 64)
        return s ? ctx_fail(e->ctx, ERR_LIMIT, c->t->span, NULL,
                            "more than 64 nested sums")
                 : NULL;
    *s = (Sym){.name = name, .kind = SYM_INDEX, .rows = one(e),
               .cols = one(e), .serial = c->t->serial + 0x20000000u};
    if (b->op == OP_SUMI) {
        const Tree *l = elab_index_bound(e, b->kid[1]);
        const Tree *h = l ? elab_index_bound(e, b->kid[2]) : NULL;
        if (!h)
            return NULL;
        lo = l;
        hi = h;
        s->lo = l->op == OP_NUM ? dim_num(e->ctx, l->num.num) : l->dim;
        s->hi = h->op == OP_NUM ? dim_num(e->ctx, h->num.num) : h->dim;
    }
    e->binder[e->nbinders] = s;
    e->binder_name[e->nbinders++] = name;
    const Tree *body = elab(e, c->arg[1]);
    e->nbinders--;
    if (!body)
        return NULL;
    if (!s->hi)
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span,
                        ctx_printf(e->ctx, "give the bounds: sum(%s=1:n, ...)",
                                   name),
                        "%s is no index of what is summed: its range is not "
                        "known",
                        name);
    s->lo = s->lo ? s->lo : one(e);
    s->hi = elab_resolve(e, s->hi);
    scope_bind(e, s);
    return tree_sum(e->ctx, s, lo, hi, body, c->t->span);
}

static const Tree *call_sum(const Call *c)
{
    Elab *e = c->e;
    if (c->n == 2 && (c->arg[0]->op == OP_SUMI ||
                      (c->arg[0]->op == OP_NAME &&
                       !scope_find(e->scope, c->arg[0]->name) &&
                       c->arg[1]->op != OP_NUM)))
        return call_binder(c);
    if (c->n < 1 || c->n > 2)
        return arity(c, "sum(A), sum(A,1), sum(A,2) or sum(i, e)");
    const Tree *a = elab(e, c->arg[0]);
    if (!a)
        return NULL;
    if (c->n == 2) {
        bool first = c->arg[1]->op == OP_NUM && rat_is(c->arg[1]->num, 1);
        if (!first &&
            !(c->arg[1]->op == OP_NUM && rat_is(c->arg[1]->num, 2)))
            return arity(c, "sum(A,1) (of columns) or sum(A,2) (of rows)");
        if (dim_is(first ? rows_of(e, a) : cols_of(e, a), 1))
            return a;
        return first ? fun1(c, OP_SUM1, a, one(e), cols_of(e, a))
                     : fun1(c, OP_SUM2, a, rows_of(e, a), one(e));
    }
    return is_scalar(e, a) ? a : fun1(c, OP_SUM, a, one(e), one(e));
}

/* --- norms, extrema, diag, reshape */

static const Tree *call_norm(const Call *c)
{
    Elab *e = c->e;
    if (c->n < 1 || c->n > 2)
        return arity(c, "norm(x), norm(x,1), norm(A,2), norm(A,'fro')");
    const Tree *a = elab(e, c->arg[0]);
    if (!a)
        return NULL;
    bool line = is_line(e, a);
    OpId op = line ? OP_NORM : OP_NORMSPEC;
    if (c->n == 2) {
        const Tree *p = c->arg[1];
        const char *s = p->op == OP_NAME ? p->name : "";
        if (p->op == OP_NUM && rat_is(p->num, 1) && line)
            op = OP_NORM1;
        else if (strcmp(s, "fro") == 0)
            op = OP_NORMF;
        else if (strcmp(s, "nuc") == 0)
            op = OP_NORMNUC;
        else if (strcmp(s, "inf") == 0 && line)
            op = OP_NORMINF;
        else if (!(p->op == OP_NUM && rat_is(p->num, 2)))
            return arity(c, "norm(x), norm(x,1), norm(A,2), norm(A,'fro')");
    }
    if (is_scalar(e, a))
        return fun1(c, OP_ABS, a, one(e), one(e));
    return fun1(c, op, a, one(e), one(e));
}

static bool is_zero(const Tree *t)
{
    return t->op == OP_NUM && rat_is(t->num, 0);
}

static const Tree *call_extremum(const Call *c, OpId two, OpId all)
{
    Elab *e = c->e;
    if (c->n < 1 || c->n > 2)
        return arity(c, "max(x) or max(x,y)");
    const Tree *kid[2] = {elab(e, c->arg[0]), NULL};
    if (c->n == 1)
        return kid[0] && is_scalar(e, kid[0])
                   ? kid[0]
                   : fun1(c, all, kid[0], one(e), one(e));
    kid[1] = elab(e, c->arg[1]);
    if (!kid[0] || !kid[1])
        return NULL;
    if (two == OP_MAX && (is_zero(kid[0]) || is_zero(kid[1]))) {
        const Tree *a = kid[is_zero(kid[0])];
        return fun1(c, OP_RELU, a, rows_of(e, a), cols_of(e, a));
    }
    const Dim *r = elab_broadcast(e, kid[0]->rows, kid[1]->rows);
    const Dim *k = elab_broadcast(e, kid[0]->cols, kid[1]->cols);
    if (!r || !k)
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span, NULL,
                        "%s is %s, %s is %s: entry by entry they need equal "
                        "shapes",
                        source_text(e, c->arg[0]), shape_text(e, kid[0]),
                        source_text(e, c->arg[1]), shape_text(e, kid[1]));
    return elab_node(e, two, 2, kid, r, k, c->t->span);
}

static const Tree *call_diag(const Call *c)
{
    Elab *e = c->e;
    const Tree *a = c->n == 1 ? elab(e, c->arg[0]) : NULL;
    if (!a)
        return c->n == 1 ? NULL : arity(c, "diag(x) or diag(A)");
    if (is_scalar(e, a))
        return a;
    if (is_line(e, a)) {
        const Dim *n = dim_is(rows_of(e, a), 1) ? cols_of(e, a)
                                                : rows_of(e, a);
        return fun1(c, OP_DIAG, a, n, n);
    }
    if (!elab_unify(e, a->rows, a->cols))
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span, NULL,
                        "%s is %s: diag needs a vector or a square matrix",
                        source_text(e, c->arg[0]), shape_text(e, a));
    return fun1(c, OP_DIAG, a, rows_of(e, a), one(e));
}

static const Tree *call_reshape(const Call *c)
{
    Elab *e = c->e;
    const Tree *v = c->n == 3 ? elab(e, c->arg[0]) : NULL;
    if (!v)
        return c->n == 3 ? NULL : arity(c, "reshape(v,n,m)");
    const Dim *r = dim_arg_or_fail(c, 1), *k = r ? dim_arg_or_fail(c, 2)
                                                 : NULL;
    if (!k)
        return NULL;
    if (!dim_is(cols_of(e, v), 1) ||
        !elab_unify(e, v->rows, dim_mul(e->ctx, r, k)))
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span, NULL,
                        "%s is %s: reshape to [%s,%s] needs a vector of %s "
                        "entries",
                        source_text(e, c->arg[0]), shape_text(e, v),
                        dim_text(e->ctx, r), dim_text(e->ctx, k),
                        dim_text(e->ctx, dim_mul(e->ctx, r, k)));
    return fun1(c, OP_RESHAPE, v, r, k);
}

/* vector(c), matrix(c): a constant of the size that fits. */
static const Tree *call_constant(const Call *c, bool matrix)
{
    Elab *e = c->e;
    const Tree *a = c->n == 1 ? elab(e, c->arg[0]) : NULL;
    if (!a)
        return c->n == 1 ? NULL : arity(c, "vector(c) or matrix(c)");
    const Dim *r = elab_meta(e), *k = matrix ? elab_meta(e) : one(e);
    const Tree *ones = elab_node(e, OP_ONES, 0, NULL, r, k, c->t->span);
    return elab_node(e, OP_MUL, 2, (const Tree *[]){a, ones}, r, k,
                     c->t->span);
}

/* --- derivatives inside an expression */

static const Tree *call_deriv(const Call *c)
{
    Elab *e = c->e;
    const Tree *kid[8];
    if (c->n < 2 || c->n > 8)
        return arity(c, "d(e,X) or d(e,X[i,j])");
    for (uint32_t i = 0; i < c->n; i++)
        if (!(kid[i] = elab(e, c->arg[i])))
            return NULL;
    const Dim *dim[4] = {rows_of(e, kid[0]), cols_of(e, kid[0])};
    bool scalar = is_scalar(e, kid[0]);
    bool column = dim_is(dim[1], 1);
    for (uint32_t i = 1; i < c->n; i++) {
        const Tree *v = kid[i];
        if (v->op != OP_SYM && v->op != OP_INDEX)
            return ctx_fail(e->ctx, ERR_LANGUAGE, c->arg[i]->span, NULL,
                            "a derivative is taken by a variable or an "
                            "entry of one");
        if (is_scalar(e, v))
            continue;
        if (scalar) {
            dim[0] = rows_of(e, v);
            dim[1] = cols_of(e, v);
            column = dim_is(dim[1], 1);
            scalar = false;
        } else if (column && dim_is(cols_of(e, v), 1)) {
            dim[1] = rows_of(e, v);
            column = false;
        } else {
            return ctx_fail(e->ctx, ERR_UNSUPPORTED, c->t->span,
                            "take it by an entry: d(..., X[i,j])",
                            "this derivative is a tensor of order 3 or "
                            "more");
        }
    }
    return elab_node(e, OP_DERIV, c->n, kid, dim[0], dim[1], c->t->span);
}

/* --- functions with a signature in the table */

static const Tree *call_signature(const Call *c, OpId op)
{
    Elab *e = c->e;
    const OpRecord *r = op_record(op);
    const char *args = r->args ? strchr(r->args, '[') : NULL;
    if (c->n != 1 || !args)
        return arity(c, ctx_printf(e->ctx, "%s(%c)", r->name,
                                   r->args ? r->args[0] : 'x'));
    const Tree *a = elab(e, c->arg[0]);
    if (!a)
        return NULL;
    bool square = strncmp(args, "[n,n]", 5) == 0;
    if (square && !elab_unify(e, a->rows, a->cols))
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span, NULL,
                        "%s is %s: %s needs a square matrix",
                        source_text(e, c->arg[0]), shape_text(e, a), r->name);
    const Dim *n = rows_of(e, a), *m = cols_of(e, a);
    if (strncmp(args, "[n]", 3) == 0 && !is_line(e, a))
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span, NULL,
                        "%s is %s: %s needs a vector",
                        source_text(e, c->arg[0]), shape_text(e, a), r->name);
    if (strcmp(r->gives, "scalar") == 0) {
        if (is_scalar(e, a) && (op == OP_TR || op == OP_DET))
            return a;
        return fun1(c, op, a, one(e), one(e));
    }
    if (op == OP_INV && is_scalar(e, a))
        return elab_node(e, OP_DIV, 2,
                         (const Tree *[]){tree_int(e->ctx, 1), a}, one(e),
                         one(e), c->t->span);
    if (strcmp(r->gives, "[m,n]") == 0)
        return fun1(c, op, a, m, n);
    if (strcmp(r->gives, "[n*m]") == 0)
        return fun1(c, op, a, dim_mul(e->ctx, n, m), one(e));
    return fun1(c, op, a, n, m);
}

static const Tree *call_kron(Elab *e, const Tree *t, const Tree *pa,
                             const Tree *pb)
{
    const Tree *kid[2] = {elab(e, pa), elab(e, pb)};
    if (!kid[0] || !kid[1])
        return NULL;
    return elab_node(e, OP_KRON, 2, kid,
                     dim_mul(e->ctx, rows_of(e, kid[0]), rows_of(e, kid[1])),
                     dim_mul(e->ctx, cols_of(e, kid[0]), cols_of(e, kid[1])),
                     t->span);
}

static const Tree *call_unknown(const Call *c)
{
    Elab *e = c->e;
    const Sym *s = scope_find(e->scope, c->name);
    const char *near = op_nearest(c->name, strlen(c->name));
    if (s && s->kind == SYM_FUNCTION)
        return ctx_fail(e->ctx, ERR_UNSUPPORTED, c->t->span, NULL,
                        "%s is an unknown function: these come in a later "
                        "version",
                        c->name);
    if (s || (e->kinds.count && ptrmap_has(&e->kinds, c->name)))
        return ctx_fail(e->ctx, ERR_LANGUAGE, c->t->span,
                        ctx_printf(e->ctx, "for a product write %s*(...)",
                                   c->name),
                        "%s is not a function", c->name);
    return ctx_fail(e->ctx, ERR_LANGUAGE, c->arg[-1]->span,
                    near ? ctx_printf(e->ctx, "did you mean %s?", near)
                         : ctx_printf(e->ctx,
                                      "for a product write %s*(...)",
                                      c->name),
                    "there is no function %s", c->name);
}

static const Tree *call_op(const Call *c, OpId op)
{
    Elab *e = c->e;
    const OpRecord *r = op_record(op);
    if (op == OP_MAXOF || op == OP_MINOF)
        return call_unknown(c);
    if (op == OP_TRANSPOSE && c->n == 1) {
        const Tree *a = elab(e, c->arg[0]);
        return a ? fun1(c, op, a, cols_of(e, a), rows_of(e, a)) : NULL;
    }
    if (r->cls == CLASS_ENTRYWISE) {
        const Tree *a = c->n == 1 ? elab(e, c->arg[0]) : NULL;
        if (c->n != 1)
            return arity(c, ctx_printf(e->ctx, "%s(x)", r->name));
        return a ? fun1(c, op, a, rows_of(e, a), cols_of(e, a)) : NULL;
    }
    if (r->cls == CLASS_LATER)
        return ctx_fail(e->ctx, ERR_UNSUPPORTED, c->t->span, NULL,
                        "%s comes in a later version", c->name);
    return call_signature(c, op);
}

static const Tree *call_named(const Call *c)
{
    OpId op = op_find(c->name, strlen(c->name));
    const char *s = c->name;
    if (strcmp(s, "eye") == 0)
        return call_filled(c, OP_EYE);
    if (strcmp(s, "ones") == 0)
        return call_filled(c, OP_ONES);
    if (strcmp(s, "zeros") == 0)
        return call_filled(c, OP_ZEROS);
    if (strcmp(s, "J") == 0)
        return call_unit(c, OP_UNITM);
    if (strcmp(s, "e") == 0)
        return call_unit(c, OP_UNITV);
    if (strcmp(s, "delta") == 0)
        return call_unit(c, OP_DELTA);
    if (strcmp(s, "vector") == 0 || strcmp(s, "matrix") == 0)
        return call_constant(c, s[0] == 'm');
    if (strcmp(s, "d") == 0)
        return call_deriv(c);
    switch (op) {
    case OP_COUNT:
        return call_unknown(c);
    case OP_SUM:
        return call_sum(c);
    case OP_NORM:
        return call_norm(c);
    case OP_MAX:
        return call_extremum(c, OP_MAX, OP_MAXOF);
    case OP_MIN:
        return call_extremum(c, OP_MIN, OP_MINOF);
    case OP_DIAG:
        return call_diag(c);
    case OP_RESHAPE:
        return call_reshape(c);
    case OP_KRON:
        if (c->n != 2)
            return arity(c, "kron(A,B)");
        return call_kron(c->e, c->t, c->arg[0], c->arg[1]);
    default:
        return call_op(c, op);
    }
}

const Tree *elab_call(Elab *e, const Tree *t)
{
    if (t->op == OP_KRON)
        return call_kron(e, t, t->kid[0], t->kid[1]);
    Call c = {e, t, t->kid[0]->name, t->nkids - 1, t->kid + 1};
    const Sym *hidden = scope_find(e->scope, c.name);
    if (hidden && hidden->declared)
        return call_unknown(&c);
    return call_named(&c);
}
