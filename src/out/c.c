/* c.c: the frame of a C file.  Inputs and outputs are where the caller has
 * them, scalars in variables, the rest in the caller's workspace. */
#include "out/cfile.h"
#include "out/out.h"

#include <string.h>

/* --- before the first instruction */

static void name_values(CFile *f)
{
    const Plan *p = f->plan;
    f->input = code_inputs(f->ctx, p, &f->ninputs);
    for (uint32_t i = 0; f->input && i < f->ninputs; i++) {
        CValue *x = &f->value[f->input[i]->out];
        x->name = names_take(&f->names, f->input[i]->sym->name);
        x->written = true;
    }
    f->sizes.ternary = true;
    sizes_of_plan(&f->sizes, &f->names, p);
    for (uint32_t k = 0; k < p->nouts; k++) {
        CValue *x = &f->value[p->out[k].val];
        f->out[k] = names_take(&f->names, p->out[k].label);
        if (x->scalar || x->name || p->out[k].transposed)
            continue;
        x->name = f->out[k];
        x->output = true;
    }
    for (uint32_t k = 0; k < p->nouts; k++)
        if (p->value[p->out[k].val].uses == 0)
            f->value[p->out[k].val].result = ctx_printf(f->ctx, "*%s",
                                                        f->out[k]);
    f->i = names_take(&f->names, "i");
    f->j = names_take(&f->names, "j");
    f->k = names_take(&f->names, "k");
    f->l = names_take(&f->names, "l");
    f->i0 = names_take(&f->names, "i0");
    f->i1 = names_take(&f->names, "i1");
}

static bool c_start(CFile *f, const Plan *p)
{
    f->value = ARENA_ARRAY(f->ctx->arena, CValue, p->nvalues + 1);
    f->block = ARENA_ARRAY(f->ctx->arena, CBlock, 4 * p->nvalues + 4);
    buf_init(&f->body, f->ctx->arena);
    buf_init(&f->codes, f->ctx->arena);
    names_init(&f->names, f->ctx, c_reserved);
    f->indent = 1;
    for (uint32_t v = 0; f->value && v < p->nvalues; v++) {
        const Value *x = &p->value[v];
        f->value[v].block = f->value[v].pivots = f->value[v].last = -1;
        f->value[v].minus = PLAN_NONE;
        f->value[v].size = dim_mul(f->ctx, x->rows, x->cols);
        f->value[v].scalar = dim_is(x->rows, 1) && dim_is(x->cols, 1);
    }
    f->function = names_take(&f->names, f->task->name ? f->task->name : "f");
    names_take(&f->names, ctx_printf(f->ctx, "%s_work", f->function));
    if (!f->value || !f->block)
        return false;
    c_lives(f);
    name_values(f);
    return !ctx_failed(f->ctx);
}

/* --- instructions of one line or two */

static void c_copy(CFile *f, Val from, const char *to, const char *count)
{
    c_line(f, "memcpy(%s, %s, %s * sizeof(double));", to, c_name(f, from),
           count);
}

static void c_inst(CFile *f, const Inst *in)
{
    const Value *out = in->out == PLAN_NONE || in->op == PLAN_LOOP
                           ? NULL
                           : &f->plan->value[in->out];
    switch (in->op) {
    case PLAN_INPUT:
        break;
    case PLAN_LOOP:
        c_loop(f, in->loop);
        break;
    case PLAN_MATMUL: case PLAN_KRON:
        c_matmul(f, in);
        break;
    case PLAN_TRANSPOSE:
        c_line(f, "transpose(%s, %s, %s, %s);", c_dim(f, out->cols),
               c_dim(f, out->rows), c_name(f, in->a), c_name(f, in->out));
        break;
    case PLAN_MIRROR:
        if (!c_same(f, in->a, in->out))
            c_copy(f, in->a, c_name(f, in->out), c_count(f, in->out));
        c_line(f, "mirror(%s, %s);", c_dim(f, out->rows), c_name(f, in->out));
        break;
    case PLAN_RESHAPE:
        if (f->value[in->out].scalar && f->value[in->a].scalar)
            c_line(f, "%s = %s;", c_scalar(f, in->out), c_name(f, in->a));
        else
            c_copy(f, in->a, c_name(f, in->out), c_count(f, in->out));
        break;
    case PLAN_SLICE:
        c_slice(f, in);
        break;
    case PLAN_COMMUTE:
        c_line(f, "commute_%s(%s, %s, %s, %s, %s);",
               in->right ? "columns" : "rows", c_dim(f, in->eye_a),
               c_dim(f, in->eye_b), c_dim(f, in->right ? out->rows
                                                       : out->cols),
               c_name(f, in->a), c_name(f, in->out));
        break;
    case PLAN_FUN:
        c_fun(f, in);
        break;
    case PLAN_REPEAT:
        c_repeat(f, in);
        break;
    case PLAN_AGAIN:
        c_again(f);
        break;
    case PLAN_COLLECT:
        c_collect(f, in);
        break;
    case PLAN_PART:
        c_part(f, in);
        break;
    default:
        c_factor(f, in);
    }
}

/* --- after the last one */

static bool c_is(const CFile *f, Val v, const char *name)
{
    return name && strcmp(c_name(f, v), name) == 0;
}

static void write_outputs(CFile *f)
{
    for (uint32_t k = 0; k < f->plan->nouts; k++) {
        const PlanOut *o = &f->plan->out[k];
        const Value *v = &f->plan->value[o->val];
        const CValue *x = &f->value[o->val];
        bool vector = dim_is(v->rows, 1) || dim_is(v->cols, 1);
        if (x->scalar && c_is(f, o->val, ctx_printf(f->ctx, "*%s",
                                                    f->out[k])))
            continue;
        if (x->scalar)
            c_line(f, "*%s = %s;", f->out[k], c_name(f, o->val));
        else if (o->transposed && !vector)
            c_line(f, "transpose(%s, %s, %s, %s);", c_dim(f, v->rows),
                   c_dim(f, v->cols), c_name(f, o->val), f->out[k]);
        else if (strcmp(c_name(f, o->val), f->out[k]) != 0)
            c_copy(f, o->val, f->out[k], c_count(f, o->val));
    }
}

static const char *total_of(CFile *f, bool as_double)
{
    const Dim *sum = dim_num(f->ctx, 0);
    for (uint32_t b = 0; sum && b < f->nblocks; b++)
        sum = dim_add(f->ctx, sum, f->block[b].size);
    return sum ? size_code(&f->sizes, sum, as_double).text : "";
}

static void print_blocks(CFile *f, Buf *b)
{
    const char *end = "work";
    for (uint32_t k = 0; k < f->nblocks; k++) {
        const CBlock *x = &f->block[k];
        if (x->pivots)
            buf_printf(b, "    int *%s = (int *)(%s);\n", x->name, end);
        else
            buf_printf(b, "    double *%s = %s;\n", x->name, end);
        end = ctx_printf(f->ctx, "%s + %s",
                         x->pivots ? end : x->name, c_dim(f, x->size));
        if (!end)
            return;
    }
}

static const char *parameters(CFile *f, bool all)
{
    Buf b;
    buf_init(&b, f->ctx->arena);
    for (uint32_t i = 0; i < f->sizes.n; i++)
        if (!f->sizes.item[i].own)
            buf_printf(&b, "%s%s %s", b.len ? ", " : "",
                       f->sizes.item[i].shape ? "size_t" : "ptrdiff_t",
                       f->sizes.item[i].name);
    for (uint32_t i = 0; all && i < f->ninputs; i++) {
        Val v = f->input[i]->out;
        buf_printf(&b, f->value[v].scalar ? "%sdouble %s"
                                          : "%sconst double *restrict %s",
                   b.len ? ", " : "", c_name(f, v));
    }
    for (uint32_t k = 0; all && k < f->plan->nouts; k++)
        buf_printf(&b, "%sdouble *restrict %s", b.len ? ", " : "", f->out[k]);
    if (all)
        buf_printf(&b, ", double *restrict work");
    return b.len ? buf_text(&b) : "void";
}

/* "int f(...)" in lines of 79 columns. */
static void print_head(CFile *f, Buf *b, const char *type, const char *suffix,
                       bool all)
{
    Buf line;
    buf_init(&line, f->ctx->arena);
    buf_printf(&line, "%s %s%s(", type, f->function, suffix);
    size_t indent = line.len, at = indent;
    buf_add(b, buf_text(&line));
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
    buf_add(b, ")\n{\n");
}

/* Sizes that BLAS, whose integers are int, cannot take. */
static void print_checks(CFile *f, Buf *b)
{
    const char *or = "    if (";
    for (uint32_t i = 0; i < f->sizes.n; i++)
        if (f->sizes.item[i].shape && !f->sizes.item[i].own) {
            const char *n = f->sizes.item[i].name;
            buf_printf(b, "%s%s < 1 || %s > INT_MAX", or, n, n);
            or = " ||\n        ";
        }
    if (or[0] == ' ' && or[1] == '|')
        buf_add(b, ")\n        return -1;\n");
    PtrMap seen;
    ptrmap_init(&seen, f->ctx->arena);
    for (uint32_t v = 0; v < f->plan->nvalues; v++)
        for (int k = 0; k < 2; k++) {
            const Dim *d = k ? f->plan->value[v].cols : f->plan->value[v].rows;
            int64_t n;
            if (dim_symbol(d) || dim_is_num(d, &n) || ptrmap_has(&seen, d))
                continue;
            ptrmap_put(&seen, d, &seen);
            const char *x = code_at(f->ctx, size_code(&f->sizes, d, true),
                                    CODE_PRODUCT);
            buf_printf(b, "    if (%s < 1 || %s > INT_MAX)\n        return -1;"
                       "\n", x, x);
        }
}

static void print_about(CFile *f, Buf *b)
{
    buf_add(b, "/*\n");
    code_comment(b, " * ", f->task->about ? f->task->about
                                          : "Written by Nabla.");
    buf_add(b, " *\n * Arrays are of doubles, by columns: entry i,j of an"
               " [n,m] at i + j*n.\n * Inputs:\n");
    for (uint32_t i = 0; i < f->ninputs; i++) {
        const Inst *in = f->input[i];
        const Value *v = &f->plan->value[in->out];
        const char *shape = code_shape(f->ctx, c_name(f, in->out), v->rows,
                                       v->cols);
        code_comment(b, " *     ", ctx_printf(f->ctx, "%s%s", shape,
                                              code_properties(in->sym)));
    }
    buf_add(b, " * Outputs, which overlap nothing:\n");
    for (uint32_t k = 0; k < f->plan->nouts; k++)
        code_comment(b, " *     ",
                     code_shape(f->ctx, f->out[k], f->plan->out[k].rows,
                                f->plan->out[k].cols));
    buf_printf(b, " * work: as many doubles as %s_work says.\n"
               " * Returns 0, or what went wrong:\n%s"
               " *     -1: a size is 0, or beyond what BLAS can take\n"
               " *\n * cc -O3 -march=native -fopenmp-simd file.c -lopenblas -lm"
               "\n */\n", f->function, f->codes.len ? buf_text(&f->codes) : "");
}

static void print_work(CFile *f, Buf *b)
{
    buf_printf(b, "\n/* How many doubles `work` holds; SIZE_MAX: more than "
               "there can be. */\n");
    print_head(f, b, "size_t", "_work", false);
    const char *total = total_of(f, false);
    for (uint32_t i = 0; i < f->sizes.n; i++)
        if (!f->sizes.item[i].own &&
            !code_has(total, f->sizes.item[i].name))
            buf_printf(b, "    (void)%s;\n", f->sizes.item[i].name);
    if (f->nblocks == 0) {
        buf_add(b, "    return 0;\n}\n");
        return;
    }
    buf_printf(b, "    const double words = %s;\n", total_of(f, true));
    buf_printf(b, "    return words < (double)(PTRDIFF_MAX / sizeof(double))\n"
               "               ? %s\n               : SIZE_MAX;\n}\n",
               total);
}

static void print_file(CFile *f, Buf *b)
{
    const char *body = buf_text(&f->body);
    print_about(f, b);
    buf_add(b, "#include <limits.h>\n#include <math.h>\n#include <stddef.h>\n"
               "#include <stdint.h>\n#include <string.h>\n\n");
    print_head(f, b, "size_t", "_work", false);
    b->len -= 3; /* a prototype: ");" for ")\n{\n" */
    b->text[b->len] = '\0';
    buf_add(b, ";\n");
    print_head(f, b, "int", "", true);
    b->len -= 3;
    b->text[b->len] = '\0';
    buf_add(b, ";\n");
    c_helpers(b, body ? body : "");
    print_work(f, b);
    buf_add(b, "\n");
    print_head(f, b, "int", "", true);
    print_checks(f, b);
    print_blocks(f, b);
    if (f->nblocks == 0)
        buf_add(b, "    (void)work;\n");
    for (uint32_t i = 0; i < f->sizes.n; i++)
        if (!f->sizes.item[i].shape && !f->sizes.item[i].own &&
            !code_has(body, f->sizes.item[i].name))
            buf_printf(b, "    (void)%s;\n", f->sizes.item[i].name);
    buf_add(b, body);
    buf_add(b, "    return 0;\n}\n");
}

/* Instruction i, or it and the next; how many. */
static uint32_t step(CFile *f, uint32_t i)
{
    const Inst *in = &f->plan->inst[i];
    uint32_t n = 1;
    if (in->op == PLAN_LOOP && f->value[in->loop->out[0].out].minus >= 0)
        return 1;
    c_place(f, in, i);
    if (i + 1 < f->plan->ninsts && c_pair(f, in, in + 1)) {
        c_place(f, in + 1, i + 1);
        c_two(f, in, in + 1);
        n = 2;
    } else {
        c_inst(f, in);
    }
    for (uint32_t k = 0; k < n; k++)
        c_release(f, i + k);
    return n;
}

const char *code_c(Ctx *ctx, const CodeTask *task)
{
    CFile f = {.ctx = ctx, .task = task, .plan = task->plan};
    Buf b;
    buf_init(&b, ctx->arena);
    if (task->plan->complex)
        return code_cz(ctx, task);
    if (!c_start(&f, task->plan))
        return NULL;
    for (uint32_t i = 0; i < task->plan->ninsts && !ctx_failed(ctx);)
        i += step(&f, i);
    write_outputs(&f);
    if (ctx_failed(ctx))
        return NULL;
    print_file(&f, &b);
    return buf_text(&b);
}
