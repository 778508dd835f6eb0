/* simplify.c: what always holds on a term, applied to a fixed point:
 * deltas are contracted, Kronecker indices meet and part, neighbouring powers
 * E^a*E^b merge, entrywise powers of one base merge, orthogonal pairs and
 * idempotents contract, M*pinv(M)*M = M. */
#include "net/power.h"
#include "net/store.h"

#include <string.h>

static void drop(Work *w, uint32_t i)
{
    w->f[i] = w->f[--w->nf];
}

static void replace_label(Work *w, Label from, Label to)
{
    for (uint32_t i = 0; i < w->nf; i++)
        FOR_AXES(&w->f[i], k)
            if (w->f[i].lab[k] == from)
                w->f[i].lab[k] = to;
}

static bool is_bound(const Work *w, Label l)
{
    return l >= (Label)w->naxes;
}

static uint32_t *occurrences(const Work *w)
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
    drop(w, i);
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
    if (is_bound(w, l) && !others_carry(w, UINT32_MAX, l))
        work_atom(w, atom_int(w->ctx, d), NULL);
}

static bool delta_once(Work *w, uint32_t i)
{
    Factor d = w->f[i];
    Label a = d.lab[0], b = d.lab[1];
    if (a == b && a >= 0) { /* trace of the identity, or 1 on the diagonal */
        drop(w, i);
        count_if_free(w, a, d.atom->dim[0]);
        return true;
    }
    if (a < 0 && b < 0)
        return delta_fixed(w, i, a, b);
    if (is_bound(w, a) || is_bound(w, b)) {
        Label from = is_bound(w, b) ? b : a, to = from == b ? a : b;
        drop(w, i);
        replace_label(w, from, to);
        count_if_free(w, to, d.atom->dim[0]);
        return true;
    }
    /* Between open labels, or open and fixed: keep the delta, and let the
     * other factors carry the smaller label (a fixed one first). */
    Label from = a > b ? a : b, to = from == a ? b : a;
    if (!others_carry(w, i, from))
        return false;
    drop(w, i);
    replace_label(w, from, to);
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
    if (f.lab[0] == g.lab[0] && is_bound(w, f.lab[0]) &&
        occ[f.lab[0]] == 2) {
        drop(w, j);
        drop(w, i);
        work_delta(w, f.lab[1], g.lab[1], f.atom->dim[1]);
        work_delta(w, f.lab[2], g.lab[2], f.atom->dim[2]);
        return true;
    }
    if (f.lab[1] == g.lab[1] && f.lab[2] == g.lab[2] &&
        is_bound(w, f.lab[1]) && is_bound(w, f.lab[2]) &&
        occ[f.lab[1]] == 2 && occ[f.lab[2]] == 2) {
        drop(w, j);
        drop(w, i);
        work_delta(w, f.lab[0], g.lab[0], f.atom->dim[0]);
        return true;
    }
    return false;
}

/* A fused index that stands nowhere else: its parts are summed freely. */
static bool fuse_single(Work *w, uint32_t i, const uint32_t *occ)
{
    Factor f = w->f[i];
    if (!is_bound(w, f.lab[0]) || occ[f.lab[0]] != 1)
        return false;
    drop(w, i);
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
    const uint32_t *occ = occurrences(w);
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
    drop(w, i > j ? i : j);
    drop(w, i > j ? j : i);
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
            drop(w, i > j ? i : j);
            drop(w, i > j ? j : i);
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
            drop(w, i > j ? i : j);
            drop(w, i > j ? j : i);
            work_delta(w, f.lab[1 - k], g.lab[1 - k], f.atom->dim[1 - k]);
            return true;
        }
    if (f.atom->kind == ATOM_SYM &&
        (f.atom->sym->props & PROP_IDEMPOTENT) && f.lab[1] == l &&
        g.lab[0] == l) {
        drop(w, j);
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

static bool contract_pairs(Work *w)
{
    if (!wants_pairs(w))
        return false;
    const uint32_t *occ = occurrences(w);
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
        if (!moved || (s + 1 < n && (!is_bound(w, l) || occ[l] != 2)))
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
            if (!taken || !is_bound(w, l) || occ[l] != 2 ||
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

static bool cancel_chains(Work *w)
{
    const uint32_t *occ = NULL;
    for (uint32_t i = 0; i < w->nf; i++)
        if (w->f[i].atom->kind == ATOM_MPOW &&
            w->f[i].atom->arg[0]->nterms == 1) {
            if (!occ)
                occ = occurrences(w);
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
        if (!is_bound(w, g.lab[k]) || occ[g.lab[k]] != 2)
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
        if (!is_bound(w, l) || occ[l] != 2 || !is_bound(w, m) || occ[m] != 2)
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

static bool contract_pinvs(Work *w)
{
    bool any = false;
    for (uint32_t i = 0; i < w->nf; i++)
        any = any || (w->f[i].atom->kind == ATOM_MAT &&
                      w->f[i].atom->op == OP_PINV);
    const uint32_t *occ = any ? occurrences(w) : NULL;
    for (uint32_t j = 0; occ && j < w->nf; j++)
        if (w->f[j].atom->naxes == 2 &&
            (pinv_triple(w, j, occ) || pinv_projector(w, j, occ)))
            return true;
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
    drop(w, i > j ? i : j);
    drop(w, i > j ? j : i);
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
            drop(w, i);
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
            drop(w, i);
            drop(w, first);
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
            drop(w, i);
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
            drop(w, j);
            if (turned && f.atom->op == OP_TRIL) {
                drop(w, i);
                work_delta(w, f.lab[0], f.lab[1], f.atom->dim[0]);
            }
            return true;
        }
        for (uint32_t j = 0; j < w->nf; j++) /* on a delta */
            if (w->f[j].atom->kind == ATOM_DELTA &&
                ((w->f[j].lab[0] == f.lab[0] && w->f[j].lab[1] == f.lab[1]) ||
                 (w->f[j].lab[0] == f.lab[1] && w->f[j].lab[1] == f.lab[0]))) {
                drop(w, i);
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
        drop(w, i);
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
            drop(w, i--);
        }
    }
}
