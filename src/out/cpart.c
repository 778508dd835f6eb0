/* cpart.c: entries, rows, columns and parts of arrays, read and added to, and
 * the loops over an index in which they stand. */
#include "out/cfile.h"

/* An index from 1; one below 0 is beyond any size, too. */
static const char *c_index(CFile *f, const Dim *at)
{
    int64_t number;
    const char *s = at ? code_at(f->ctx, size_code(&f->sizes, at, false),
                                 CODE_ATOM)
                       : "1";
    return !at || dim_is_num(at, &number)
               ? s
               : ctx_printf(f->ctx, "(size_t)%s", s);
}

/* A bound of a loop. */
static const char *c_signed(CFile *f, const Dim *d)
{
    int64_t number;
    Code c = size_code(&f->sizes, d, false);
    return dim_is_num(d, &number)
               ? c.text
               : ctx_printf(f->ctx, "(ptrdiff_t)%s",
                            code_at(f->ctx, c, CODE_ATOM));
}

void c_slice(CFile *f, const Inst *in)
{
    const Value *a = &f->plan->value[in->a];
    const char *rows = c_dim(f, a->rows);
    const char *i = c_index(f, in->row0), *j = c_index(f, in->col0);
    uint32_t k = c_failure(f, in, "has no such entry");
    c_line(f, "if (%s < 1 || %s > %s || %s < 1 || %s > %s)", i, i, rows, j, j,
           c_dim(f, a->cols));
    c_line(f, "    return %u;", k);
    if (f->value[in->out].scalar)
        c_line(f, "%s = %s[(%s - 1) + (%s - 1) * %s];", c_number(f, in->out),
               c_name(f, in->a), i, j, rows);
    else if (in->col0)
        c_line(f, "memcpy(%s, %s + (%s - 1) * %s, %s * sizeof(double));",
               c_name(f, in->out), c_name(f, in->a), j, rows, rows);
    else {
        const char *q = f->j;
        c_line(f, "for (size_t %s = 0; %s < %s; %s++)", q, q,
               c_count(f, in->out), q);
        c_line(f, "    %s[%s] = %s[(%s - 1) + %s * %s];", c_name(f, in->out),
               q, c_name(f, in->a), i, q, rows);
    }
}

void c_repeat(CFile *f, const Inst *in)
{
    const Dim *index = dim_sym(f->ctx, in->index);
    if (!index)
        return;
    const char *r = c_dim(f, index);
    c_line(f, "for (ptrdiff_t %s = %s; %s <= %s; %s++) {", r,
           c_signed(f, in->row0), r, c_signed(f, in->row1), r);
    f->indent++;
}

void c_again(CFile *f)
{
    f->indent--;
    c_line(f, "}");
}

/* Does part, of this many rows and columns, end within whole? */
static void c_within(CFile *f, const Inst *in, const Dim *rows,
                     const Dim *cols, const Value *whole)
{
    const Dim *at[] = {in->row0, in->col0}, *most[] = {whole->rows,
                                                       whole->cols};
    const Dim *size[] = {rows, cols};
    for (int k = 0; k < 2; k++) {
        if (!at[k] || dim_is(most[k], 1))
            continue;
        uint32_t code = c_failure(f, in, "has no such entry");
        const char *from = c_index(f, at[k]);
        c_line(f, "if (%s < 1 || %s - 1 + %s > %s)", from, from,
               c_dim(f, size[k]), c_dim(f, most[k]));
        c_line(f, "    return %u;", code);
    }
}

/* "(i - 1 + p)", or p alone. */
static const char *c_from(CFile *f, const Dim *at, const char *p)
{
    return at ? ctx_printf(f->ctx, "(%s - 1 + %s)", c_index(f, at), p) : p;
}

/* out = a part of a, or (`add`) a part of out += op(a). */
void c_part(CFile *f, const Inst *in)
{
    const Value *out = &f->plan->value[in->out], *a = &f->plan->value[in->a];
    bool add = in->op == PLAN_COLLECT;
    const Value *whole = add ? out : a;
    const Dim *rows = add ? in->ta ? a->cols : a->rows : out->rows;
    const Dim *cols = add ? in->ta ? a->rows : a->cols : out->cols;
    const char *p = f->i, *q = f->j;
    c_within(f, in, rows, cols, whole);
    c_line(f, "for (size_t %s = 0; %s < %s; %s++)", q, q, c_dim(f, cols), q);
    c_line(f, "    for (size_t %s = 0; %s < %s; %s++)", p, p, c_dim(f, rows),
           p);
    const char *big = ctx_printf(f->ctx, "%s + %s * %s",
                                 c_from(f, in->row0, p),
                                 c_from(f, in->col0, q),
                                 c_dim(f, whole->rows));
    if (add)
        c_line(f, "        %s[%s] += %s[%s + %s * %s];", c_name(f, in->out),
               big, c_name(f, in->a), in->ta ? q : p, in->ta ? p : q,
               c_dim(f, a->rows));
    else
        c_line(f, "        %s[%s + %s * %s] = %s[%s];", c_name(f, in->out), p,
               q, c_dim(f, rows), c_name(f, in->a), big);
}

/* out += a, at a row, a column, an entry. */
void c_collect(CFile *f, const Inst *in)
{
    const Value *out = &f->plan->value[in->out];
    const char *p = f->i, *q = f->j, *a = c_name(f, in->a);
    const char *rows = c_dim(f, out->rows), *cols = c_dim(f, out->cols);
    if (f->value[in->out].scalar) {
        c_line(f, "%s += %s;", c_name(f, in->out), a);
        return;
    }
    if (in->part && !f->value[in->a].scalar) {
        c_part(f, in);
        return;
    }
    const char *i = c_index(f, in->row0), *j = c_index(f, in->col0);
    if (in->row0 || in->col0) {
        uint32_t k = c_failure(f, in, "has no such entry");
        c_line(f, "if (%s < 1 || %s > %s || %s < 1 || %s > %s)", i, i, rows, j,
               j, cols);
        c_line(f, "    return %u;", k);
    }
    if (f->value[in->a].scalar) {
        c_line(f, "%s[(%s - 1) + (%s - 1) * %s] += %s;", c_name(f, in->out), i,
               j, rows, a);
        return;
    }
    if (in->col0 || !in->row0) {
        const char *count = in->col0 ? rows : c_count(f, in->out);
        const char *from = in->col0 ? ctx_printf(f->ctx, "(%s - 1) * %s + ", j,
                                                 rows)
                                    : "";
        if (in->ta) { /* a' */
            c_line(f, "for (size_t %s = 0; %s < %s; %s++)", q, q, cols, q);
            c_line(f, "    for (size_t %s = 0; %s < %s; %s++)", p, p, rows, p);
            c_line(f, "        %s[%s + %s * %s] += %s[%s + %s * %s];",
                   c_name(f, in->out), p, q, rows, a, q, p, cols);
            return;
        }
        c_line(f, "for (size_t %s = 0; %s < %s; %s++)", p, p, count, p);
        c_line(f, "    %s[%s%s] += %s[%s];", c_name(f, in->out), from, p, a,
               p);
        return;
    }
    c_line(f, "for (size_t %s = 0; %s < %s; %s++)", q, q, cols, q);
    c_line(f, "    %s[(%s - 1) + %s * %s] += %s[%s];", c_name(f, in->out), i,
           q, rows, a, q);
}
