/* dump.c: a net as text, and back.
 *
 *   #1 [m,m]
 *       1 {n,n} X[2,1] X[3,0] A[3,2]
 *   #2 []
 *       1 det(#1)
 *
 * A line a net: its number and the dimensions of its axes; then a line a term:
 * the coefficient, in braces the dimensions of its bound labels, its factors.
 * The nets inside come first.  A label is a number; `@i:n` is the fixed index
 * i on an axis of dimension n.  What is no symbol has brackets after its name:
 * delta(), int(n-1), sum(r=0..k-1, #3), apply(f, #1''), twice derived. */
#include "net/store.h"

#include <string.h>

/* --- writing */

typedef struct Writer {
    Ctx *ctx;
    Buf b;
    PtrMap number; /* Net -> its number */
} Writer;

static unsigned number_of(const Writer *w, const Net *n)
{
    return (unsigned)(uintptr_t)ptrmap_get(&w->number, n);
}

static void write_range(Writer *w, const Atom *a)
{
    buf_printf(&w->b, "sum(%s=", a->index);
    dim_print(&w->b, a->lo);
    buf_add(&w->b, "..");
    dim_print(&w->b, a->hi);
    buf_printf(&w->b, ", #%u)", number_of(w, a->arg[0]));
}

static void write_applied(Writer *w, const Atom *a)
{
    buf_printf(&w->b, "apply(%s", a->sym->name);
    for (unsigned k = 0; k < a->nargs; k++) {
        buf_printf(&w->b, ", #%u", number_of(w, a->arg[k]));
        for (unsigned d = 0; d < a->der[k]; d++)
            buf_char(&w->b, '\'');
    }
    buf_char(&w->b, ')');
}

static void write_function(Writer *w, const Atom *a)
{
    buf_printf(&w->b, "%s(", op_record(a->op)->name);
    for (unsigned k = 0; k < a->nargs; k++)
        buf_printf(&w->b, "%s#%u", k ? ", " : "", number_of(w, a->arg[k]));
    if (a->lo) {
        dim_print(&w->b, a->lo);
        buf_add(&w->b, ", ");
        dim_print(&w->b, a->hi);
    }
    buf_char(&w->b, ')');
}

static void write_atom(Writer *w, const Atom *a)
{
    switch (a->kind) {
    case ATOM_SYM:
        buf_printf(&w->b, "%s%s", a->sym->conj_of ? "conj " : "",
                   a->sym->name);
        return;
    case ATOM_INT:
        buf_add(&w->b, "int(");
        dim_print(&w->b, a->expo);
        buf_char(&w->b, ')');
        return;
    case ATOM_PI:
        buf_add(&w->b, "pi()");
        return;
    case ATOM_IMUNIT:
        buf_add(&w->b, "1i()");
        return;
    case ATOM_DELTA:
        buf_add(&w->b, "delta()");
        return;
    case ATOM_FUSE:
        buf_add(&w->b, "fuse()");
        return;
    case ATOM_APPLY:
        write_applied(w, a);
        return;
    case ATOM_POW:
        buf_printf(&w->b, "#%u.^#%u", number_of(w, a->arg[0]),
                   number_of(w, a->arg[1]));
        return;
    case ATOM_MPOW:
        buf_printf(&w->b, "#%u^(", number_of(w, a->arg[0]));
        dim_print(&w->b, a->expo);
        buf_char(&w->b, ')');
        return;
    case ATOM_SUM:
        buf_printf(&w->b, "#%u", number_of(w, a->arg[0]));
        return;
    case ATOM_SUMI:
        write_range(w, a);
        return;
    case ATOM_FUN: case ATOM_MAT: case ATOM_MASK: case ATOM_SAME:
        write_function(w, a);
        return;
    }
}

static void write_labels(Writer *w, const Factor *f)
{
    FOR_AXES(f, k) {
        buf_add(&w->b, k ? "," : "[");
        if (f->lab[k] >= 0) {
            buf_printf(&w->b, "%d", f->lab[k]);
            continue;
        }
        buf_char(&w->b, '@');
        dim_print(&w->b, net_fixed_index(w->ctx, f->lab[k]));
        buf_char(&w->b, ':');
        dim_print(&w->b, f->atom->dim[k]);
    }
    if (f->atom->naxes)
        buf_char(&w->b, ']');
}

static void write_dims(Writer *w, const char *open, unsigned n,
                       const Dim *const *dim, const char *close)
{
    buf_add(&w->b, open);
    for (unsigned k = 0; k < n; k++) {
        buf_add(&w->b, k ? "," : "");
        dim_print(&w->b, dim[k]);
    }
    buf_add(&w->b, close);
}

static void write_term(Writer *w, const Term *t)
{
    buf_printf(&w->b, "    %s", rat_num_text(w->ctx, t->coef));
    if (!rat_is_int(t->coef))
        buf_printf(&w->b, "/%s", rat_den_text(w->ctx, t->coef));
    if (t->nbound)
        write_dims(w, " {", t->nbound, t->bdim, "}");
    for (uint32_t j = 0; j < t->nfactors; j++) {
        buf_char(&w->b, ' ');
        write_atom(w, t->factor[j].atom);
        write_labels(w, &t->factor[j]);
    }
    buf_char(&w->b, '\n');
}

static void write_net(Writer *w, const Net *n)
{
    if (ptrmap_has(&w->number, n))
        return;
    for (uint32_t i = 0; i < n->nterms; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors; j++) {
            const Atom *a = n->term[i].factor[j].atom;
            for (unsigned k = 0; k < a->nargs; k++)
                write_net(w, a->arg[k]);
        }
    if (!ptrmap_put(&w->number, n, (void *)(w->number.count + 1)))
        return;
    buf_printf(&w->b, "#%u ", number_of(w, n));
    write_dims(w, "[", n->naxes, n->dim, "]\n");
    for (uint32_t i = 0; i < n->nterms; i++)
        write_term(w, &n->term[i]);
}

const char *net_dump(Ctx *ctx, const Net *n)
{
    Writer w = {.ctx = ctx};
    buf_init(&w.b, ctx->arena);
    ptrmap_init(&w.number, ctx->arena);
    if (n)
        write_net(&w, n);
    return buf_text(&w.b);
}
