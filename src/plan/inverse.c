/* inverse.c: inverses in normal form, and the matrix inversion lemma.
 *
 *   inv(P + U*C*V)*U*C = inv(P)*U*inv(inv(C) + V*inv(P)*U)
 *   inv(P + U*C*V) = inv(P) - inv(P)*U*inv(inv(C) + V*inv(P)*U)*V*inv(P)
 *
 * (Henderson and Searle, SIAM Review 23 (1981), (1) and (17)), where inv(P) is
 * at hand: P diagonal, or an inverse itself. */
#include "plan/node.h"

#include <string.h>

static bool is_unitary(const Nodes *g, const Sym *s)
{
    bool complex = g->complex && s->props & PROP_COMPLEX;
    return s->props & (complex ? PROP_UNITARY : PROP_ORTHOGONAL);
}

Node *node_inv(Nodes *g, Node *a)
{
    if (!a)
        return NULL;
    Node *one = node_num(g, rat_int(1));
    if (node_scalar(a))
        return node_ew2(g, OP_EDIV, one, a);
    if (a->kind == N_INV)
        return a->kid[0];
    if (node_is_eye(a))
        return a;
    if (a->kind == N_DIAGM)
        return node_diagm(g, node_ew2(g, OP_EDIV, one, a->kid[0]));
    if ((a->kind == N_SYM || a->kind == N_T) &&
        ((a->kind == N_SYM ? a : a->kid[0])->sym != NULL) &&
        is_unitary(g, (a->kind == N_SYM ? a : a->kid[0])->sym))
        return node_adj(g, a);
    if (a->kind == N_EW && a->op == OP_HAD && node_scalar(a->kid[0])) {
        Node *rest = node_had(g, a->nkids - 1, a->kid + 1);
        return node_had2(g, node_ew2(g, OP_EDIV, one, a->kid[0]),
                         node_inv(g, rest));
    }
    return node_unary(g, N_INV, OP_INV, a->cols, a->rows, a);
}

/* P + U*C*V; c is NULL for the identity. */
typedef struct Update {
    Node *inverse;         /* of P */
    Node *const *u, *const *v;
    uint32_t nu, nv;
    Node *c, *scale;       /* of U*C*V; NULL: 1 */
} Update;

static bool inverts_freely(const Node *a)
{
    if (a->kind == N_EW && a->op == OP_HAD) {
        for (uint32_t i = 0; i + 1 < a->nkids; i++)
            if (!node_scalar(a->kid[i]))
                return false;
        a = a->kid[a->nkids - 1];
    }
    return node_is_eye(a) || a->kind == N_DIAGM || a->kind == N_INV;
}

/* s.*u.*v' as the product of u and v', in this order. */
static Node *outer_of(Nodes *g, Node *a, Node **scale)
{
    Node *u = NULL, *v = NULL;
    for (uint32_t i = 0; i < a->nkids; i++) {
        Node *k = a->kid[i];
        Node **to = node_scalar(k)           ? scale
                    : dim_is(k->cols, 1) ? &u
                    : dim_is(k->rows, 1) ? &v
                                         : NULL;
        if (!to)
            return NULL;
        *to = *to ? node_had2(g, *to, k) : k;
    }
    Node p = {.kind = N_MUL, .rows = a->rows, .cols = a->cols, .nkids = 2};
    return u && v ? node_cons(g, &p, (Node *[]){u, v}) : NULL;
}

/* The product in scale*product. */
static Node *product_of(Nodes *g, Node *a, Node **scale)
{
    *scale = NULL;
    if (a->kind == N_EW && a->op == OP_HAD &&
        a->kid[a->nkids - 1]->kind != N_MUL)
        return outer_of(g, a, scale);
    if (a->kind == N_EW && a->op == OP_HAD &&
        a->kid[a->nkids - 1]->kind == N_MUL) {
        *scale = node_had(g, a->nkids - 1, a->kid);
        return *scale && node_scalar(*scale) ? a->kid[a->nkids - 1] : NULL;
    }
    return a->kind == N_MUL ? a : NULL;
}

/* Where the product is narrowest. */
static bool cut(Nodes *g, Node *m, Update *x)
{
    double least = node_size(g, m->rows);
    uint32_t at = 0;
    for (uint32_t i = 1; i < m->nkids; i++)
        if (node_size(g, m->kid[i]->rows) < least) {
            least = node_size(g, m->kid[i]->rows);
            at = i;
        }
    if (at == 0)
        return false;
    x->u = m->kid;
    x->nu = at;
    x->c = NULL;
    Node *k = m->kid[at];
    if (k->rows == k->cols && at + 1 < m->nkids) {
        x->c = k;
        at++;
    }
    x->v = m->kid + at;
    x->nv = m->nkids - at;
    return true;
}

static bool update_of(Nodes *g, Node *inverse, Update *x)
{
    Node *a = inverse->kind == N_INV ? inverse->kid[0] : NULL;
    if (!a || a->kind != N_EW || a->op != OP_ADD || a->nkids != 2)
        return false;
    for (int i = 0; i < 2; i++) {
        Node *m = product_of(g, a->kid[i], &x->scale);
        if (!m || !inverts_freely(a->kid[1 - i]) || !cut(g, m, x))
            continue;
        x->inverse = node_inv(g, a->kid[1 - i]);
        return x->inverse != NULL;
    }
    return false;
}

/* inv(inv(C) + scale*V*inv(P)*U) */
static Node *core(Nodes *g, const Update *x)
{
    uint32_t n = x->nu + x->nv + 1;
    Node **f = ARENA_ARRAY(g->ctx->arena, Node *, n + 1);
    if (!f)
        return NULL;
    memcpy(f, x->v, x->nv * sizeof *f);
    f[x->nv] = x->inverse;
    memcpy(f + x->nv + 1, x->u, x->nu * sizeof *f);
    Node *m = node_mul(g, n, f);
    if (m && x->scale)
        m = node_had2(g, x->scale, m);
    Node *c = m ? x->c ? node_inv(g, x->c) : node_eye(g, m->rows) : NULL;
    return c ? node_inv(g, node_add(g, 2, (Node *[]){c, m})) : NULL;
}

/* Do the factors after the inverse begin with U*C? */
static bool pushes(const Update *x, uint32_t n, Node *const *f)
{
    if (n < x->nu + (x->c != NULL) || (x->c && f[x->nu] != x->c))
        return false;
    return memcmp(f, x->u, x->nu * sizeof *f) == 0;
}

/* det(I + s*u*v') = 1 + s*v'*u. */
Node *node_det_lemma(Nodes *g, Node *a)
{
    if (a->kind != N_EW || a->op != OP_ADD || a->nkids != 2)
        return NULL;
    for (int i = 0; i < 2; i++) {
        Node *scale, *one = node_num(g, rat_int(1));
        Node *m = node_is_eye(a->kid[1 - i]) ? product_of(g, a->kid[i], &scale)
                                             : NULL;
        if (!m || m->nkids != 2 || !dim_is(m->kid[0]->cols, 1))
            continue;
        Node *z = node_mul2(g, m->kid[1], m->kid[0]);
        z = scale ? node_had2(g, scale, z) : z;
        g->chosen |= FORM_LEMMA;
        return node_add(g, 2, (Node *[]){one, z});
    }
    return NULL;
}

Node *node_lemma_alone(Nodes *g, Node *inverse)
{
    Update x;
    if (!update_of(g, inverse, &x))
        return NULL;
    Node *in = core(g, &x);
    Node **f = ARENA_ARRAY(g->ctx->arena, Node *, x.nu + x.nv + 3);
    uint32_t n = 0;
    if (!in || !f)
        return NULL;
    f[n++] = x.inverse;
    for (uint32_t i = 0; i < x.nu; i++)
        f[n++] = x.u[i];
    f[n++] = in;
    for (uint32_t i = 0; i < x.nv; i++)
        f[n++] = x.v[i];
    f[n++] = x.inverse;
    Node *m = node_mul(g, n, f), *minus = node_num(g, rat_int(-1));
    minus = minus && x.scale ? node_had2(g, minus, x.scale) : minus;
    g->chosen |= FORM_LEMMA;
    return node_add(g, 2, (Node *[]){x.inverse, node_had2(g, minus, m)});
}

/* The factors from the right, transposed: V*inv(P + U*C*V) is of the same kind
 * as inv(P + U*C*V)*U. */
static Node *from_right(Nodes *g, uint32_t n, Node *const *f, uint32_t at)
{
    Update x;
    Node **r = ARENA_ARRAY(g->ctx->arena, Node *, n + 1);
    for (uint32_t i = 0; r && i < n; i++)
        if (!(r[i] = node_t(g, f[n - 1 - i])))
            return NULL;
    uint32_t i = n - 1 - at;
    if (!r || r[i]->kind != N_INV || !update_of(g, r[i], &x) ||
        !pushes(&x, n - i - 1, r + i + 1))
        return NULL;
    return node_t(g, node_mul(g, n, r));
}

Node *node_lemma(Nodes *g, uint32_t n, Node *const *f)
{
    Node **out = ARENA_ARRAY(g->ctx->arena, Node *, n + 1);
    Update x;
    for (uint32_t i = 0; out && i < n; i++) {
        if (f[i]->kind != N_INV || !update_of(g, f[i], &x))
            continue;
        memcpy(out, f, i * sizeof *f);
        if (!pushes(&x, n - i - 1, f + i + 1)) {
            Node *z = i ? from_right(g, n, f, i) : NULL;
            memcpy(out, f, n * sizeof *f);
            return z ? z
                   : (out[i] = node_lemma_alone(g, f[i]))
                       ? node_mul(g, n, out)
                       : NULL;
        }
        uint32_t k = i, used = x.nu + (x.c != NULL);
        out[k++] = x.inverse;
        memcpy(out + k, x.u, x.nu * sizeof *f);
        k += x.nu;
        out[k++] = core(g, &x);
        memcpy(out + k, f + i + 1 + used, (n - i - 1 - used) * sizeof *f);
        k += n - i - 1 - used;
        g->chosen |= FORM_LEMMA;
        return node_mul(g, k, out);
    }
    return NULL;
}
