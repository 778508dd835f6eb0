/* simplify.c: what always holds on a term, applied to a fixed point:
 * deltas are contracted, Kronecker indices meet and part, neighbouring powers
 * E^a*E^b merge, entrywise powers of one base merge, orthogonal pairs and
 * idempotents contract, M*pinv(M)*M = M. */
#include "net/simplify.h"

#include <string.h>

void factor_drop(Work *w, uint32_t i)
{
    w->f[i] = w->f[--w->nf];
}

void label_replace(Work *w, Label from, Label to)
{
    for (uint32_t i = 0; i < w->nf; i++)
        FOR_AXES(&w->f[i], k)
            if (w->f[i].lab[k] == from)
                w->f[i].lab[k] = to;
}

bool label_is_bound(const Work *w, Label l)
{
    return l >= (Label)w->naxes;
}

uint32_t *label_occurrences(const Work *w)
{
    uint32_t *occ = ARENA_ARRAY(w->ctx->arena, uint32_t, w->nl + 1u);
    for (uint32_t i = 0; occ && i < w->nf; i++)
        FOR_AXES(&w->f[i], k)
            if (w->f[i].lab[k] >= 0)
                occ[w->f[i].lab[k]]++;
    return occ;
}

/* --- deltas */

/* delta of two fixed indices: 1, 0, or left as it is. */
static bool delta_fixed(Work *w, uint32_t i, Label a, Label b)
{
    int64_t d;
    const Dim *diff = dim_sub(w->ctx, net_fixed_index(w->ctx, a),
                              net_fixed_index(w->ctx, b));
    if (!diff)
        return false;
    if (!dim_is_num(diff, &d)) { /* of no dimension: one form */
        const Atom *one = atom_delta(w->ctx, dim_num(w->ctx, 1));
        bool changed = w->f[i].atom != one;
        w->f[i].atom = one;
        return changed;
    }
    if (d != 0)
        w->zero = true;
    factor_drop(w, i);
    return true;
}

static bool others_carry(const Work *w, uint32_t skip, Label l)
{
    for (uint32_t i = 0; i < w->nf; i++)
        if (i != skip)
            FOR_AXES(&w->f[i], k)
                if (w->f[i].lab[k] == l)
                    return true;
    return false;
}

/* A bound label that nothing carries any more is summed freely. */
static void count_if_free(Work *w, Label l, const Dim *d)
{
    if (label_is_bound(w, l) && !others_carry(w, UINT32_MAX, l))
        work_atom(w, atom_int(w->ctx, d), NULL);
}

static bool delta_once(Work *w, uint32_t i)
{
    Factor d = w->f[i];
    Label a = d.lab[0], b = d.lab[1];
    if (a == b && a >= 0) { /* trace of the identity, or 1 on the diagonal */
        factor_drop(w, i);
        count_if_free(w, a, d.atom->dim[0]);
        return true;
    }
    if (a < 0 && b < 0)
        return delta_fixed(w, i, a, b);
    if (label_is_bound(w, a) || label_is_bound(w, b)) {
        Label from = label_is_bound(w, b) ? b : a, to = from == b ? a : b;
        factor_drop(w, i);
        label_replace(w, from, to);
        count_if_free(w, to, d.atom->dim[0]);
        return true;
    }
    /* Between open labels, or open and fixed: keep the delta, and let the
     * other factors carry the smaller label (a fixed one first). */
    Label from = a > b ? a : b, to = from == a ? b : a;
    if (!others_carry(w, i, from))
        return false;
    factor_drop(w, i);
    label_replace(w, from, to);
    work_atom(w, d.atom, d.lab);
    return true;
}

static bool contract_deltas(Work *w)
{
    for (uint32_t i = 0; i < w->nf; i++)
        if (w->f[i].atom->kind == ATOM_DELTA && delta_once(w, i))
            return true;
    return false;
}

/* --- Kronecker indices */

static bool fuse_pair(Work *w, uint32_t i, uint32_t j, const uint32_t *occ)
{
    Factor f = w->f[i], g = w->f[j];
    if (f.atom != g.atom)
        return false;
    if (f.lab[0] == g.lab[0] && label_is_bound(w, f.lab[0]) &&
        occ[f.lab[0]] == 2) {
        factor_drop(w, j);
        factor_drop(w, i);
        work_delta(w, f.lab[1], g.lab[1], f.atom->dim[1]);
        work_delta(w, f.lab[2], g.lab[2], f.atom->dim[2]);
        return true;
    }
    if (f.lab[1] == g.lab[1] && f.lab[2] == g.lab[2] &&
        label_is_bound(w, f.lab[1]) && label_is_bound(w, f.lab[2]) &&
        occ[f.lab[1]] == 2 && occ[f.lab[2]] == 2) {
        factor_drop(w, j);
        factor_drop(w, i);
        work_delta(w, f.lab[0], g.lab[0], f.atom->dim[0]);
        return true;
    }
    return false;
}

/* A fused index that stands nowhere else: its parts are summed freely. */
static bool fuse_single(Work *w, uint32_t i, const uint32_t *occ)
{
    Factor f = w->f[i];
    if (!label_is_bound(w, f.lab[0]) || occ[f.lab[0]] != 1)
        return false;
    factor_drop(w, i);
    count_if_free(w, f.lab[1], f.atom->dim[1]);
    count_if_free(w, f.lab[2], f.atom->dim[2]);
    return true;
}

static bool contract_fuses(Work *w)
{
    bool any = false;
    for (uint32_t i = 0; i < w->nf; i++)
        any = any || w->f[i].atom->kind == ATOM_FUSE;
    if (!any)
        return false;
    const uint32_t *occ = label_occurrences(w);
    for (uint32_t i = 0; occ && i < w->nf; i++) {
        if (w->f[i].atom->kind != ATOM_FUSE)
            continue;
        if (fuse_single(w, i, occ))
            return true;
        for (uint32_t j = i + 1; j < w->nf; j++)
            if (fuse_pair(w, i, j, occ))
                return true;
    }
    return false;
}

/* --- entrywise powers of one base on the same labels */

static bool power_of(Ctx *ctx, const Factor *f, const Net **base, Rat *e)
{
    const Atom *a = f->atom;
    if (a->kind == ATOM_POW) {
        *base = a->arg[0];
        return a->arg[0]->naxes == a->naxes && net_is_num(a->arg[1], e);
    }
    *e = rat_int(1);
    *base = net_atom(ctx, a);
    return a->kind != ATOM_DELTA && a->kind != ATOM_FUSE;
}

static bool same_labels(const Factor *f, const Factor *g)
{
    return f->atom->naxes == g->atom->naxes &&
           memcmp(f->lab, g->lab, f->atom->naxes * sizeof(Label)) == 0;
}

static bool merge_entrywise(Work *w, uint32_t i, uint32_t j)
{
    Factor f = w->f[i], g = w->f[j];
    const Net *bf, *bg;
    Rat ef, eg;
    if (!same_labels(&f, &g) || !power_of(w->ctx, &f, &bf, &ef) ||
        !power_of(w->ctx, &g, &bg, &eg) || bf != bg)
        return false;
    const Net *p = net_power(w->ctx, bf, rat_add(w->ctx, ef, eg));
    if (!p) {
        w->failed = true;
        return false;
    }
    factor_drop(w, i > j ? i : j);
    factor_drop(w, i > j ? j : i);
    work_net(w, p, f.lab);
    FOR_AXES(&f, k) /* x.*x.^-1 leaves nothing on its labels */
        count_if_free(w, f.lab[k], f.atom->dim[k]);
    return true;
}

static bool merge_powers(Work *w)
{
    for (uint32_t i = 0; i < w->nf; i++) {
        if (w->f[i].atom->kind != ATOM_POW)
            continue;
        for (uint32_t j = 0; j < w->nf; j++)
            if (j != i && merge_entrywise(w, i, j))
                return true;
    }
    return work_merge_component(w);
}

/* --- the eigenvalues, each to the k, summed: the trace of E^k; the singular
 * values to the 2*k: that of (E'*E)^k */

static const Net *gram(Ctx *ctx, const Net *e)
{
    Work w;
    work_init(&w, ctx, 2, (const Dim *[]){e->dim[1], e->dim[1]});
    Label a = work_label(&w, e->dim[0]);
    work_net(&w, net_conj(ctx, e), (Label[]){a, 0});
    work_net(&w, e, (Label[]){a, 1});
    return work_net_done(&w);
}

static bool eig_power_sum(Work *w, Label l)
{
    const Atom *a = NULL;
    int64_t k = 0;
    for (uint32_t i = 0; i < w->nf; i++)
        FOR_AXES(&w->f[i], x)
            if (w->f[i].lab[x] == l) {
                const Atom *b = w->f[i].atom;
                if (b->kind != ATOM_MAT ||
                    (b->op != OP_EIG && b->op != OP_SVD) || (a && b != a))
                    return false;
                a = b;
                k++;
            }
    bool singular = a && a->op == OP_SVD;
    if (!a || (singular && k % 2))
        return false;
    for (uint32_t i = w->nf; i-- > 0;)
        if (w->f[i].atom == a && w->f[i].lab[0] == l)
            factor_drop(w, i);
    Label m = l;
    const Net *e = a->arg[0];
    if (singular) {
        e = gram(w->ctx, e);
        m = e ? work_label(w, e->dim[0]) : l;
        k /= 2;
    }
    work_net(w, net_mpow(w->ctx, e, dim_num(w->ctx, k)), (Label[]){m, m});
    return true;
}

static bool contract_eigenvalues(Work *w)
{
    bool any = false;
    for (uint32_t i = 0; i < w->nf; i++)
        any = any || (w->f[i].atom->kind == ATOM_MAT &&
                      (w->f[i].atom->op == OP_EIG ||
                       w->f[i].atom->op == OP_SVD));
    for (Label l = (Label)w->naxes; any && l < (Label)w->nl; l++)
        if (eig_power_sum(w, l))
            return true;
    return false;
}

/* --- i*i = -1 */

static bool contract_units(Work *w)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < w->nf; i++) {
        if (w->f[i].atom->kind != ATOM_IMUNIT)
            continue;
        if (first != UINT32_MAX) {
            factor_drop(w, i);
            factor_drop(w, first);
            work_scale(w, rat_int(-1));
            return true;
        }
        first = i;
    }
    return false;
}

/* --- patterns: twice the same, opposite triangles, on the diagonal */

static bool contract_masks(Work *w)
{
    for (uint32_t i = 0; i < w->nf; i++) {
        Factor f = w->f[i];
        if (f.atom->kind != ATOM_MASK)
            continue;
        if (f.lab[0] == f.lab[1]) {
            factor_drop(w, i);
            count_if_free(w, f.lab[0], f.atom->dim[0]);
            return true;
        }
        for (uint32_t j = i + 1; j < w->nf; j++) {
            Factor g = w->f[j];
            bool same = f.lab[0] == g.lab[0] && f.lab[1] == g.lab[1];
            bool turned = f.lab[0] == g.lab[1] && f.lab[1] == g.lab[0];
            if (f.atom != g.atom || !(same || turned))
                continue;
            if (turned && f.atom->symmetry != 1 && f.atom->op != OP_TRIL)
                continue;
            factor_drop(w, j);
            if (turned && f.atom->op == OP_TRIL) {
                factor_drop(w, i);
                work_delta(w, f.lab[0], f.lab[1], f.atom->dim[0]);
            }
            return true;
        }
        for (uint32_t j = 0; j < w->nf; j++) /* on a delta */
            if (w->f[j].atom->kind == ATOM_DELTA &&
                ((w->f[j].lab[0] == f.lab[0] && w->f[j].lab[1] == f.lab[1]) ||
                 (w->f[j].lab[0] == f.lab[1] && w->f[j].lab[1] == f.lab[0]))) {
                factor_drop(w, i);
                return true;
            }
    }
    return false;
}

/* --- a sum over an index is fixed inside, where a delta may pick its term */

static bool fix_sums(Work *w)
{
    for (uint32_t i = 0; i < w->nf; i++) {
        Factor f = w->f[i];
        int at = -1;
        FOR_AXES(&f, k)
            if (f.lab[k] < 0)
                at = (int)k;
        if (f.atom->kind != ATOM_SUMI || at < 0)
            continue;
        const Net *n = net_fix_inside(w->ctx, net_atom(w->ctx, f.atom),
                                      (unsigned)at,
                                      net_fixed_index(w->ctx, f.lab[at]));
        Label lab[NET_AXES];
        unsigned kept = 0;
        FOR_AXES(&f, k)
            if ((int)k != at)
                lab[kept++] = f.lab[k];
        factor_drop(w, i);
        work_net(w, n, lab);
        return true;
    }
    return false;
}

void work_simplify(Work *w)
{
    for (Label l = (Label)w->naxes; l < (Label)w->nl; l++)
        count_if_free(w, l, w->dim[l]);
    uint32_t rounds = 0;
    while (!w->failed && !w->zero && ctx_step(w->ctx, w->nf + 1) &&
           (contract_deltas(w) || contract_fuses(w) || contract_pairs(w) ||
            cancel_chains(w) || contract_pinvs(w) || merge_powers(w) ||
            contract_eigenvalues(w) || fix_sums(w) || contract_masks(w) ||
            contract_units(w)))
        if (++rounds > 100000)
            w->failed = true;
    for (uint32_t i = 0; i < w->nf; i++) {
        int64_t n;
        const Atom *a = w->f[i].atom;
        if (a->kind == ATOM_INT && dim_is_num(a->expo, &n)) {
            work_scale(w, rat_int(n));
            factor_drop(w, i--);
        }
    }
}
