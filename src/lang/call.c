/* call.c: shapes of calls: built-in functions by their signature in the
 * table know/ops.def, those with a syntax of their own one by one, and
 * unknown functions that are declared. */
#include "lang/call.h"

#include <string.h>

/* --- which call is it? */

typedef const Tree *(*CallShape)(Shaper *s, const Tree *t);

typedef struct Special {
    const char *name;
    CallShape shape;
    uint32_t quantities; /* leading arguments that are quantities */
    Use second, rest;    /* what the later arguments are used for */
    uint32_t least, most;
    const char *usage;
} Special;

enum { ALL = 1000 };

/* `second` is for argument 2, or, where no argument is a quantity, for all
 * up to the dimensions. */
static const Special specials[] = {
    {"eye", call_eye, 0, USE_DIM, USE_DIM, 1, 1, "eye(n)"},
    {"ones", call_fill, 0, USE_DIM, USE_DIM, 1, 2, "ones(n) or ones(n,m)"},
    {"zeros", call_fill, 0, USE_DIM, USE_DIM, 1, 2,
     "zeros(n) or zeros(n,m)"},
    {"J", call_unitm, 0, USE_INDEX, USE_DIM, 3, 4, "J(i,j,n,m)"},
    {"e", call_unitv, 0, USE_DIM, USE_DIM, 2, 2, "e(i,n)"},
    {"delta", call_delta, 0, USE_INDEX, USE_INDEX, 2, 2, "delta(i,j)"},
    {"sum", call_sum, 1, USE_NONE, USE_NONE, 1, 2,
     "sum(A), sum(A,1), sum(A,2), sum(i, e) or sum(r=0:k-1, e)"},
    {"norm", call_norm, 1, USE_NONE, USE_NONE, 1, 2,
     "norm(x), norm(x,1), norm(A,'fro') or norm(A,'nuc')"},
    {"max", call_extreme, ALL, USE_PLAIN, USE_PLAIN, 1, 2,
     "max(x) or max(x,y)"},
    {"min", call_extreme, ALL, USE_PLAIN, USE_PLAIN, 1, 2,
     "min(x) or min(x,y)"},
    {"d", call_derivative, ALL, USE_PLAIN, USE_PLAIN, 2, 9, "d(e,X)"},
    {"reshape", call_reshape, 1, USE_DIM, USE_DIM, 3, 3, "reshape(v,n,m)"},
    {"lambda", call_eigen, 1, USE_INDEX, USE_INDEX, 2, 2, "lambda(A,i)"},
    {"eigvec", call_eigen, 1, USE_INDEX, USE_INDEX, 2, 2, "eigvec(A,i)"},
    {"frechet", call_frechet, 0, USE_NONE, USE_PLAIN, 3, 3,
     "frechet(expm, A, E)"},
    {"bars", call_bars, 1, USE_NONE, USE_NONE, 1, 1, "|x|"},
    {"epower", call_epower, 1, USE_NONE, USE_NONE, 1, 1, "e^x"},
    {"band", call_band, 1, USE_INDEX, USE_INDEX, 3, 3, "band(A,p,q)"},
    {"vector", call_fitting, 1, USE_NONE, USE_NONE, 2, 2, "vector(c)"},
    {"matrix", call_fitting, 1, USE_NONE, USE_NONE, 2, 2, "matrix(c)"},
    {"kron", shape_kron, ALL, USE_PLAIN, USE_PLAIN, 2, 2, "kron(A,B)"},
};

const Sym *call_symbol(Shaper *s, const Tree *callee)
{
    return callee->op == OP_NAME ? ptrmap_get(&s->scope->by_name,
                                              callee->name)
                                 : NULL;
}

static const Special *special_of(Shaper *s, const Tree *t)
{
    const Tree *f = t->kid[0];
    if (f->op != OP_NAME || call_symbol(s, f))
        return NULL;
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strcmp(specials[i].name, f->name) == 0)
            return &specials[i];
    return NULL;
}

bool call_is_named(const Tree *t, const char *name)
{
    return t->op == OP_NAME && strcmp(t->name, name) == 0;
}

/* D(Y,t), or D(f) and D2(f) before they are applied. */
static bool is_big_d(Shaper *s, const Tree *f)
{
    return (call_is_named(f, "D") || call_is_named(f, "D2")) &&
           !call_symbol(s, f);
}

/* sum(i, e) and sum(r=0:k-1, e), as against sum(A,1). */
bool sums_over_index(const Tree *t)
{
    return t->nkids == 3 &&
           (t->kid[1]->op == OP_SUMI ||
            (t->kid[1]->op == OP_NAME && t->kid[2]->op != OP_NUM));
}

uint32_t call_quantities(Shaper *s, const Tree *t)
{
    uint32_t n = t->nkids - 1;
    const Special *p = special_of(s, t);
    if (is_big_d(s, t->kid[0]))
        return 0;
    if (p && p->shape == call_sum && sums_over_index(t))
        return 0;
    return p && p->quantities < n ? p->quantities : n;
}

Use call_use(Shaper *s, const Tree *t, uint32_t i)
{
    const Special *p = special_of(s, t);
    if (i == 0)
        return USE_NONE;
    if (!p) /* of D(F,X[i,j]) the indices only are names to be found */
        return is_big_d(s, t->kid[0]) && t->kid[i]->op != OP_INDEX ? USE_NONE
                                                                   : USE_PLAIN;
    if (p->shape == call_sum && sums_over_index(t))
        return i == 1 ? USE_BOUND : USE_PLAIN;
    if (p->shape == call_unitm || p->shape == call_unitv)
        return i <= (p->shape == call_unitm ? 2u : 1u) ? USE_INDEX : USE_DIM;
    if (i <= p->quantities)
        return USE_PLAIN;
    return i == 2 ? p->second : p->rest;
}

/* --- what a matrix function is of a scalar */

static const Tree *scalar_case(Shaper *s, const Tree *t, OpId op,
                               const Tree *a)
{
    switch (op) {
    case OP_TRIL:
    case OP_TRIU:
    case OP_DIAGSUMS:
    case OP_ANTIDIAGSUMS:
    case OP_CIRCSUMS:
    case OP_TR:
    case OP_SUM:
    case OP_SUM1:
    case OP_SUM2:
    case OP_VEC:
    case OP_DIAG:
    case OP_DET:
    case OP_PROD:
    case OP_MAXOF:
    case OP_MINOF:
    case OP_LOGSUMEXP:
    case OP_EIG:
    case OP_TRANSPOSE:
        return a;
    case OP_INV: case OP_PINV:
        return shape_make(s, OP_DIV, 2,
                          (const Tree *[]){tree_int(s->ctx, 1), a}, s->one,
                          s->one, t);
    case OP_NORM: case OP_NORMF: case OP_NORM1: case OP_NORM2:
    case OP_NORMINF: case OP_NORMSPEC: case OP_NORMNUC: case OP_SVD:
        return shape_make1(s, OP_ABS, a, s->one, s->one, t);
    case OP_LOGDET:
        return shape_make1(s, OP_LOG,
                           shape_make1(s, OP_ABS, a, s->one, s->one, t),
                           s->one, s->one, t);
    case OP_EXPM: case OP_SINM: case OP_COSM: case OP_LOGM: case OP_SQRTM:
        return shape_make1(s, op == OP_EXPM   ? OP_EXP
                              : op == OP_SINM ? OP_SIN
                              : op == OP_COSM ? OP_COS
                              : op == OP_LOGM ? OP_LOG
                                              : OP_SQRT,
                           a, s->one, s->one, t);
    default:
        return NULL;
    }
}

/* --- signatures: "A: [n,n]; i: index" */

typedef struct Formal {
    char name[8];
    const Dim *dim;
} Formal;

typedef struct Signature {
    Shaper *s;
    Formal formal[4];
    unsigned n;
} Signature;

static const Dim *signature_dim(Signature *g, const char **p);

/* (n,m) of min(n,m) */
static const Dim *signature_least(Signature *g, const char **p)
{
    ++*p;
    const Dim *a = signature_dim(g, p);
    ++*p;
    const Dim *b = signature_dim(g, p);
    ++*p;
    return dim_min(g->s->ctx, a, b);
}

/* n, 1, n*m or min(n,m); every letter is a meta of this call. */
static const Dim *signature_dim(Signature *g, const char **p)
{
    const Dim *d = g->s->one;
    if (strncmp(*p, "min(", 4) == 0) {
        *p += 3;
        return signature_least(g, p);
    }
    for (;; (*p)++) {
        size_t len = strspn(*p, "abcdefghijklmnopqrstuvwxyz");
        unsigned i = 0;
        if (len == 0 || len > 7) {
            *p += strspn(*p, "1");
        } else {
            while (i < g->n && (strlen(g->formal[i].name) != len ||
                                memcmp(g->formal[i].name, *p, len) != 0))
                i++;
            if (i == 4)
                return NULL;
            if (i == g->n) {
                memcpy(g->formal[i].name, *p, len);
                g->formal[i].dim = unify_meta(&g->s->u, false);
                g->n++;
            }
            d = dim_mul(g->s->ctx, d,
                        unify_resolve(&g->s->u, g->formal[i].dim));
            *p += len;
        }
        if (**p != '*' || !d)
            return d;
    }
}

static bool signature_shape(Signature *g, const char *p, const Dim **rows,
                            const Dim **cols)
{
    *rows = *cols = g->s->one;
    if (*p != '[')
        return true;
    p++;
    *rows = signature_dim(g, &p);
    if (*p == ',') {
        p++;
        *cols = signature_dim(g, &p);
    }
    return *rows && *cols;
}

void *signature_mismatch(Shaper *s, const Tree *t, uint32_t i,
                                const char *form)
{
    const char *needs = strcmp(form, "[n]") == 0     ? "a vector"
                        : strcmp(form, "[n,n]") == 0 ? "a square matrix"
                                                     : form;
    const char *mend = strcmp(t->kid[0]->name, "inv") == 0
                           ? "write pinv(...) for the pseudo-inverse"
                           : declare_advice(s, t->kid[i]);
    return shape_fail(s, t, mend, "%s is %s: %s needs %s",
                      part_text(s, t->kid[i]),
                      shape_text(s, shape_kid(s, t, i)), t->kid[0]->name,
                      needs);
}

/* A function of one quantity, by its row of the table. */
static const Tree *by_signature(Shaper *s, const Tree *t, OpId op)
{
    const OpRecord *r = op_record(op);
    Signature g = {.s = s};
    const Dim *rows, *cols;
    const Tree *a = shape_kid(s, t, 1);
    const char *form = strchr(r->args, '[');
    char want[16] = "";
    if (!form || !signature_shape(&g, form, &rows, &cols))
        return NULL;
    memcpy(want, form, strcspn(form, ";") < 15 ? strcspn(form, ";") : 15);
    if (!unify(&s->u, a->rows, rows, t) || !unify(&s->u, a->cols, cols, t))
        return signature_mismatch(s, t, 1, want);
    if (!signature_shape(&g, r->gives, &rows, &cols))
        return NULL;
    return shape_make1(s, op, a, rows, cols, t);
}

static const Tree *shape_diag(Shaper *s, const Tree *t)
{
    const Tree *a = shape_kid(s, t, 1);
    bool row = shape_is_one(s, a->rows), col = shape_is_one(s, a->cols);
    if (col)
        return shape_make1(s, OP_DIAG, a, a->rows, a->rows, t);
    if (row)
        return shape_make1(s, OP_DIAG, a, a->cols, a->cols, t);
    if (!unify(&s->u, a->rows, a->cols, t))
        return signature_mismatch(s, t, 1, "a vector or a square matrix");
    return shape_make1(s, OP_DIAG, a, a->rows, s->one, t);
}

const Tree *function_of(Shaper *s, const Tree *t, OpId op)
{
    const Tree *a = shape_kid(s, t, 1);
    const OpRecord *r = op_record(op);
    bool scalar = shape_is_scalar(s, a);
    const Tree *e = scalar ? scalar_case(s, t, op, a) : NULL;
    if (e || ctx_failed(s->ctx))
        return e;
    if (op == OP_VEC && shape_is_one(s, a->cols))
        return a;
    if (op == OP_DIAG)
        return shape_diag(s, t);
    if (op == OP_TRANSPOSE)
        return shape_make1(s, op, a, a->cols, a->rows, t);
    if (r->args)
        return by_signature(s, t, op);
    return shape_make1(s, op, a, a->rows, a->cols, t);
}

/* --- the call */

static void *no_function(Shaper *s, const Tree *t)
{
    const char *name = t->kid[0]->name;
    const char *near = op_nearest(name, strlen(name));
    const Sym *y = call_symbol(s, t->kid[0]);
    if (y || t->nkids == 1)
        return shape_fail(s, t->kid[0],
                          y ? ctx_printf(s->ctx, "write %s*(...) for a "
                                                 "product, %s[i] for an entry",
                                         name, name)
                            : NULL,
                          "%s is no function", name);
    return shape_fail(s, t->kid[0],
                      near ? ctx_printf(s->ctx, "did you mean %s?", near)
                           : ctx_printf(s->ctx, "write %s*(...) for a "
                                                "product, or declare "
                                                "%s(u: [n]): scalar",
                                        name, name),
                      "there is no function %s", name);
}

static const Tree *wrong_arity(Shaper *s, const Tree *t, const char *usage)
{
    uint32_t n = t->nkids - 1;
    return shape_fail(s, t, ctx_printf(s->ctx, "write %s", usage),
                      "%s does not take %u argument%s", t->kid[0]->name, n,
                      n == 1 ? "" : "s");
}

static const Tree *call_table(Shaper *s, const Tree *t)
{
    const char *name = t->kid[0]->name;
    OpId op = op_find(name, strlen(name));
    if (op == OP_COUNT || op_record(op)->cls == CLASS_LEAF ||
        op == OP_APPLY)
        return no_function(s, t);
    if (t->nkids == 2)
        return function_of(s, t, op);
    const char *args = op_record(op)->args;
    return wrong_arity(s, t,
                       ctx_printf(s->ctx, "%s(%.1s)", name,
                                  args ? args : "x"));
}

const Tree *shape_call(Shaper *s, const Tree *t)
{
    const Tree *f = t->kid[0];
    const Special *p = special_of(s, t);
    const Sym *y = call_symbol(s, f);
    if (f->op != OP_NAME)
        return call_applied(s, t);
    if (y && y->kind == SYM_FUNCTION)
        return call_declared(s, t, y);
    if (y)
        return no_function(s, t);
    if (is_big_d(s, f))
        return call_big_d(s, t);
    if (!p)
        return call_table(s, t);
    if (t->nkids - 1 < p->least || t->nkids - 1 > p->most)
        return wrong_arity(s, t, p->usage);
    return p->shape(s, t);
}
