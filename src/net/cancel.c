/* cancel.c: factors that meet at a label and cancel or become powers: X^a*X^b,
 * orthogonal matrices, inverses of products, pseudoinverses. */
#include "net/simplify.h"

#include <string.h>

/* --- powers of matrices */

static const Dim *factor_exponent(Ctx *ctx, const Factor *f, const Net **base)
{
    const Atom *a = f->atom;
    if (a->naxes != 2 || a->dim[0] != a->dim[1])
        return NULL;
    if (a->kind == ATOM_MPOW) {
        *base = a->arg[0];
        return a->expo;
    }
    if (a->kind != ATOM_SYM && a->kind != ATOM_SUM && a->kind != ATOM_MAT &&
        a->kind != ATOM_FUN)
        return NULL;
    *base = net_atom(ctx, a);
    return dim_num(ctx, 1);
}

/* E^e between labels a and b, multiplied out if e is small. */
static void put_power(Work *w, const Net *base, const Dim *e, Label a, Label b)
{
    int64_t n;
    if (dim_is_num(e, &n) && n >= 0 && n <= MPOW_UNROLL) {
        if (n == 0)
            work_delta(w, a, b, base->dim[0]);
        for (int64_t i = 0; i < n; i++) {
            Label next = i == n - 1 ? b : work_label(w, base->dim[0]);
            work_net(w, base, (Label[]){a, next});
            a = next;
        }
        return;
    }
    work_atom(w, atom_mpow(w->ctx, base, e), (Label[]){a, b});
}

/* Two factors on the bound label l, in matrix order: f ends where g begins. */
static bool merge_ordered(Work *w, uint32_t i, uint32_t j, Label l)
{
    Factor f = w->f[i], g = w->f[j];
    if (f.atom->kind != ATOM_MPOW && g.atom->kind != ATOM_MPOW)
        return false;
    const Net *bf = NULL, *bg = NULL;
    const Dim *ef = factor_exponent(w->ctx, &f, &bf);
    const Dim *eg = factor_exponent(w->ctx, &g, &bg);
    if (!ef || !eg || !bf || bf != bg)
        return false;
    Label a = f.lab[0], b = g.lab[1];
    if (f.lab[1] != l || g.lab[0] != l) {
        if (f.lab[0] == l && g.lab[1] == l) { /* the other way round */
            a = g.lab[0];
            b = f.lab[1];
        } else if (net_symmetry(w->ctx, bf) == 1) {
            a = f.lab[0] == l ? f.lab[1] : f.lab[0];
            b = g.lab[0] == l ? g.lab[1] : g.lab[0];
        } else {
            return false;
        }
    }
    factor_drop(w, i > j ? i : j);
    factor_drop(w, i > j ? j : i);
    put_power(w, bf, dim_add(w->ctx, ef, eg), a, b);
    return true;
}

/* U^H*U = I: U and conj(U) on the same axis. */
static bool unitary_pair(Work *w, uint32_t i, uint32_t j, Label l)
{
    Factor f = w->f[i], g = w->f[j];
    if (f.atom->kind != ATOM_SYM || g.atom->kind != ATOM_SYM ||
        f.atom->naxes != 2 || !(f.atom->sym->props & PROP_UNITARY) ||
        g.atom->sym != sym_conj(w->ctx, f.atom->sym))
        return false;
    for (unsigned k = 0; k < 2; k++)
        if (f.lab[k] == l && g.lab[k] == l) {
            factor_drop(w, i > j ? i : j);
            factor_drop(w, i > j ? j : i);
            work_delta(w, f.lab[1 - k], g.lab[1 - k], f.atom->dim[0]);
            return true;
        }
    return false;
}

static bool orthogonal_pair(Work *w, uint32_t i, uint32_t j, Label l)
{
    Factor f = w->f[i], g = w->f[j];
    if (unitary_pair(w, i, j, l))
        return true;
    if (f.atom != g.atom || f.atom->naxes != 2)
        return false;
    bool orthogonal = atom_is_orthogonal(w->ctx, f.atom);
    bool columns = atom_has_unit_columns(f.atom);
    bool square = f.atom->dim[0] == f.atom->dim[1];
    for (unsigned k = 0; k < 2; k++)
        if ((orthogonal || (columns && (k == 0 || square))) &&
            f.lab[k] == l && g.lab[k] == l) {
            factor_drop(w, i > j ? i : j);
            factor_drop(w, i > j ? j : i);
            work_delta(w, f.lab[1 - k], g.lab[1 - k], f.atom->dim[1 - k]);
            return true;
        }
    if (f.atom->kind == ATOM_SYM &&
        (f.atom->sym->props & PROP_IDEMPOTENT) && f.lab[1] == l &&
        g.lab[0] == l) {
        factor_drop(w, j);
        w->f[i < w->nf ? i : j].lab[1] = g.lab[1];
        return true;
    }
    return false;
}

/* i < j: the two factors of a label that exactly two axes carry. */
static bool label_pair(const Work *w, Label l, uint32_t *pi, uint32_t *pj)
{
    int n = 0;
    for (uint32_t i = 0; i < w->nf; i++)
        FOR_AXES(&w->f[i], k)
            if (w->f[i].lab[k] == l) {
                if (n == 0)
                    *pi = i;
                else
                    *pj = i;
                n++;
            }
    return n == 2 && *pi != *pj && w->f[*pi].atom->naxes == 2 &&
           w->f[*pj].atom->naxes == 2;
}

static bool wants_pairs(const Work *w)
{
    for (uint32_t i = 0; i < w->nf; i++) {
        const Atom *a = w->f[i].atom;
        if (a->kind == ATOM_MPOW ||
            (a->kind == ATOM_MAT && a->op == OP_EIGVECS) ||
            atom_has_unit_columns(a) ||
            (a->kind == ATOM_SYM &&
             (a->sym->props &
              (PROP_ORTHOGONAL | PROP_IDEMPOTENT | PROP_UNITARY))))
            return true;
    }
    return false;
}

bool contract_pairs(Work *w)
{
    if (!wants_pairs(w))
        return false;
    const uint32_t *occ = label_occurrences(w);
    if (!occ)
        return false;
    for (Label l = (Label)w->naxes; l < (Label)w->nl; l++) {
        uint32_t i = 0, j = 0;
        if (occ[l] != 2 || !label_pair(w, l, &i, &j))
            continue;
        if (merge_ordered(w, i, j, l) || orthogonal_pair(w, i, j, l))
            return true;
    }
    return false;
}

/* --- a power of a product met by the product itself: E = X'*C*X as three
 * factors beside E^-1.  Walk the base's path along the factors. */

/* The base as a straight chain from open axis 0 to 1: the factors in order,
 * each with the axis it is entered by. */
typedef struct Step {
    const Factor *f;
    unsigned in;
} Step;

static Step *base_path(Ctx *ctx, const Net *base)
{
    if (base->nterms != 1 || base->naxes != 2 || base->term[0].nfactors < 2 ||
        base->term[0].nfactors != base->term[0].nbound + 1 ||
        !rat_is(base->term[0].coef, 1))
        return NULL;
    const Term *t = &base->term[0];
    Step *path = ARENA_ARRAY(ctx->arena, Step, t->nfactors);
    Label at = 0;
    for (uint32_t step = 0; path && step < t->nfactors; step++) {
        const Factor *prev = step ? path[step - 1].f : NULL, *next = NULL;
        unsigned in = 0;
        for (uint32_t i = 0; i < t->nfactors && !next; i++)
            for (unsigned k = 0; k < 2 && !next; k++)
                if (&t->factor[i] != prev && t->factor[i].atom->naxes == 2 &&
                    t->factor[i].lab[k] == at) {
                    next = &t->factor[i];
                    in = k;
                }
        if (!next)
            return NULL;
        path[step] = (Step){next, in};
        at = next->lab[1 - in];
    }
    return at == 1 ? path : NULL;
}

/* Follow the path (backwards if `back`) along the factors of w from label l;
 * marks what it takes. */
static bool walk_base(const Work *w, const uint32_t *occ, const Step *path,
                      uint32_t n, bool back, Label l, bool *taken, Label *end)
{
    for (uint32_t s = 0; s < n; s++) {
        const Step *p = &path[back ? n - 1 - s : s];
        unsigned in = back ? 1 - p->in : p->in;
        bool moved = false;
        for (uint32_t i = 0; i < w->nf && !moved; i++) {
            const Factor *f = &w->f[i];
            if (taken[i] || f->atom != p->f->atom)
                continue;
            unsigned k = f->lab[in] == l ? in : 1 - in;
            if (f->lab[k] != l || (k != in && f->atom->symmetry != 1))
                continue;
            taken[i] = moved = true;
            l = f->lab[1 - k];
        }
        if (!moved || (s + 1 < n && (!label_is_bound(w, l) || occ[l] != 2)))
            return false;
    }
    *end = l;
    return true;
}

static void keep_untaken(Work *w, const bool *taken)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < w->nf; i++)
        if (!taken[i])
            w->f[kept++] = w->f[i];
    w->nf = kept;
}

static bool cancel_chain_at(Work *w, uint32_t i, const uint32_t *occ)
{
    Factor p = w->f[i];
    const Net *base = p.atom->arg[0];
    int64_t e;
    const Step *path = dim_is_num(p.atom->expo, &e) && e < 0
                           ? base_path(w->ctx, base)
                           : NULL;
    for (unsigned side = 0; path && side < 2; side++)
        for (int flip = 0; flip < 2; flip++) {
            Label l = p.lab[side], end = 0;
            bool *taken = ARENA_ARRAY(w->ctx->arena, bool, w->nf + 1u);
            if (!taken || !label_is_bound(w, l) || occ[l] != 2 ||
                (flip && net_symmetry(w->ctx, base) != 1))
                continue;
            taken[i] = true;
            /* E^-1 [a,l] meets E at its row end; [l,b] at its column end. */
            if (!walk_base(w, occ, path, base->term[0].nfactors,
                           (side == 0) != (flip != 0), l, taken, &end))
                continue;
            Label other = p.lab[1 - side];
            keep_untaken(w, taken);
            put_power(w, base,
                      dim_add(w->ctx, p.atom->expo, dim_num(w->ctx, 1)),
                      side ? other : end, side ? end : other);
            return true;
        }
    return false;
}

bool cancel_chains(Work *w)
{
    const uint32_t *occ = NULL;
    for (uint32_t i = 0; i < w->nf; i++)
        if (w->f[i].atom->kind == ATOM_MPOW &&
            w->f[i].atom->arg[0]->nterms == 1) {
            if (!occ)
                occ = label_occurrences(w);
            if (occ && cancel_chain_at(w, i, occ))
                return true;
        }
    return false;
}

/* --- M*pinv(M)*M = M and pinv(M)*M*pinv(M) = pinv(M) */

static bool is_pinv_of(Ctx *ctx, const Atom *p, const Atom *m)
{
    return p->kind == ATOM_MAT && p->op == OP_PINV && m->naxes == 2 &&
           p->arg[0] == net_atom(ctx, m);
}

static int factor_on(const Work *w, Label l, unsigned axis, uint32_t except)
{
    for (uint32_t i = 0; i < w->nf; i++)
        if (i != except && w->f[i].atom->naxes == 2 &&
            w->f[i].lab[axis] == l)
            return (int)i;
    return -1;
}

static bool pinv_triple(Work *w, uint32_t j, const uint32_t *occ)
{
    Factor g = w->f[j];
    for (unsigned k = 0; k < 2; k++)
        if (!label_is_bound(w, g.lab[k]) || occ[g.lab[k]] != 2)
            return false;
    int i = factor_on(w, g.lab[0], 1, j), l = factor_on(w, g.lab[1], 0, j);
    if (i < 0 || l < 0 || i == l || w->f[i].atom != w->f[l].atom)
        return false;
    const Atom *f = w->f[i].atom;
    if (!is_pinv_of(w->ctx, f, g.atom) && !is_pinv_of(w->ctx, g.atom, f))
        return false;
    Label lab[2] = {w->f[i].lab[0], w->f[l].lab[1]};
    bool *gone = ARENA_ARRAY(w->ctx->arena, bool, w->nf + 1u);
    if (!gone)
        return false;
    gone[i] = gone[l] = gone[j] = true;
    keep_untaken(w, gone);
    work_atom(w, f, lab);
    return true;
}

/* pinv(M)*M*M' = M' and M'*M*pinv(M) = M': the projectors are symmetric. */
static bool pinv_projector(Work *w, uint32_t j, const uint32_t *occ)
{
    Factor g = w->f[j];
    for (unsigned k = 0; k < 2; k++) {
        Label l = g.lab[k], m = g.lab[1 - k];
        if (!label_is_bound(w, l) || occ[l] != 2 ||
            !label_is_bound(w, m) || occ[m] != 2)
            continue;
        /* pinv(M) at axis k of M, and M again at the other axis */
        int i = factor_on(w, l, 1 - k, j), h = factor_on(w, m, 1 - k, j);
        if (i < 0 || h < 0 || i == h || w->f[h].atom != g.atom ||
            !is_pinv_of(w->ctx, w->f[i].atom, g.atom))
            continue;
        Label p = w->f[i].lab[k], q = w->f[h].lab[k];
        bool *gone = ARENA_ARRAY(w->ctx->arena, bool, w->nf + 1u);
        if (!gone)
            return false;
        gone[i] = gone[h] = gone[j] = true;
        keep_untaken(w, gone);
        Label lab[2];
        lab[k] = q;
        lab[1 - k] = p;
        work_atom(w, g.atom, lab);
        return true;
    }
    return false;
}

bool contract_pinvs(Work *w)
{
    bool any = false;
    for (uint32_t i = 0; i < w->nf; i++)
        any = any || (w->f[i].atom->kind == ATOM_MAT &&
                      w->f[i].atom->op == OP_PINV);
    const uint32_t *occ = any ? label_occurrences(w) : NULL;
    for (uint32_t j = 0; occ && j < w->nf; j++)
        if (w->f[j].atom->naxes == 2 &&
            (pinv_triple(w, j, occ) || pinv_projector(w, j, occ)))
            return true;
    return false;
}
