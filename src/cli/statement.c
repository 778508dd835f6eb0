/* statement.c: the left side of an answer, as a book prints it, and the
 * command that gives the answer. */
#include "book.h"

#include <string.h>

/* In a pattern: @e the expression, @E the same in brackets where it needs
 * them, @B always so, @V and @W the first and the last variable, @P what is
 * derived by ("dx dy"), @O the order above 1, @I the names of the indices. */
typedef struct Pattern {
    const char *latex, *text;
} Pattern;

enum { OPERATOR, TURNED, GRADIENT, HESSIAN, MIXED, TOTAL, OF_GRADIENT,
       OF_OPERATOR, KRON, KRON_TWICE, ENTRIES, BILINEAR, EXPANSION };

static const Pattern patterns[] = {
    [OPERATOR] = {"\\frac{\\partial@O}{@P} @E = ", "∂@O/@P @E = "},
    [TURNED] = {"\\frac{\\partial}{\\partial @V^{\\top}} @E = ",
                "∂/∂@Vᵀ @E = "},
    [GRADIENT] = {"\\nabla_{@V} @E = ", "∇_@V @E = "},
    [HESSIAN] = {"\\nabla^{2}_{@V} @E = ", "∇²_@V @E = "},
    [MIXED] = {"\\nabla^{2}_{@V,@W} @E = ", "∇²_@V,@W @E = "},
    [TOTAL] = {"\\mathrm{d}@B = ", "d@B = "},
    [OF_GRADIENT] = {"\\mathrm{d}\\,\\nabla_{@V} @E = ", "d ∇_@V @E = "},
    [OF_OPERATOR] = {"\\mathrm{d}\\,\\frac{\\partial}{\\partial @V} @E = ",
                     "d ∂/∂@V @E = "},
    [KRON] = {"\\frac{\\partial \\operatorname{vec}@B}{\\partial "
              "\\operatorname{vec}\\left(@V\\right)^{\\top}} = ",
              "∂vec@B/∂vec(@V)ᵀ = "},
    [KRON_TWICE] = {"\\frac{\\partial^{2}}{\\partial \\operatorname{vec}"
                    "\\left(@V\\right)\\,\\partial \\operatorname{vec}"
                    "\\left(@W\\right)^{\\top}} @E = ",
                    "∂²/∂vec(@V)∂vec(@W)ᵀ @E = "},
    [ENTRIES] = {"\\left[\\frac{\\partial@O}{@P} @E\\right]@I = ",
                 "[∂@O/@P @E]@I = "},
    [BILINEAR] = {"\\nabla^{2}_{@V} @E \\left[U,V\\right] = ",
                  "∇²_@V @E [U,V] = "},
    [EXPANSION] = {"@e \\approx ", "@e ≈ "},
};

size_t statement_split(char *text, char **expression, const char **variable,
                       size_t most)
{
    char *last = NULL;
    for (char *s = strstr(text, " wrt "); s; s = strstr(s + 1, " wrt "))
        last = s;
    if (!last)
        return 0;
    *last = 0;
    *expression = text;
    size_t n = 0;
    int depth = 0;
    char *start = last + 5;
    for (char *s = start; n < most; s++) {
        depth += (*s == '[' || *s == '(') - (*s == ']' || *s == ')');
        if (*s && !(*s == ',' && depth == 0))
            continue;
        int end = *s == 0;
        *s = 0;
        start += strspn(start, " ");
        variable[n++] = start;
        start = s + 1;
        if (end)
            return n;
    }
    return 0;
}

/* Does an operator stand outside the brackets of this text? */
static int has_operator(const char *s, const char *operators)
{
    int depth = 0;
    for (; *s; s++) {
        depth += (*s == '[' || *s == '(') - (*s == ']' || *s == ')');
        if (depth == 0 && strchr(operators, *s))
            return 1;
    }
    return 0;
}

static int pattern_of(const Case *k, const nb_request *q, nb_form form)
{
    int twice = k->ask == ASK_HESS || q->nvariables > 1;
    if (q->mode == NB_TAYLOR)
        return EXPANSION;
    if (form == NB_AS_BILINEAR)
        return BILINEAR;
    if (form == NB_AS_KRON)
        return twice ? KRON_TWICE : KRON;
    if (form == NB_AS_ENTRIES)
        return ENTRIES;
    if (q->mode == NB_DIFFERENTIAL)
        return TOTAL;
    if (form == NB_AS_DIFFERENTIAL)
        return q->mode == NB_HESS ? OF_GRADIENT : twice ? OF_OPERATOR : TOTAL;
    if (q->mode == NB_HESS)
        return q->nvariables > 1 ? MIXED : HESSIAN;
    if (q->mode == NB_GRAD)
        return GRADIENT;
    return q->mode == NB_JAC || q->numerator ? TURNED : OPERATOR;
}

/* --- the pieces, in a dialect */

typedef struct Left {
    nb_context *c;
    Pool **pool;
    const nb_request *q;
    size_t variable; /* of several answers */
    nb_dialect dialect;
} Left;

static const char *bracketed(const Left *l, const char *s)
{
    return !s ? NULL
              : pool_printf(l->pool, l->dialect == NB_LATEX
                                         ? "\\left(%s\\right)" : "(%s)", s);
}

static const char *expression(const Left *l, char how)
{
    const char *text = l->q->expression;
    const char *s = nb_typeset(l->c, text, l->q->latex, l->dialect);
    int open = how == 'B' || (how == 'E' && has_operator(text, "+-*/\\.^'@"));
    return open ? bracketed(l, s) : s;
}

static const char *variable(const Left *l, size_t i)
{
    const char *text = l->q->variables[i];
    const char *s = nb_typeset(l->c, text, l->q->latex, l->dialect);
    return has_operator(text, "+-*/\\.^@") ? bracketed(l, s) : s;
}

/* Equal neighbours are one power: dt^2. */
static const char *derived_by(const Left *l)
{
    static const char *const power[] = {"", "", "²", "³", "⁴"};
    const char *all = "";
    size_t n = l->q->nvariables;
    for (size_t i = 0, k; all && i < n; i += k) {
        for (k = 1; i + k < n && k < 4; k++)
            if (strcmp(l->q->variables[i], l->q->variables[i + k]) != 0)
                break;
        const char *v = variable(l, i);
        if (!v)
            return NULL;
        if (l->dialect == NB_LATEX)
            all = pool_printf(l->pool, k > 1 ? "%s%s\\partial %s^{%zu}"
                                             : "%s%s\\partial %s",
                              all, i ? "\\," : "", v, k);
        else
            all = pool_printf(l->pool, "%s∂%s%s", all, v, power[k]);
    }
    return all;
}

static const char *order(const Left *l)
{
    static const char *const power[] = {"", "", "²", "³", "⁴"};
    size_t n = l->q->nvariables;
    return n < 2 ? ""
           : l->dialect == NB_LATEX
               ? pool_printf(l->pool, "^{%zu}", n)
               : n < 5 ? power[n] : pool_printf(l->pool, "^%zu", n);
}

static const char *indices(const Left *l)
{
    const char *all = "";
    for (size_t i = 0; all && i < l->q->nindices; i++)
        all = pool_printf(l->pool, "%s%s%s", all, i ? "," : "",
                          l->q->indices[i]);
    return !all || !*all ? all : pool_printf(l->pool, "_{%s}", all);
}

static const char *piece(const Left *l, char what)
{
    switch (what) {
    case 'V':
        return variable(l, l->variable);
    case 'W':
        return variable(l, l->q->nvariables - 1);
    case 'P':
        return derived_by(l);
    case 'O':
        return order(l);
    case 'I':
        return indices(l);
    default:
        return expression(l, what);
    }
}

const char *statement_left(nb_context *c, Pool **p, const Case *k,
                           const nb_request *q, nb_form form, size_t i,
                           nb_dialect d)
{
    Left l = {c, p, q, i, d};
    const Pattern *row = &patterns[pattern_of(k, q, form)];
    const char *all = "";
    for (const char *s = d == NB_LATEX ? row->latex : row->text; all && *s;) {
        size_t n = strcspn(s, "@");
        all = pool_printf(p, "%s%.*s", all, (int)n, s);
        s += n;
        const char *part = *s ? piece(&l, s[1]) : "";
        all = all && part ? pool_printf(p, "%s%s", all, part) : NULL;
        s += *s ? 2 : 0;
    }
    return all;
}

/* --- the command */

/* In double quotes, where transposes need none of their own. */
static const char *quoted(Pool **p, const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (*s && !s[strspn(s, plain)])
        return s;
    char *q = pool_printf(p, "\"%s%s\"", s, s), *to = q;
    if (!q)
        return NULL;
    for (*to++ = '"'; *s; *to++ = *s++)
        if (strchr("\"\\$`", *s))
            *to++ = '\\';
    *to++ = '"';
    *to = 0;
    return q;
}

static const char *option(Pool **p, const char *command, const char *name,
                          const char *value)
{
    const char *v = value ? quoted(p, value) : NULL;
    return v ? pool_printf(p, "%s %s %s", command, name, v) : command;
}

/* entries k,l,i,j -> entries:k,l,i,j */
static const char *form_of(Pool **p, const char *as)
{
    char *s = as ? pool_printf(p, "%s", as) : NULL;
    char *blank = s ? strchr(s, ' ') : NULL;
    if (blank)
        *blank = ':';
    return s;
}

const char *statement_command(Pool **p, const Case *k, const nb_request *q)
{
    static const char *const names[] = {"diff", "grad", "jac", "hess",
                                        "differential", "taylor", "taylor",
                                        "check", "check"};
    const char *s = pool_printf(p, "nabla %s", names[k->ask]);
    const char *e = s ? quoted(p, q ? q->expression : k->asked) : NULL;
    s = e ? pool_printf(p, "%s %s", s, e) : NULL;
    for (size_t i = 0; q && s && i < q->nvariables; i++) {
        const char *v = quoted(p, q->variables[i]);
        s = v ? pool_printf(p, "%s %s", s, v) : NULL;
    }
    if (s)
        s = option(p, s, "-d", k->let);
    if (s && k->ask == ASK_TAYLOR2)
        s = option(p, s, "--order", "2");
    if (s)
        s = option(p, s, "--as", form_of(p, k->as));
    if (s)
        s = option(p, s, "--structure", k->structure);
    if (s)
        s = option(p, s, "--layout", k->layout);
    return s && !q ? option(p, s, "--assume", k->under) : s;
}
