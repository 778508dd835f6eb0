/* cline.c: lines of C, broken where they are long, and what stands in them:
 * sizes, names, variables, return codes. */
#include "out/cfile.h"
#include "out/out.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { C_STATEMENTS = 5000 };

/* How well a line is broken after s[0], where it is in so many brackets: the
 * less the better; 0: not at all. */
static unsigned break_rank(const char *s, unsigned depth)
{
    bool sign = s[1] == ' ' && s[-1] == ' ';
    return s[0] == ',' && s[1] == ' ' ? 3 * depth + 1
           : sign && (s[0] == '+' || s[0] == '-') ? 3 * depth + 2
           : sign && (s[0] == '*' || s[0] == '/') ? 3 * depth + 3
                                                  : 0;
}

/* The length of the first part of a line that is too long; 0: it has none. */
static size_t line_break(const char *s, size_t room)
{
    unsigned depth = 0, best = UINT_MAX;
    size_t cut = 0;
    for (size_t i = 0; i < room; i++) {
        unsigned rank = i > 0 ? break_rank(s + i, depth) : 0;
        depth += s[i] == '(' || s[i] == '[';
        depth -= (s[i] == ')' || s[i] == ']') && depth > 0;
        if (rank == 0 || rank > best)
            continue;
        best = rank;
        cut = i + 1;
    }
    return cut;
}

/* Broken where it is longer than 79 columns, and continued behind the first
 * bracket or sign of equality. */
static void wrapped(CFile *f, const char *s)
{
    enum { MOST = 79 };
    size_t indent = (size_t)(4 * f->indent), open = strcspn(s, "(=");
    size_t more = indent + (s[open] == '(' ? open + 1 : open + 2);
    if (!s[open] || open > 40)
        more = indent + 8;
    for (;;) {
        size_t n = strlen(s), room = MOST - indent, cut = n;
        if (n > room)
            cut = line_break(s, room);
        if (cut == 0)
            cut = n;
        buf_printf(&f->body, "%*s%.*s\n", (int)indent, "", (int)cut, s);
        if (cut >= n)
            return;
        s += cut + 1;
        indent = more;
    }
}

void c_line(CFile *f, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *s = n < 0 ? NULL : arena_alloc(f->ctx->arena, (size_t)n + 1);
    if (!s)
        return;
    va_start(args, fmt);
    vsnprintf(s, (size_t)n + 1, fmt, args);
    va_end(args);
    wrapped(f, s);
    if (++f->statements > C_STATEMENTS)
        ctx_fail(f->ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "code of more than %d statements", C_STATEMENTS);
}

const char *c_dim(CFile *f, const Dim *d)
{
    return code_at(f->ctx, size_code(&f->sizes, d, false), CODE_PRODUCT);
}

const char *c_name(const CFile *f, Val v)
{
    const char *name = v == PLAN_NONE ? NULL : f->value[v].name;
    return name ? name : "";
}

const char *c_count(CFile *f, Val v)
{
    return c_dim(f, f->value[v].size);
}

const char *c_fresh(CFile *f, char stem)
{
    return names_take(&f->names, ctx_printf(f->ctx, "%c%u", stem,
                                            ++f->numbered[stem - 'a']));
}

const char *c_int(CFile *f, const Dim *d)
{
    Code c = size_code(&f->sizes, d, false);
    return ctx_printf(f->ctx, "(int)%s", code_at(f->ctx, c, CODE_ATOM));
}

const char *c_scalar(CFile *f, Val v)
{
    CValue *x = &f->value[v];
    bool first = !x->written;
    x->written = true;
    if (!x->name)
        x->name = c_fresh(f, 's');
    return first ? ctx_printf(f->ctx, "double %s", x->name) : x->name;
}

const char *c_number(CFile *f, Val v)
{
    CValue *x = &f->value[v];
    if (!x->result || x->written)
        return c_scalar(f, v);
    x->written = true;
    return x->name = x->result;
}

uint32_t c_failure(CFile *f, const Inst *in, const char *what)
{
    const char *text = in->of ? out_print(f->ctx, in->of, OUT_TEXT) : NULL;
    if (text && strlen(text) > 400)
        text = "a matrix";
    code_comment(&f->codes, " *     ",
                 ctx_printf(f->ctx, "%u: %s %s", ++f->failures,
                            text ? text : "a matrix", what));
    return f->failures;
}

void c_lacks(CFile *f, const char *what)
{
    ctx_fail(f->ctx, ERR_UNSUPPORTED, (Span){0, 0},
             "another language may have it; nabla --help lists them",
             "code in C lacks %s", what);
}
