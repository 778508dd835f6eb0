/* latex.c: trees as LaTeX that compiles with amsmath alone. */
#include "out/print.h"

#include <string.h>

static void open_bracket(Printer *p, bool yes)
{
    if (yes)
        buf_add(&p->buf, "\\left(");
}

static void close_bracket(Printer *p, bool yes)
{
    if (yes)
        buf_add(&p->buf, "\\right)");
}

static void latex_add(Printer *p, const Tree *t)
{
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = t->kid[i];
        bool minus = k->op == OP_NEG && !ptrmap_get(&p->name, k);
        if (i > 0)
            buf_add(&p->buf, minus ? " - " : " + ");
        else if (minus)
            buf_add(&p->buf, "-");
        print_latex(p, minus ? k->kid[0] : k,
                    i == 0 && !minus ? LEVEL_SUM : LEVEL_PRODUCT);
    }
}

/* dX beside a factor stands off by a thin space. */
static bool is_differential(const Tree *t)
{
    while (t->op == OP_TRANSPOSE || t->op == OP_ADJOINT || t->op == OP_CONJ)
        t = t->kid[0];
    return t->op == OP_SYM && t->sym->differential;
}

static void latex_product(Printer *p, const Tree *t, const char *sign)
{
    for (uint32_t i = 0; i < t->nkids; i++) {
        if (i > 0)
            buf_add(&p->buf, sign);
        if (i > 0 && t->op == OP_MUL &&
            (is_differential(t->kid[i]) || is_differential(t->kid[i - 1])))
            buf_add(&p->buf, "\\, ");
        print_latex(p, t->kid[i], i == 0 ? LEVEL_PRODUCT : LEVEL_POWER);
    }
}

static void latex_frac(Printer *p, const Tree *t)
{
    buf_add(&p->buf, "\\frac{");
    print_latex(p, t->kid[0], LEVEL_SUM);
    buf_add(&p->buf, "}{");
    print_latex(p, t->kid[1], LEVEL_SUM);
    buf_add(&p->buf, "}");
}

static void latex_power(Printer *p, const Tree *t, const char *expo)
{
    const Tree *b = t->kid[0];
    bool twice = b->op == OP_POW || b->op == OP_TRANSPOSE || b->op == OP_INV ||
                 b->op == OP_EPOW || b->op == OP_DIV || b->op == OP_PINV ||
                 b->op == OP_DAPPLY || b->op == OP_UNITM;
    bool brackets = twice && !ptrmap_get(&p->name, b);
    open_bracket(p, brackets);
    print_latex(p, b, brackets ? LEVEL_SUM : LEVEL_POWER);
    close_bracket(p, brackets);
    buf_add(&p->buf, "^{");
    if (expo)
        buf_add(&p->buf, expo);
    else
        print_latex(p, t->kid[1], LEVEL_SUM);
    buf_add(&p->buf, "}");
}

/* The pattern of the table: #1, #2 are arguments. */
static void latex_pattern(Printer *p, const Tree *t, const char *s)
{
    for (; *s; s++)
        if (*s == '#' && s[1] >= '1' && (uint32_t)(s[1] - '1') < t->nkids) {
            s++;
            print_latex(p, t->kid[*s - '1'], LEVEL_SUM);
        } else {
            buf_char(&p->buf, *s);
        }
}

static void latex_call(Printer *p, const Tree *t)
{
    const OpRecord *r = op_record(t->op);
    if (t->op == OP_INV || t->op == OP_PINV) {
        latex_power(p, t, t->op == OP_INV ? "-1" : "+");
        return;
    }
    if (t->op == OP_KRON) {
        buf_add(&p->buf, "\\left(");
        latex_product(p, t, " \\otimes ");
        buf_add(&p->buf, "\\right)");
        return;
    }
    if (t->op == OP_FRECHET) {
        buf_printf(&p->buf, "\\operatorname{frechet}\\left(\\mathrm{%s}, ",
                   op_record(t->kid[0]->op)->name);
        print_latex(p, t->kid[0]->kid[0], LEVEL_SUM);
        buf_add(&p->buf, ", ");
        print_latex(p, t->kid[1], LEVEL_SUM);
        buf_add(&p->buf, "\\right)");
        return;
    }
    if (r->latex) {
        latex_pattern(p, t, r->latex);
        return;
    }
    buf_printf(&p->buf, "\\operatorname{%s}\\left(",
               t->op == OP_SUM1 || t->op == OP_SUM2 ? "sum" : r->name);
    for (uint32_t i = 0; i < t->nkids; i++) {
        buf_add(&p->buf, i ? ", " : "");
        print_latex(p, t->kid[i], LEVEL_SUM);
    }
    if (t->op == OP_RESHAPE) {
        buf_add(&p->buf, ", ");
        dim_print(&p->buf, t->rows);
        buf_add(&p->buf, ", ");
        dim_print(&p->buf, t->cols);
    }
    buf_add(&p->buf, t->op == OP_SUM1   ? ", 1"
                     : t->op == OP_SUM2 ? ", 2"
                                        : "");
    buf_add(&p->buf, "\\right)");
}

static void latex_filled(Printer *p, const Tree *t)
{
    static const char *const stem[] = {"I", "\\mathbf{1}", "\\mathbf{0}"};
    if (t->op == OP_DELTA) {
        latex_pattern(p, t, "\\delta_{#1,#2}");
        return;
    }
    if (t->op == OP_UNITM || t->op == OP_UNITV) {
        latex_pattern(p, t, t->op == OP_UNITM ? "\\mathrm{J}_{#1,#2}^{"
                                              : "\\mathrm{e}_{#1}^{");
        dim_print(&p->buf, t->rows);
        if (t->op == OP_UNITM) {
            buf_add(&p->buf, " \\times ");
            dim_print(&p->buf, t->cols);
        }
        buf_add(&p->buf, "}");
        return;
    }
    buf_printf(&p->buf, "%s_{",
               stem[t->op == OP_EYE ? 0 : t->op == OP_ONES ? 1 : 2]);
    dim_print(&p->buf, t->rows);
    if (t->op != OP_EYE && !dim_is(t->cols, 1)) {
        buf_add(&p->buf, "\\times ");
        dim_print(&p->buf, t->cols);
    }
    buf_add(&p->buf, "}");
}

static void latex_sum(Printer *p, const Tree *t)
{
    buf_printf(&p->buf, "\\sum_{%s", t->sym->name);
    if (t->nkids == 3) {
        buf_add(&p->buf, "=");
        print_latex(p, t->kid[0], LEVEL_SUM);
        buf_add(&p->buf, "}^{");
        print_latex(p, t->kid[1], LEVEL_SUM);
    }
    buf_add(&p->buf, "} ");
    print_latex(p, t->kid[t->nkids - 1], LEVEL_PRODUCT);
}

static void latex_index(Printer *p, const Tree *t)
{
    bool brackets = t->kid[0]->op != OP_SYM;
    open_bracket(p, brackets);
    print_latex(p, t->kid[0], LEVEL_SUM);
    close_bracket(p, brackets);
    buf_add(&p->buf, "_{");
    for (uint32_t i = 1; i < t->nkids; i++) {
        buf_add(&p->buf, i > 1 ? "," : "");
        print_latex(p, t->kid[i], LEVEL_SUM);
    }
    buf_add(&p->buf, "}");
}

/* d(e,X), d(e,x,y) as it stands in an input. */
static void latex_derivative(Printer *p, const Tree *t)
{
    buf_add(&p->buf, "\\frac{\\partial");
    if (t->nkids > 2)
        buf_printf(&p->buf, "^{%u}", (unsigned)t->nkids - 1);
    buf_add(&p->buf, "}{");
    for (uint32_t i = 1; i < t->nkids; i++) {
        buf_add(&p->buf, i > 1 ? "\\,\\partial " : "\\partial ");
        print_latex(p, t->kid[i], LEVEL_POWER);
    }
    buf_add(&p->buf, "}\\left(");
    print_latex(p, t->kid[0], LEVEL_SUM);
    buf_add(&p->buf, "\\right)");
}

/* A scalar beside a matrix is that many ones. */
static void latex_broadcast(Printer *p, const Tree *t, const Tree *k,
                            Level least)
{
    bool one = k->op == OP_NUM && rat_is(k->num, 1);
    bool vector = dim_is(t->cols, 1) || dim_is(t->rows, 1);
    if (!tree_is_scalar(k) || tree_is_scalar(t)) {
        print_latex(p, k, least);
        return;
    }
    if (!one)
        print_latex(p, k, LEVEL_PRODUCT);
    buf_add(&p->buf, one ? "\\mathbf{1}_{" : " \\mathbf{1}_{");
    dim_print(&p->buf, dim_is(t->rows, 1) ? t->cols : t->rows);
    if (!vector) {
        buf_add(&p->buf, " \\times ");
        dim_print(&p->buf, t->cols);
    }
    buf_add(&p->buf, vector && dim_is(t->rows, 1) ? "}^{\\top}" : "}");
}

static void latex_node(Printer *p, const Tree *t)
{
    switch (t->op) {
    case OP_NUM:
        if (rat_is_int(t->num)) {
            buf_add(&p->buf, rat_num_text(p->ctx, t->num));
            break;
        }
        buf_add(&p->buf, "\\frac{");
        buf_add(&p->buf, rat_num_text(p->ctx, t->num));
        buf_add(&p->buf, "}{");
        buf_add(&p->buf, rat_den_text(p->ctx, t->num));
        buf_add(&p->buf, "}");
        break;
    case OP_INT:
        dim_print(&p->buf, t->dim);
        break;
    case OP_SYM:
        print_name(p, t->sym->name);
        break;
    case OP_PI:
        buf_add(&p->buf, "\\pi");
        break;
    case OP_IMUNIT:
        buf_add(&p->buf, "\\mathrm{i}");
        break;
    case OP_COLON:
        buf_add(&p->buf, ":");
        break;
    case OP_EYE: case OP_ONES: case OP_ZEROS: case OP_UNITM: case OP_UNITV:
    case OP_DELTA:
        latex_filled(p, t);
        break;
    case OP_ADD:
        latex_add(p, t);
        break;
    case OP_NEG:
        buf_add(&p->buf, "-");
        print_latex(p, t->kid[0], LEVEL_PRODUCT);
        break;
    case OP_MUL:
        latex_product(p, t, " ");
        break;
    case OP_HAD:
        latex_product(p, t, " \\odot ");
        break;
    case OP_DIV:
        latex_frac(p, t);
        break;
    case OP_EDIV:
        print_latex(p, t->kid[0], LEVEL_PRODUCT);
        buf_add(&p->buf, " \\oslash ");
        print_latex(p, t->kid[1], LEVEL_POWER);
        break;
    case OP_EADD: case OP_ESUB:
        latex_broadcast(p, t, t->kid[0], LEVEL_SUM);
        buf_add(&p->buf, t->op == OP_EADD ? " + " : " - ");
        latex_broadcast(p, t, t->kid[1], LEVEL_PRODUCT);
        break;
    case OP_POW:
        latex_power(p, t, NULL);
        break;
    case OP_EPOW:
        print_latex(p, t->kid[0], LEVEL_ATOM);
        buf_add(&p->buf, "^{\\odot ");
        print_latex(p, t->kid[1], LEVEL_SUM);
        buf_add(&p->buf, "}");
        break;
    case OP_TRANSPOSE: case OP_ADJOINT:
        latex_power(p, t, t->op == OP_ADJOINT ? "\\mathsf{H}" : "\\top");
        break;
    case OP_INDEX:
        latex_index(p, t);
        break;
    case OP_SUMI:
        latex_sum(p, t);
        break;
    case OP_DERIV:
        latex_derivative(p, t);
        break;
    case OP_APPLY: case OP_DAPPLY:
        print_applied(p, t);
        break;
    default:
        latex_call(p, t);
    }
}

void print_latex(Printer *p, const Tree *t, Level least)
{
    if (!print_enter(p))
        return;
    const char *name = ptrmap_get(&p->name, t);
    if (name) {
        buf_add(&p->buf, name);
        return;
    }
    Level own = print_level(t);
    if (t->op == OP_DIV || (t->op == OP_NUM && rat_sign(t->num) >= 0))
        own = LEVEL_ATOM;
    if (t->op == OP_SUMI)
        own = LEVEL_SUM;
    bool brackets = own < least;
    open_bracket(p, brackets);
    latex_node(p, t);
    close_bracket(p, brackets);
}
