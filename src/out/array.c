/* array.c: the walk over a plan, value by value.  A value that is read once
 * is written inside what reads it, unless that makes a long line; the others
 * get names. */
#include "out/array.h"

#include <string.h>

enum { LINE = 64, STATEMENTS = 5000 };

/* --- templates */

static CodeLevel bracket_level(char c)
{
    return c == '*'   ? CODE_PRODUCT
           : c == '@' ? CODE_MATMUL
           : c == '^' ? CODE_POWER
           : c == '.' ? CODE_ATOM
                      : CODE_SUM;
}

Code array_text(ArrayCode *c, const char *text, CodeLevel level,
                const Code *arg)
{
    Buf b;
    buf_init(&b, c->ctx->arena);
    for (const char *s = text; *s; s++) {
        if (*s == '~' || *s == '`') {
            buf_add(&b, *s == '~' ? c->d->prefix : c->d->linalg);
            continue;
        }
        if (*s == '|') {
            buf_add(&b, c->d->unchecked ? c->d->unchecked : "");
            continue;
        }
        if (*s != '$') {
            buf_char(&b, *s);
            continue;
        }
        CodeLevel least = bracket_level(*++s);
        s += least != CODE_SUM;
        buf_add(&b, code_at(c->ctx, arg[*s - '1'], least));
    }
    return code_of(buf_text(&b), level);
}

Code array_none(void)
{
    return code_of("", CODE_ATOM);
}

const Template *array_template(const ArrayCode *c, Form f)
{
    const ArrayComplex *z = c->plan->complex ? c->d->complex : NULL;
    return z && z->form[f].text ? &z->form[f] : &c->d->form[f];
}

const char *array_fun(const ArrayCode *c, OpId op)
{
    const ArrayComplex *z = c->plan->complex ? c->d->complex : NULL;
    return z && z->fun[op] ? z->fun[op] : c->d->fun[op];
}

const char *array_matfun(const ArrayCode *c, OpId op)
{
    const ArrayComplex *z = c->plan->complex ? c->d->complex : NULL;
    return z && z->matfun[op] ? z->matfun[op] : c->d->matfun[op];
}

bool array_has(const ArrayCode *c, Form f)
{
    return array_template(c, f)->text != NULL;
}

void array_lacks(ArrayCode *c, const char *what)
{
    ctx_fail(c->ctx, ERR_UNSUPPORTED, (Span){0, 0},
             "another language may have it; nabla --help lists them",
             "code in %s lacks %s", c->d->name, what);
}

/* A form that a language does not have is another one there. */
static Form plain_form(Form f)
{
    return f >= F_BADD && f <= F_BEPOW ? f - F_BADD + F_ADD : f;
}

/* A transpose's transpose: `tail` is what is written behind. */
static bool ends_with(Code a, const char *tail)
{
    size_t n = a.text ? strlen(a.text) : 0, k = strlen(tail);
    return a.level == CODE_ATOM && n > k && strcmp(a.text + n - k, tail) == 0;
}

/* Of (-a)*b, a*(-b) and such: a*b with the sign in front. */
static Code negated_product(ArrayCode *c, Form f, Code a, Code b)
{
    Code *sign = a.level == CODE_MINUS ? &a : &b;
    *sign = code_of(sign->text + 1, CODE_PRODUCT);
    Code x = array_form(c, f, a, b, array_none());
    return code_of(ctx_printf(c->ctx, "-%s", x.text ? x.text : ""),
                   CODE_MINUS);
}

static bool is_product(Form f)
{
    return f == F_HAD || f == F_EDIV || f == F_BHAD || f == F_BEDIV;
}

Code array_form(ArrayCode *c, Form f, Code a, Code b, Code e)
{
    if (is_product(f) && a.text && b.text &&
        (a.level == CODE_MINUS) != (b.level == CODE_MINUS))
        return negated_product(c, f, a, b);
    if ((f == F_ADD || f == F_BADD) && b.text && b.level == CODE_MINUS)
        return array_form(c, f - F_ADD + F_SUB, a,
                          code_of(b.text + 1, CODE_PRODUCT), e);
    const Template *t = array_template(c, f);
    if (!t->text)
        t = array_template(c, plain_form(f));
    if (!t->text)
        array_lacks(c, "something that this plan needs");
    if (t->text && !*t->text)
        return a;
    if ((f == F_T || f == F_VT) && ends_with(a, t->text + 3))
        return code_of(ctx_printf(c->ctx, "%.*s",
                                  (int)(strlen(a.text) - strlen(t->text + 3)),
                                  a.text), CODE_ATOM);
    if (a.text && a.text[0] == '-' &&
        a.text[1 + strspn(a.text + 1, "0123456789.")] == 0)
        a.level = f == F_HAD || f == F_BHAD ? CODE_PRODUCT : a.level;
    if ((f == F_ADD || f == F_BADD) && b.text && b.text[0] == '-' &&
        b.level == CODE_PRODUCT) /* -2*x, not a sum */
        return array_form(c, f - F_ADD + F_SUB, a,
                          code_of(b.text + 1, CODE_PRODUCT), e);
    if (f == F_NEG && a.level == CODE_MATMUL) /* not (-A)*x */
        a.text = code_at(c->ctx, a, CODE_ATOM);
    return t->text ? array_text(c, t->text, t->level, (Code[]){a, b, e})
                   : array_none();
}

/* --- values */

bool array_is_scalar(const Value *v)
{
    return dim_is(v->rows, 1) && dim_is(v->cols, 1);
}

bool array_is_vector(const Value *v)
{
    return dim_is(v->rows, 1) != dim_is(v->cols, 1);
}

Code array_dim(ArrayCode *c, const Dim *d)
{
    return size_code(&c->sizes, d, false);
}

Code array_read(ArrayCode *c, Val v)
{
    return v == PLAN_NONE ? array_none() : c->value[v].code;
}

void array_assign(ArrayCode *c, const char *name, Code code)
{
    Code line = array_form(c, F_ASSIGN, code_of(name, CODE_ATOM), code,
                           array_none());
    array_line(c, &c->body, line.text ? line.text : "");
    if (++c->statements > STATEMENTS)
        ctx_fail(c->ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "code of more than %d statements", STATEMENTS);
}

static bool is_name(const char *text)
{
    return text && strspn(text, CODE_WORD) == strlen(text);
}

const char *array_number(ArrayCode *c, bool matrix)
{
    return names_take(&c->names, ctx_printf(c->ctx, "%c%u", matrix ? 'T' : 't',
                                            ++c->numbered));
}

Code array_named(ArrayCode *c, bool matrix, const char *wanted, Code code)
{
    if (is_name(code.text))
        return code;
    const char *name = wanted ? wanted : array_number(c, matrix);
    array_assign(c, name, code);
    return code_of(name, CODE_ATOM);
}

static const char *value_name(ArrayCode *c, Val v)
{
    ArrayValue *a = &c->value[v];
    const Value *val = &c->plan->value[v];
    if (!a->name[0] && a->out >= 0)
        a->name[0] = c->out[a->out];
    if (!a->name[0])
        a->name[0] = array_number(c, !array_is_scalar(val) &&
                                         !array_is_vector(val));
    return a->name[0];
}

void array_settle(ArrayCode *c, Val v)
{
    ArrayValue *a = &c->value[v];
    if (a->name[0] && a->code.text && strcmp(a->code.text, a->name[0]) == 0)
        return;
    array_assign(c, value_name(c, v), a->code);
    a->code = code_of(a->name[0], CODE_ATOM);
    a->under.text = a->minus.text = a->root.text = a->turned.text = NULL;
}

void array_set(ArrayCode *c, Val v, bool add, Code code)
{
    ArrayValue *a = &c->value[v];
    if (add && a->minus.text)
        code = array_form(c, F_SUB, code, a->minus, array_none());
    else if (add && a->uniform.text)
        code = array_form(c, F_ADD, code, a->uniform, array_none());
    else if (add && a->code.text)
        code = array_form(c, F_ADD, a->code, code, array_none());
    a->minus.text = a->uniform.text = NULL;
    a->code = code;
    if (a->writes > 0)
        a->writes--;
    bool small = code.text && strlen(code.text) <= LINE;
    bool result = a->out >= 0 && (a->reads > 1 || c->plan->nouts > 1);
    if (!a->carried && small && (a->writes > 0 || (a->reads <= 1 && !result)))
        return;
    bool known = a->out >= 0 && code.text &&
                 strcmp(code.text, c->out[a->out]) == 0;
    if (known || (a->out < 0 && !a->name[0] && is_name(code.text)))
        return;
    a->name[0] = value_name(c, v);
    array_assign(c, a->name[0], code);
    a->code = code_of(a->name[0], CODE_ATOM);
    a->under.text = a->minus.text = a->uniform.text = NULL;
    a->root.text = a->turned.text = NULL;
}

/* --- how often each value is read and written */

/* In a loop that it was made before it is read often. */
static void count_read(ArrayCode *c, Val v, uint32_t at)
{
    if (v != PLAN_NONE)
        c->value[v].reads += plan_until(c->plan, v, at) > at ? 2 : 1;
}

static void count_write(ArrayCode *c, Val v)
{
    if (v != PLAN_NONE)
        c->value[v].writes++;
}

static void count_loop(ArrayCode *c, const Loop *l, uint32_t at)
{
    for (uint32_t k = 0; k < l->nnodes; k++)
        if (l->node[k].leaf == LEAF_OPERAND)
            count_read(c, l->operand[l->node[k].arg].val, at);
    for (uint32_t k = 0; k < l->nouts; k++)
        count_write(c, l->out[k].out);
}

static void count_uses(ArrayCode *c)
{
    const Plan *p = c->plan;
    for (uint32_t i = 0; i < p->ninsts; i++) {
        const Inst *in = &p->inst[i];
        if (in->op == PLAN_MIRROR && in->a == in->out)
            continue;
        const Val list[] = {in->a, in->b, in->c, in->scale};
        for (int k = 0; k < 4; k++)
            count_read(c, list[k], i);
        if (in->op == PLAN_LOOP) {
            count_loop(c, in->loop, i);
            continue;
        }
        count_write(c, in->out);
        count_write(c, in->out2);
    }
    for (uint32_t k = p->nouts; k-- > 0;) {
        count_read(c, p->out[k].val, p->ninsts);
        if (!p->out[k].transposed)
            c->value[p->out[k].val].out = (int)k;
    }
}

/* --- the whole */

static void name_inputs(ArrayCode *c)
{
    c->input = code_inputs(c->ctx, c->plan, &c->ninputs);
    for (uint32_t i = 0; c->input && i < c->ninputs; i++) {
        ArrayValue *v = &c->value[c->input[i]->out];
        v->name[0] = names_take(&c->names, c->input[i]->sym->name);
        v->code = code_of(v->name[0], CODE_ATOM);
        v->out = -1;
    }
}

static bool start(ArrayCode *c, const Plan *p)
{
    c->value = ARENA_ARRAY(c->ctx->arena, ArrayValue, p->nvalues);
    buf_init(&c->body, c->ctx->arena);
    names_init(&c->names, c->ctx, c->d->reserved);
    if (!c->value)
        return false;
    for (uint32_t v = 0; v < p->nvalues; v++)
        c->value[v].out = -1;
    c->function = names_take(&c->names, c->task->name ? c->task->name : "f");
    count_uses(c);
    name_inputs(c);
    sizes_of_plan(&c->sizes, &c->names, p);
    for (uint32_t k = 0; k < p->nouts; k++)
        c->out[k] = names_take(&c->names, p->out[k].label);
    return !ctx_failed(c->ctx);
}

/* What is returned: names, or the expression itself where there is one. */
static void finish(ArrayCode *c)
{
    for (uint32_t k = 0; k < c->plan->nouts; k++) {
        const PlanOut *o = &c->plan->out[k];
        const Value *v = &c->plan->value[o->val];
        ArrayValue *a = &c->value[o->val];
        Code code = a->code;
        bool flip = array_is_vector(v)
                        ? dim_is(o->rows, 1) != dim_is(v->rows, 1)
                        : o->transposed && !array_is_scalar(v);
        if (flip)
            code = array_form(c, array_is_vector(v) ? F_VT : F_T, code,
                              array_none(), array_none());
        else if (a->out != (int)k)
            code = array_form(c, F_COPY, code, array_none(), array_none());
        bool real = c->plan->complex && o->real;
        if (real)
            code = array_form(c, F_REAL, code, array_none(), array_none());
        if (c->plan->nouts > 1 && (flip || real || a->out != (int)k))
            array_assign(c, c->out[k], code);
        if (c->plan->nouts > 1)
            code = code_of(c->out[k], CODE_ATOM);
        c->result[k] = code;
    }
}

bool array_uses(ArrayCode *c, const char *part)
{
    const char *body = buf_text(&c->body);
    bool used = body && code_has(body, part);
    for (uint32_t k = 0; k < c->plan->nouts; k++)
        used |= c->result[k].text && code_has(c->result[k].text, part);
    return used;
}

/* By the code, or by a text below that the code needs. */
static bool needed(ArrayCode *c, const Need *n)
{
    if (array_uses(c, n->word))
        return true;
    for (const Need *m = n + 1; m->word; m++)
        if (code_has(m->text, n->word) && needed(c, m))
            return true;
    return false;
}

void array_needs(ArrayCode *c, const Need *n, Buf *b)
{
    for (; n && n->word; n++)
        if (needed(c, n))
            buf_add(b, n->text);
}

/* --- what the languages' frames are made of */

static bool size_used(ArrayCode *c, const Size *z)
{
    return !z->own && array_uses(c, z->name);
}

static Val input_of(const ArrayCode *c, const Sym *sym)
{
    for (uint32_t i = 0; i < c->ninputs; i++)
        if (c->input[i]->sym == sym)
            return c->input[i]->out;
    return PLAN_NONE;
}

void array_sizes(ArrayCode *c, Buf *b)
{
    for (uint32_t i = 0; i < c->sizes.n; i++) {
        const Size *z = &c->sizes.item[i];
        Val v = z->of ? input_of(c, z->of) : PLAN_NONE;
        if (v == PLAN_NONE || !size_used(c, z))
            continue;
        bool vector = array_is_vector(&c->plan->value[v]);
        Code axis = code_of(c->d->flat ? z->column ? "1" : "0"
                                       : z->column ? "2" : "1",
                            CODE_ATOM);
        Code size = array_form(c, vector ? F_SIZE1 : F_SIZE,
                               code_of(c->value[v].name[0], CODE_ATOM), axis,
                               array_none());
        Code line = array_form(c, F_ASSIGN, code_of(z->name, CODE_ATOM), size,
                               array_none());
        buf_printf(b, "    %s\n", line.text ? line.text : "");
    }
}

const char *array_inputs(ArrayCode *c)
{
    Buf b;
    buf_init(&b, c->ctx->arena);
    for (uint32_t i = 0; i < c->ninputs; i++)
        buf_printf(&b, "%s%s", i ? ", " : "",
                   c->value[c->input[i]->out].name[0]);
    for (uint32_t i = 0; i < c->sizes.n; i++)
        if (!c->sizes.item[i].of && size_used(c, &c->sizes.item[i]))
            buf_printf(&b, "%s%s", b.len ? ", " : "", c->sizes.item[i].name);
    return buf_text(&b);
}

const char *array_results(ArrayCode *c)
{
    Buf b;
    buf_init(&b, c->ctx->arena);
    for (uint32_t k = 0; k < c->plan->nouts; k++)
        buf_printf(&b, "%s%s", k ? ", " : "",
                   c->result[k].text ? c->result[k].text : "");
    return buf_text(&b);
}

void array_about(ArrayCode *c, Buf *b, const char *prefix)
{
    for (uint32_t i = 0; i < c->ninputs; i++) {
        const Inst *in = c->input[i];
        const Value *v = &c->plan->value[in->out];
        const char *shape = code_shape(c->ctx, c->value[in->out].name[0],
                                       v->rows, v->cols);
        code_comment(b, prefix, ctx_printf(c->ctx, "%s%s", shape,
                                           code_properties(in->sym)));
    }
    for (uint32_t i = 0; i < c->sizes.n; i++)
        if (!c->sizes.item[i].of && size_used(c, &c->sizes.item[i]))
            code_comment(b, prefix, ctx_printf(c->ctx, "%s: integer",
                                               c->sizes.item[i].name));
    for (uint32_t k = 0; k < c->plan->nouts; k++)
        code_comment(b, prefix,
                     ctx_printf(c->ctx, "%s %s", k ? "and" : "returns",
                                code_shape(c->ctx, c->out[k],
                                           c->plan->out[k].rows,
                                           c->plan->out[k].cols)));
}

/* Where arrays of one kind alone go together. */
static void promote_inputs(ArrayCode *c)
{
    for (uint32_t i = 0; c->plan->complex && array_has(c, F_PROMOTE) &&
                         i < c->ninputs; i++) {
        Code x = c->value[c->input[i]->out].code;
        if (!(c->input[i]->sym->props & PROP_COMPLEX))
            array_assign(c, x.text, array_form(c, F_PROMOTE, x, array_none(),
                                               array_none()));
    }
}

const char *array_print(Ctx *ctx, const CodeTask *task, const ArrayDialect *d)
{
    ArrayCode c = {.ctx = ctx, .d = d, .task = task, .plan = task->plan};
    Buf b;
    buf_init(&b, ctx->arena);
    if (!start(&c, task->plan))
        return NULL;
    promote_inputs(&c);
    for (uint32_t i = 0; i < task->plan->ninsts && !ctx_failed(ctx); i++)
        array_inst(&c, &task->plan->inst[i]);
    finish(&c);
    if (ctx_failed(ctx))
        return NULL;
    array_needs(&c, d->needs, &b);
    if (d->needs && task->plan->complex)
        array_needs(&c, d->complex->needs, &b);
    d->frame(&c, &b);
    return buf_text(&b);
}
