/* matfun.c: functions of the whole matrix as atoms: det, pinv, eig, ... */
#include "net/power.h"
#include "net/store.h"

#include <string.h>

static const Net *one_factor_mpow(const Net *n, const Atom **atom)
{
    if (n->nterms != 1 || n->term[0].nfactors != 1 || n->term[0].nbound ||
        !rat_is(n->term[0].coef, 1) ||
        n->term[0].factor[0].atom->kind != ATOM_MPOW)
        return NULL;
    *atom = n->term[0].factor[0].atom;
    return (*atom)->arg[0];
}

/* det(E^k) = det(E)^k for a number k; det of E' is det of E. */
static const Net *net_det(Ctx *ctx, const Net *arg)
{
    const Atom *p;
    int64_t k;
    const Net *base = one_factor_mpow(arg, &p);
    if (base && dim_is_num(p->expo, &k) && k < 0)
        return net_power(ctx, net_det(ctx, base), rat_int(k));
    const Net *t = net_transpose(ctx, arg);
    if (t && t->serial < arg->serial)
        arg = t;
    return net_atom(ctx, atom_mat(ctx, OP_DET, arg, 0, NULL));
}

static const Atom *lone_atom(const Net *n)
{
    const Term *t = n->term;
    return n->nterms == 1 && t->nfactors == 1 && t->nbound == 0 &&
                   rat_is(t->coef, 1) && n->naxes == t->factor[0].atom->naxes
               ? t->factor[0].atom
               : NULL;
}

static const Net *net_pinv(Ctx *ctx, const Net *arg)
{
    const Atom *a = lone_atom(arg);
    if (!a || a->kind != ATOM_MAT || a->op != OP_PINV)
        return NULL;
    return arg->term[0].factor[0].lab[0] == 0 ? a->arg[0]
                                              : net_transpose(ctx, a->arg[0]);
}

bool atom_is_orthogonal(Ctx *ctx, const Atom *a)
{
    if (a->kind == ATOM_MAT && a->op == OP_EIGVECS)
        return net_symmetry(ctx, a->arg[0]) == 1;
    return a->kind == ATOM_SYM && (a->sym->props & PROP_ORTHOGONAL);
}

bool atom_has_unit_columns(const Atom *a)
{
    return a->kind == ATOM_MAT && (a->op == OP_SVDU || a->op == OP_SVDV);
}

/* Singular values and vectors: an axis each that counts them. */
static unsigned singular_axes(Ctx *ctx, OpId op, const Net *arg,
                              const Dim **dim)
{
    unsigned n = 0;
    if (op != OP_SVD)
        dim[n++] = arg->dim[op == OP_SVDV];
    dim[n++] = dim_min(ctx, arg->dim[0], arg->dim[1]);
    return n;
}

/* The axes that the table says op gives of an [n,m] matrix. */
static unsigned given_axes(Ctx *ctx, OpId op, const Net *arg, const Dim **dim)
{
    const char *gives = op_record(op)->gives;
    if (strstr(gives, "min(") && arg->naxes == 2)
        return singular_axes(ctx, op, arg, dim);
    if (strcmp(gives, "[m,n]") == 0) {
        dim[0] = arg->dim[arg->naxes - 1];
        dim[1] = arg->dim[0];
        return arg->naxes;
    }
    dim[0] = arg->dim[0];
    dim[1] = arg->dim[1];
    return gives[0] != '['        ? 0
           : strchr(gives, ',') ? arg->naxes
                                : 1;
}

static bool has_singular_values(OpId op)
{
    return op == OP_SVD || op == OP_SVDU || op == OP_SVDV || op == OP_NORMNUC;
}

const Net *net_mat(Ctx *ctx, OpId op, const Net *arg)
{
    const Dim *dim[2] = {NULL, NULL};
    if (!arg)
        return NULL;
    const Atom *a = lone_atom(arg);
    if (has_singular_values(op) && net_is_complex(ctx, arg))
        return ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                        "declare the matrix without complex",
                        "%s is derived for real matrices only",
                        op_record(op)->name);
    if (op == OP_DET && arg->naxes == 2)
        return net_det(ctx, arg);
    if (op == OP_PROD && a && a->kind == ATOM_MAT && a->op == OP_EIG)
        return net_det(ctx, a->arg[0]);
    if ((op == OP_LOGDET || op == OP_EIG) && arg->naxes == 2) {
        const Net *t = net_transpose(ctx, arg);
        if (t && t->serial < arg->serial)
            arg = t;
    }
    const Net *back = op == OP_PINV ? net_pinv(ctx, arg) : NULL;
    if (back || ctx_failed(ctx))
        return back;
    unsigned naxes = given_axes(ctx, op, arg, dim);
    return net_atom(ctx, atom_mat(ctx, op, arg, naxes, dim));
}

const Net *net_frechet(Ctx *ctx, OpId f, const Net *a, const Net *e)
{
    const Net *fa = a && a->naxes == 2
                        ? net_atom(ctx, atom_mat(ctx, f, a, 2, a->dim))
                        : NULL;
    if (!fa || !e)
        return NULL;
    if (e->nterms == 0)
        return e;
    Atom key = {.kind = ATOM_MAT, .op = OP_FRECHET, .nargs = 2, .naxes = 2,
                .arg = {fa, e}, .dim = {a->dim[0], a->dim[1]}};
    return net_atom(ctx, atom_intern(ctx, &key));
}
