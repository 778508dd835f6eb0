/* cz.c: a complex plan as C: the frame of the file, where values are, and what
 * is moved. */
#include "out/cfile.h"
#include "out/czfile.h"
#include "out/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- lines: indented by their brackets, broken after commas */

static int depth_of(const char *body)
{
    int depth = 1;
    for (const char *s = body; s && *s; s++)
        depth += (*s == '{') - (*s == '}');
    return depth;
}

static void wrapped(CzFile *f, const char *s, size_t indent)
{
    enum { MOST = 79 };
    for (size_t more = 0;; more = 4) {
        size_t n = strlen(s), room = MOST - indent - more, cut = n;
        if (n > room)
            for (cut = room; cut > 0 && s[cut - 1] != ' ';)
                cut--;
        if (cut == 0)
            cut = n;
        buf_printf(&f->body, "%*s%.*s\n", (int)(indent + more), "",
                   (int)(cut < n ? cut - 1 : n), s);
        if (cut >= n)
            return;
        s += cut;
    }
}

void cz_line(CzFile *f, const char *fmt, ...)
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
    int depth = depth_of(buf_text(&f->body)) - (*s == '}');
    wrapped(f, s, 4 * (size_t)depth);
    if (f->body.len > 1 << 20)
        ctx_fail(f->ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "code of more than a million letters");
}

/* --- names and sizes */

const char *cz_dim(CzFile *f, const Dim *d)
{
    return code_at(f->ctx, size_code(&f->sizes, d, false), CODE_ATOM);
}

const char *cz_int(CzFile *f, const Dim *d)
{
    return ctx_printf(f->ctx, "(int)%s", cz_dim(f, d));
}

static const Dim *entries(const CzFile *f, Val v)
{
    const Value *x = &f->plan->value[v];
    return dim_mul(f->ctx, x->rows, x->cols);
}

const char *cz_count(CzFile *f, Val v)
{
    return cz_dim(f, entries(f, v));
}

const char *cz_place(CzFile *f, const Value *v, const char *i, const char *j)
{
    if (dim_is(v->cols, 1))
        return i;
    return dim_is(v->rows, 1) ? j
                              : ctx_printf(f->ctx, "%s + %s * %s", i, j,
                                           cz_dim(f, v->rows));
}

void cz_for(CzFile *f, const char *i, const Dim *n)
{
    cz_line(f, "for (size_t %s = 0; %s < %s; %s++) {", i, i, cz_dim(f, n), i);
}

const char *cz_fresh(CzFile *f, char stem)
{
    return names_take(&f->names, ctx_printf(f->ctx, "%c%u", stem,
                                            ++f->numbered));
}

const char *cz_room(CzFile *f, const char *type, const Dim *size)
{
    const char *name = cz_fresh(f, 'w');
    Code at = size_code(&f->sizes, f->work, false);
    const char *from = at.text ? code_at(f->ctx, at, CODE_PRODUCT) : "";
    bool plain = strcmp(type, "int") != 0, first = strcmp(from, "0") == 0;
    buf_printf(&f->head, "    %s *%s = %swork%s%s%s;\n", type, name,
               plain ? "" : "(int *)(", first ? "" : " + ",
               first ? "" : from, plain ? "" : ")");
    f->work = dim_add(f->ctx, f->work, size);
    return name;
}

void cz_check(CzFile *f, const Inst *in, const char *test, const char *what)
{
    const char *text = in->of ? out_print(f->ctx, in->of, OUT_TEXT) : NULL;
    if (!text || strlen(text) > 400)
        text = "a matrix";
    code_comment(&f->codes, " *     ",
                 ctx_printf(f->ctx, "%u: %s %s", ++f->failures, text, what));
    cz_line(f, "if (%s) {", test ? test : "");
    cz_line(f, "return %u;", f->failures);
    cz_line(f, "}");
}

void cz_lacks(CzFile *f, const char *what)
{
    ctx_fail(f->ctx, ERR_UNSUPPORTED, (Span){0, 0},
             "another language may have it; nabla --help lists them",
             "code in C lacks %s of complex numbers", what);
}

/* --- instructions that move numbers */

static void copy(CzFile *f, Val from, const char *to)
{
    cz_line(f, "memcpy(%s, %s, %s * sizeof *%s);", to, f->name[from],
            cz_count(f, from), to);
}

static void widen(CzFile *f, const Inst *in)
{
    const char *from = f->given[in->out], *to = f->name[in->out];
    const Dim *size = entries(f, in->out);
    if (!from)
        return;
    if (size == dim_num(f->ctx, 1)) {
        cz_line(f, "%s[0] = %s;", to, from);
        return;
    }
    cz_for(f, f->i, size);
    cz_line(f, "%s[%s] = %s[%s];", to, f->i, from, f->i);
    cz_line(f, "}");
}

/* An index from 1; one below 0 is beyond any size, too. */
static const char *place(CzFile *f, const Dim *at)
{
    return at ? ctx_printf(f->ctx, "(size_t)%s", cz_dim(f, at)) : "(size_t)1";
}

static void slice(CzFile *f, const Inst *in)
{
    const Value *a = &f->plan->value[in->a];
    const char *rows = cz_dim(f, a->rows), *q = f->j;
    const char *i = place(f, in->row0), *j = place(f, in->col0);
    bool entry = entries(f, in->out) == dim_num(f->ctx, 1);
    cz_check(f, in, ctx_printf(f->ctx, "%s - 1 >= %s || %s - 1 >= %s", i, rows,
                               j, cz_dim(f, a->cols)),
             "has no such entry");
    if (in->col0 && !in->row0 && !entry) {
        cz_line(f, "memcpy(%s, %s + (%s - 1) * %s, %s * sizeof *%s);",
                f->name[in->out], f->name[in->a], j, rows, rows,
                f->name[in->out]);
        return;
    }
    cz_for(f, q, entries(f, in->out));
    cz_line(f, "%s[%s] = %s[(%s - 1) + (%s - 1 + %s) * %s];",
            f->name[in->out], q, f->name[in->a], i, j, q, rows);
    cz_line(f, "}");
}

static void repeat(CzFile *f, const Inst *in)
{
    const Dim *index = dim_sym(f->ctx, in->index);
    const char *r = index ? cz_dim(f, index) : "";
    cz_line(f, "for (ptrdiff_t %s = (ptrdiff_t)%s; %s <= (ptrdiff_t)%s; %s++) {",
            r, cz_dim(f, in->row0), r, cz_dim(f, in->row1), r);
}

/* out = a part of a, or (`add`) out += op(a) from a row, a column on. */
static void part(CzFile *f, const Inst *in, bool add)
{
    const Value *out = &f->plan->value[in->out], *a = &f->plan->value[in->a];
    const Value *whole = add ? out : a;
    bool vector = add && !in->part && dim_is(a->cols, 1);
    const Dim *one = dim_num(f->ctx, 1);
    const Dim *rows = add ? in->ta ? a->cols : a->rows : out->rows;
    const Dim *cols = add ? in->ta ? a->rows : a->cols : out->cols;
    if (vector && in->row0 && !dim_is(out->cols, 1)) { /* a row is a column */
        rows = one;
        cols = in->col0 ? one : a->rows;
    }
    const char *p = f->i, *q = f->j, *m = cz_dim(f, whole->rows);
    const char *i = place(f, in->row0), *j = place(f, in->col0);
    if (in->row0 || in->col0)
        cz_check(f, in,
                 ctx_printf(f->ctx, "%s - 1 + %s > %s || %s - 1 + %s > %s || "
                            "%s < 1 || %s < 1", i, cz_dim(f, rows), m, j,
                            cz_dim(f, cols), cz_dim(f, whole->cols), i, j),
                 "has no such entry");
    cz_for(f, q, cols);
    cz_for(f, p, rows);
    const char *big = ctx_printf(f->ctx, "(%s - 1 + %s) + (%s - 1 + %s) * %s",
                                 i, p, j, q, m);
    const char *small =
        in->ta ? ctx_printf(f->ctx, "%s + %s * %s", q, p, cz_dim(f, a->rows))
               : ctx_printf(f->ctx, "%s + %s * %s", p, q, cz_dim(f, rows));
    if (add)
        cz_line(f, "%s[%s] += %s[%s];", f->name[in->out], big, f->name[in->a],
                small);
    else
        cz_line(f, "%s[%s] = %s[%s];", f->name[in->out], small, f->name[in->a],
                big);
    cz_line(f, "}");
    cz_line(f, "}");
}

static void instruction(CzFile *f, const Inst *in)
{
    const Value *out = in->op == PLAN_LOOP || in->out == PLAN_NONE
                           ? NULL
                           : &f->plan->value[in->out];
    switch (in->op) {
    case PLAN_INPUT:
        widen(f, in);
        break;
    case PLAN_LOOP:
        cz_loop(f, in->loop);
        break;
    case PLAN_MATMUL:
        cz_matmul(f, in);
        break;
    case PLAN_KRON:
        cz_kron(f, in);
        break;
    case PLAN_TRANSPOSE:
        cz_line(f, "transpose(%s, %s, %s, %s);", cz_dim(f, out->cols),
                cz_dim(f, out->rows), f->name[in->a], f->name[in->out]);
        break;
    case PLAN_MIRROR:
        if (in->a != in->out)
            copy(f, in->a, f->name[in->out]);
        cz_line(f, "mirror(%s, %s);", cz_dim(f, out->rows), f->name[in->out]);
        break;
    case PLAN_RESHAPE:
        copy(f, in->a, f->name[in->out]);
        break;
    case PLAN_SLICE:
        slice(f, in);
        break;
    case PLAN_COMMUTE:
        cz_line(f, "commute_%s(%s, %s, %s, %s, %s);",
                in->right ? "columns" : "rows", cz_dim(f, in->eye_a),
                cz_dim(f, in->eye_b),
                cz_dim(f, in->right ? out->rows : out->cols), f->name[in->a],
                f->name[in->out]);
        break;
    case PLAN_REPEAT:
        repeat(f, in);
        break;
    case PLAN_AGAIN:
        cz_line(f, "}");
        break;
    case PLAN_PART:
        part(f, in, false);
        break;
    case PLAN_COLLECT:
        part(f, in, true);
        break;
    case PLAN_FUN:
        cz_fun(f, in);
        break;
    default:
        cz_factor(f, in);
    }
}

/* --- before the first and after the last */

static bool is_real(const Inst *input)
{
    return !(input->sym->props & PROP_COMPLEX);
}

/* Numbers, and what is complex by pointers: not all who call have complex
 * numbers to pass. */
static bool by_value(const CzFile *f, const Inst *in)
{
    const Value *v = &f->plan->value[in->out];
    return is_real(in) && dim_is(v->rows, 1) && dim_is(v->cols, 1);
}

static void name_values(CzFile *f)
{
    const Plan *p = f->plan;
    f->input = code_inputs(f->ctx, p, &f->ninputs);
    for (uint32_t i = 0; f->input && i < f->ninputs; i++) {
        const Inst *in = f->input[i];
        const char *name = names_take(&f->names, in->sym->name);
        *(is_real(in) ? &f->given[in->out] : &f->name[in->out]) = name;
    }
    f->sizes.ternary = true;
    sizes_of_plan(&f->sizes, &f->names, p);
    for (uint32_t k = 0; k < p->nouts; k++) {
        Val v = p->out[k].val;
        f->out[k] = names_take(&f->names, p->out[k].label);
        if (!p->out[k].real && !p->out[k].transposed && !f->name[v] &&
            !f->given[v])
            f->name[v] = f->out[k];
    }
    f->i = names_take(&f->names, "i");
    f->j = names_take(&f->names, "j");
    f->k = names_take(&f->names, "k");
    f->l = names_take(&f->names, "l");
    for (uint32_t v = 0; v < p->nvalues; v++)
        if (p->value[v].def >= 0 && !f->name[v])
            f->name[v] = cz_room(f, "double _Complex", entries(f, (Val)v));
}

static const char **room_for(const CzFile *f)
{
    return ARENA_ARRAY(f->ctx->arena, const char *, f->plan->nvalues + 1);
}

static bool start(CzFile *f)
{
    enum { MOST = 64 };
    const char **words = ARENA_ARRAY(f->ctx->arena, const char *, MOST + 2);
    uint32_t n = 0;
    f->name = room_for(f);
    f->pivot = room_for(f);
    f->given = room_for(f);
    buf_init(&f->head, f->ctx->arena);
    buf_init(&f->body, f->ctx->arena);
    buf_init(&f->codes, f->ctx->arena);
    f->work = dim_num(f->ctx, 0);
    if (!words || !f->name || !f->pivot || !f->given)
        return false;
    for (; c_reserved[n] && n < MOST; n++)
        words[n] = c_reserved[n];
    words[n] = cz_reserved;
    names_init(&f->names, f->ctx, words);
    f->function = names_take(&f->names, f->task->name ? f->task->name : "f");
    names_take(&f->names, ctx_printf(f->ctx, "%s_work", f->function));
    name_values(f);
    return !ctx_failed(f->ctx);
}

static void write_output(CzFile *f, uint32_t k)
{
    const PlanOut *o = &f->plan->out[k];
    const Value *v = &f->plan->value[o->val];
    const char *from = f->name[o->val], *i = f->i;
    const Value turned = {.rows = v->cols, .cols = v->rows};
    bool turn = o->transposed && !dim_is(v->rows, 1) && !dim_is(v->cols, 1);
    if (strcmp(from, f->out[k]) == 0)
        return;
    if (!o->real && !turn) {
        copy(f, o->val, f->out[k]);
        return;
    }
    const char *open = o->real ? "creal(" : "", *close = o->real ? ")" : "";
    if (entries(f, o->val) == dim_num(f->ctx, 1)) {
        cz_line(f, "%s[0] = creal(%s[0]);", f->out[k], from);
    } else if (!turn) {
        cz_for(f, i, entries(f, o->val));
        cz_line(f, "%s[%s] = creal(%s[%s]);", f->out[k], i, from, i);
        cz_line(f, "}");
    } else {
        cz_for(f, f->j, v->cols);
        cz_for(f, i, v->rows);
        cz_line(f, "%s[%s] = %s%s[%s]%s;", f->out[k],
                cz_place(f, &turned, f->j, i), open, from,
                cz_place(f, v, i, f->j), close);
        cz_line(f, "}");
        cz_line(f, "}");
    }
}

/* --- the file */

static const char *parameters(CzFile *f, bool all)
{
    Buf b;
    buf_init(&b, f->ctx->arena);
    for (uint32_t i = 0; i < f->sizes.n; i++)
        if (!f->sizes.item[i].own)
            buf_printf(&b, "%s%s %s", b.len ? ", " : "",
                       f->sizes.item[i].shape ? "size_t" : "ptrdiff_t",
                       f->sizes.item[i].name);
    for (uint32_t i = 0; all && i < f->ninputs; i++) {
        const Inst *in = f->input[i];
        const char *name = is_real(in) ? f->given[in->out] : f->name[in->out];
        buf_printf(&b, "%s%sdouble%s %s%s", b.len ? ", " : "",
                   by_value(f, in) ? "" : "const ",
                   is_real(in) ? "" : " _Complex",
                   by_value(f, in) ? "" : "*restrict ", name);
    }
    for (uint32_t k = 0; all && k < f->plan->nouts; k++)
        buf_printf(&b, "%sdouble%s *restrict %s", b.len ? ", " : "",
                   f->plan->out[k].real ? "" : " _Complex", f->out[k]);
    if (all)
        buf_add(&b, ", double _Complex *restrict work");
    return b.len ? buf_text(&b) : "void";
}

static void print_head(CzFile *f, Buf *b, const char *type, const char *suffix,
                       bool all, const char *end)
{
    size_t at = strlen(type) + strlen(f->function) + strlen(suffix) + 2;
    const size_t indent = at;
    buf_printf(b, "%s %s%s(", type, f->function, suffix);
    for (const char *s = parameters(f, all); s && *s;) {
        size_t n = strcspn(s, ",");
        if (at > indent && at + n + 2 > 79) {
            buf_printf(b, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            buf_char(b, ' ');
        }
        buf_addn(b, s, n + (s[n] == ','));
        at += n + 2;
        s += n + strspn(s + n, ", ");
    }
    buf_add(b, end);
}

static void print_about(CzFile *f, Buf *b)
{
    buf_add(b, "/*\n");
    code_comment(b, " * ", f->task->about ? f->task->about
                                          : "Written by Nabla.");
    buf_add(b, " *\n * Arrays lie by columns: entry i,j of an [n,m] at i + j*n."
               "\n * Inputs, doubles unless they are complex:\n");
    for (uint32_t i = 0; i < f->ninputs; i++) {
        const Inst *in = f->input[i];
        const Value *v = &f->plan->value[in->out];
        const char *name = is_real(in) ? f->given[in->out] : f->name[in->out];
        code_comment(b, " *     ",
                     ctx_printf(f->ctx, "%s%s",
                                code_shape(f->ctx, name, v->rows, v->cols),
                                code_properties(in->sym)));
    }
    buf_add(b, " * Outputs, which overlap nothing:\n");
    for (uint32_t k = 0; k < f->plan->nouts; k++)
        code_comment(b, " *     ",
                     ctx_printf(f->ctx, "%s%s",
                                code_shape(f->ctx, f->out[k],
                                           f->plan->out[k].rows,
                                           f->plan->out[k].cols),
                                f->plan->out[k].real ? "" : ", complex"));
    buf_printf(b, " * work: as many complex numbers as %s_work says.\n"
               " * Returns 0, or what went wrong:\n%s"
               " *     -1: a size is 0, or beyond what BLAS can take\n *\n"
               " * cc -O3 -march=native -fcx-limited-range file.c -lopenblas "
               "-lm\n */\n", f->function,
               f->codes.len ? buf_text(&f->codes) : "");
}

/* Sizes that BLAS, whose integers are int, cannot take. */
static void print_checks(CzFile *f, Buf *b)
{
    for (uint32_t v = 0; v < f->plan->nvalues; v++)
        for (int k = 0; k < 2 && f->plan->value[v].def >= 0; k++) {
            const Dim *d = k ? f->plan->value[v].cols : f->plan->value[v].rows;
            int64_t n;
            const char *x = size_code(&f->sizes, d, true).text;
            if (dim_is_num(d, &n) || !x)
                continue;
            const char *line =
                ctx_printf(f->ctx, "    if (%s < 1.0 || %s > INT_MAX)\n"
                           "        return -1;\n", x, x);
            if (line && !strstr(buf_text(b), line))
                buf_add(b, line);
        }
}

static void print_unused(CzFile *f, Buf *b, const char *text)
{
    for (uint32_t i = 0; i < f->sizes.n; i++)
        if (!f->sizes.item[i].own && !code_has(text, f->sizes.item[i].name))
            buf_printf(b, "    (void)%s;\n", f->sizes.item[i].name);
}

static void print_work(CzFile *f, Buf *b)
{
    const char *size = size_code(&f->sizes, f->work, false).text;
    buf_printf(b, "\n/* How many complex numbers `work` holds; SIZE_MAX: more "
               "than there can be. */\n");
    print_head(f, b, "size_t", "_work", false, ")\n{\n");
    print_unused(f, b, size ? size : "");
    buf_printf(b, "    const double words = %s;\n"
               "    return words < (double)(PTRDIFF_MAX / sizeof(double "
               "_Complex))\n               ? (size_t)(%s)\n"
               "               : SIZE_MAX;\n}\n",
               size_code(&f->sizes, f->work, true).text, size ? size : "0");
}

static const char *print_file(CzFile *f)
{
    Buf b, inner;
    buf_init(&b, f->ctx->arena);
    buf_init(&inner, f->ctx->arena);
    print_checks(f, &inner);
    buf_printf(&inner, "%s%s", f->head.len ? buf_text(&f->head)
                                           : "    (void)work;\n",
               f->body.len ? buf_text(&f->body) : "");
    print_about(f, &b);
    buf_add(&b, "#include <limits.h>\n#include <math.h>\n#include <stddef.h>\n"
                "#include <stdint.h>\n#include <string.h>\n\n");
    print_head(f, &b, "size_t", "_work", false, ");\n");
    print_head(f, &b, "int", "", true, ");\n");
    cz_helpers(&b, buf_text(&inner));
    print_work(f, &b);
    buf_add(&b, "\n");
    print_head(f, &b, "int", "", true, ")\n{\n");
    print_unused(f, &b, buf_text(&inner));
    buf_add(&b, buf_text(&inner));
    buf_add(&b, "    return 0;\n}\n");
    return buf_text(&b);
}

const char *code_cz(Ctx *ctx, const CodeTask *task)
{
    CzFile f = {.ctx = ctx, .task = task, .plan = task->plan};
    if (!start(&f))
        return NULL;
    for (uint32_t i = 0; i < task->plan->ninsts && !ctx_failed(ctx); i++)
        instruction(&f, &task->plan->inst[i]);
    for (uint32_t k = 0; k < task->plan->nouts && !ctx_failed(ctx); k++)
        write_output(&f, k);
    return ctx_failed(ctx) ? NULL : print_file(&f);
}
