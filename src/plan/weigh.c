/* weigh.c: what nodes cost, roughly: to choose between forms before there is
 * a plan.  Nothing is shared here; plans are compared by cost.c. */
#include "plan/node.h"

#include <string.h>

/* An entry that is read or written takes as long as so many flops. */
enum { ENTRY = 5, LONGEST = 24 };

double node_size(const Nodes *g, const Dim *d)
{
    int64_t v;
    return plan_dim(d, g->task->size, g->task->nsizes, &v) && v > 0 ? (double)v
                                                                    : 100;
}

static double step(const Node *l, const Node *r, double m, double k, double n)
{
    if ((l && l->kind == N_DIAGM) || (r && r->kind == N_DIAGM))
        return 2 * ENTRY * m * n;
    double flops = 2 * m * k * n;
    return m == 1 || n == 1 ? ENTRY * m * k * n : flops + ENTRY * m * n;
}

static double ordered(Nodes *g, uint32_t n, Node *const *f)
{
    double best[LONGEST][LONGEST] = {{0}}, d[LONGEST + 1];
    if (n > LONGEST)
        return 1e300;
    for (uint32_t i = 0; i < n; i++)
        d[i] = node_size(g, f[i]->rows);
    if (n)
        d[n] = node_size(g, f[n - 1]->cols);
    for (uint32_t len = 1; len < n; len++)
        for (uint32_t i = 0; i + len < n; i++) {
            uint32_t j = i + len;
            best[i][j] = 1e300;
            for (uint32_t k = i; k < j; k++) {
                double x = best[i][k] + best[k + 1][j] +
                           step(k == i ? f[i] : NULL,
                                k + 1 == j ? f[j] : NULL, d[i], d[k + 1],
                                d[j + 1]);
                best[i][j] = x < best[i][j] ? x : best[i][j];
            }
        }
    return n ? best[0][n - 1] : 0;
}

/* P'*M*P, M an inverse or a diagonal, and H'*H: one half, and a product that
 * is half written. */
double chain_weight(Nodes *g, uint32_t n, Node *const *f)
{
    double w = ordered(g, n, f);
    uint32_t mid = n / 2;
    if (n < 2 || (n % 2 && (n == 1 || (f[mid]->kind != N_INV &&
                                       f[mid]->kind != N_DIAGM))))
        return w;
    for (uint32_t i = 0; i < mid + n % 2; i++)
        if (f[i] != node_t(g, f[n - 1 - i]))
            return w;
    double rows = node_size(g, f[0]->rows), k = node_size(g, f[mid]->rows);
    double half = ordered(g, n - mid, f + mid) + rows * k * (rows + ENTRY);
    return half < w ? half : w;
}

double node_products(Nodes *g, const Node *a)
{
    bool product = a->kind == N_MUL;
    double w = product ? chain_weight(g, a->nkids, a->kid) : 0;
    bool entries = a->kind == N_EW && (a->op == OP_ADD || a->op == OP_HAD);
    for (uint32_t i = 0; (product || entries) && i < a->nkids; i++)
        w += node_products(g, a->kid[i]);
    double size = node_size(g, a->rows) * node_size(g, a->cols);
    return entries ? w + ENTRY * size : w;
}
