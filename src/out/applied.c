/* applied.c: unknown functions and their derivatives, in all dialects:
 * Y, f(e), D(Y,t), D(F,X[i,j]), D(f)(e), D2(f)(e), D(f,u,v)(e,g). */
#include "out/print.h"

static bool latex(const Printer *p)
{
    return p->dialect == OUT_LATEX;
}

static void arguments(Printer *p, const Tree *t)
{
    unsigned n = t->kid[0]->sym->nargs;
    buf_add(&p->buf, latex(p) ? "\\left(" : "(");
    for (unsigned i = 1; i <= n; i++) {
        buf_add(&p->buf, i > 1 ? "," : "");
        print_tree(p, t->kid[i], LEVEL_SUM);
    }
    buf_add(&p->buf, latex(p) ? "\\right)" : ")");
}

/* u, X or X[i,j], that f is derived by. */
static void selector(Printer *p, const Sym *f, const Tree *by)
{
    bool entry = by->op == OP_INDEX;
    const Tree *k = entry ? by->kid[0] : by;
    print_name(p, f->args[k->num.num - 1]->name);
    if (!entry)
        return;
    buf_add(&p->buf, latex(p) ? "_{" : "[");
    for (uint32_t i = 1; i < by->nkids; i++) {
        buf_add(&p->buf, i > 1 ? "," : "");
        print_tree(p, by->kid[i], LEVEL_SUM);
    }
    buf_add(&p->buf, latex(p) ? "}" : "]");
}

static void selectors(Printer *p, const Tree *t)
{
    const Sym *f = t->kid[0]->sym;
    for (uint32_t i = f->nargs + 1; i < t->nkids; i++) {
        buf_add(&p->buf, latex(p) ? "\\,\\partial " : ",");
        selector(p, f, t->kid[i]);
    }
}

/* d^k f / du dv, at the arguments unless they are f's own. */
static void latex_partial(Printer *p, const Tree *t)
{
    const Sym *f = t->kid[0]->sym;
    uint32_t order = t->nkids - f->nargs - 1;
    buf_add(&p->buf, "\\frac{\\partial ");
    if (order > 1)
        buf_printf(&p->buf, "^{%u} ", order);
    print_name(p, f->name);
    buf_add(&p->buf, "}{");
    selectors(p, t);
    buf_add(&p->buf, "}");
    if (!tree_is_bare(t))
        arguments(p, t);
}

/* D(f) and D2(f): by the whole of the only argument. */
static unsigned plain_order(const Tree *t)
{
    const Sym *f = t->kid[0]->sym;
    uint32_t order = t->nkids - f->nargs - 1;
    for (uint32_t i = f->nargs + 1; i < t->nkids; i++)
        if (t->kid[i]->op == OP_INDEX)
            return 0;
    return f->nargs == 1 && order <= 2 ? order : 0;
}

void print_applied(Printer *p, const Tree *t)
{
    const Sym *f = t->kid[0]->sym;
    unsigned order;
    if (t->op == OP_APPLY) {
        print_name(p, f->name);
        if (!tree_is_bare(t))
            arguments(p, t);
    } else if (latex(p)) {
        latex_partial(p, t);
    } else if (tree_is_bare(t)) {
        buf_printf(&p->buf, "D(");
        print_name(p, f->name);
        selectors(p, t);
        buf_add(&p->buf, ")");
    } else {
        order = plain_order(t);
        buf_add(&p->buf, order == 2 ? "D2(" : "D(");
        print_name(p, f->name);
        if (!order)
            selectors(p, t);
        buf_add(&p->buf, ")");
        arguments(p, t);
    }
}
