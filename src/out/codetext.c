/* codetext.c: numbers, sizes and comments of generated code. */
#include "out/codetext.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Code code_of(const char *text, CodeLevel level)
{
    return (Code){text, level};
}

const char *code_at(Ctx *ctx, Code c, CodeLevel least)
{
    if (!c.text)
        return "";
    return c.level < least ? ctx_printf(ctx, "(%s)", c.text) : c.text;
}

const Inst *const *code_inputs(Ctx *ctx, const Plan *p, uint32_t *n)
{
    const Inst **list = ARENA_ARRAY(ctx->arena, const Inst *, p->ninsts + 1);
    *n = 0;
    for (uint32_t i = 0; list && i < p->ninsts; i++) {
        const Inst *in = &p->inst[i];
        uint32_t k = *n;
        if (in->op != PLAN_INPUT)
            continue;
        for (; k > 0 && list[k - 1]->sym->serial > in->sym->serial; k--)
            list[k] = list[k - 1];
        list[k] = in;
        ++*n;
    }
    return list;
}

bool code_has(const char *text, const char *part)
{
    size_t n = strlen(part);
    if (n == 0)
        return true;
    bool word = part[n - 1] != '_' && strchr(CODE_WORD, part[n - 1]);
    for (const char *s = strstr(text, part); s; s = strstr(s + 1, part)) {
        char before = s > text ? s[-1] : ' ', after = s[n];
        if (!strchr(CODE_WORD, before) &&
            (!word || after == 0 || !strchr(CODE_WORD, after)))
            return true;
    }
    return false;
}

/* --- numbers */

enum { EXACT = 1 << 24 }; /* times as much is still exact in a double */

/* num/den as a decimal of at most 17 digits, if it is one. */
static const char *decimal(Ctx *ctx, Rat r)
{
    int64_t den = r.den, num = r.num;
    int k = 0;
    while (den % 10 == 0 && ++k)
        den /= 10;
    for (; den % 2 == 0 || den % 5 == 0; k++) {
        int64_t by = den % 2 == 0 ? 5 : 2;
        if (llabs(num) > INT64_MAX / 5 / 2)
            return NULL;
        num *= by;
        den /= 10 / by;
    }
    if (den != 1 || llabs(num) >= 100000000000000000)
        return NULL;
    char digits[64];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)llabs(num));
    const char *sign = num < 0 ? "-" : "";
    if (k > 7 + n)
        return ctx_printf(ctx, "%s%se-%d", sign, digits, k);
    if (n > k)
        return ctx_printf(ctx, "%s%.*s.%s", sign, n - k, digits,
                          digits + n - k);
    return ctx_printf(ctx, "%s0.%.*s%s", sign, k - n, "00000000", digits);
}

/* The shortest text that reads back to x; the point is a point whatever the
 * locale. */
static char *shortest(Ctx *ctx, double x)
{
    char *s = NULL;
    for (int digits = 1; digits <= 17; digits++) {
        s = ctx_printf(ctx, "%.*g", digits, x);
        double back = s ? strtod(s, NULL) : x;
        if (!(back < x || back > x))
            break;
    }
    for (char *p = s; p && *p; p++)
        if (!strchr("0123456789+-e", *p))
            *p = '.';
    return s;
}

static Code rounded(Ctx *ctx, Rat r)
{
    const char *p = rat_num_text(ctx, r), *q = rat_den_text(ctx, r);
    double x = p && q ? (double)(strtold(p, NULL) / strtold(q, NULL)) : 0;
    if (!isfinite(x))
        ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0}, NULL,
                 "a number too large for double precision");
    return code_of(shortest(ctx, x), x < 0 ? CODE_SUM : CODE_ATOM);
}

Code code_number(Ctx *ctx, Rat r, bool point)
{
    CodeLevel sign = rat_sign(r) < 0 ? CODE_SUM : CODE_ATOM;
    const char *dot = point ? ".0" : "";
    const char *text;
    if (r.den == 1 && llabs(r.num) < (int64_t)1 << 53)
        return code_of(ctx_printf(ctx, "%lld%s", (long long)r.num, dot), sign);
    if (r.den > 1 && (text = decimal(ctx, r)))
        return code_of(text, sign);
    if (r.den > 1 && r.den < EXACT && llabs(r.num) < EXACT)
        return code_of(ctx_printf(ctx, "%lld%s / %lld%s", (long long)r.num,
                                  dot, (long long)r.den, dot),
                       sign == CODE_SUM ? CODE_SUM : CODE_PRODUCT);
    return rounded(ctx, r);
}

/* --- sizes */

static Size *size_find(Sizes *s, const char *symbol)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->item[i].symbol == symbol)
            return &s->item[i];
    return NULL;
}

static void size_add_all(Sizes *s, Names *names, const Dim *d);

static const char *smaller(Sizes *s, Names *names, const Dim *a, const Dim *b)
{
    size_add_all(s, names, a);
    size_add_all(s, names, b);
    const char *x = size_code(s, a, false).text;
    const char *y = size_code(s, b, false).text;
    return s->ternary ? ctx_printf(s->ctx, "(%s < %s ? %s : %s)", x, y, x, y)
                      : ctx_printf(s->ctx, "min(%s, %s)", x, y);
}

static Size *size_add(Sizes *s, Names *names, const char *symbol)
{
    const Dim *a, *b;
    Size *old = size_find(s, symbol);
    if (old)
        return old;
    const char *least = dim_min_of(symbol, &a, &b) ? smaller(s, names, a, b)
                                                   : NULL;
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 8;
        Size *item = ARENA_ARRAY(s->ctx->arena, Size, cap);
        if (!item)
            return NULL;
        if (s->n)
            memcpy(item, s->item, s->n * sizeof *item);
        s->item = item;
        s->cap = cap;
    }
    Size *z = &s->item[s->n++];
    *z = (Size){.symbol = symbol, .own = least != NULL,
                .name = least ? least : names_take(names, symbol)};
    return z;
}

/* The index of a loop, by the name that it had in the sum. */
static void size_add_index(Sizes *s, Names *names, const Inst *in)
{
    bool sum = in->of && in->of->op == OP_SUMI;
    Size *z = size_find(s, in->index);
    if (z || !(z = size_add(s, names, sum ? in->of->sym->name : "i")))
        return;
    z->symbol = in->index;
    z->own = true;
}

static void size_add_all(Sizes *s, Names *names, const Dim *d)
{
    for (unsigned i = 0; d && i < d->n; i++)
        for (unsigned k = 0; k < d->mono[i].n; k++)
            size_add(s, names, d->mono[i].sym[k]);
}

/* Those of shapes, which are at least 1. */
static void size_add_shape(Sizes *s, Names *names, const Dim *d)
{
    size_add_all(s, names, d);
    for (unsigned i = 0; d && i < d->n; i++)
        for (unsigned k = 0; k < d->mono[i].n; k++) {
            Size *z = size_find(s, d->mono[i].sym[k]);
            if (z)
                z->shape = true;
        }
}

static void size_add_loop(Sizes *s, Names *names, const Loop *l)
{
    size_add_shape(s, names, l->rows);
    size_add_shape(s, names, l->cols);
    for (uint32_t k = 0; k < l->nnodes; k++) {
        size_add_all(s, names, l->node[k].dim);
        size_add_all(s, names, l->node[k].lo);
        size_add_all(s, names, l->node[k].hi);
    }
}

static void size_of_input(Sizes *s, Names *names, const Inst *in,
                          const Value *v)
{
    for (int column = 0; column < 2; column++) {
        const Dim *d = column ? v->cols : v->rows;
        const char *symbol = dim_symbol(d);
        Size *z = symbol ? size_add(s, names, symbol) : NULL;
        if (z && !z->of) {
            z->of = in->sym;
            z->column = column;
        }
    }
}

bool sizes_of_plan(Sizes *s, Names *names, const Plan *p)
{
    *s = (Sizes){.ctx = names->ctx, .ternary = s->ternary};
    uint32_t n;
    const Inst *const *input = code_inputs(s->ctx, p, &n);
    for (uint32_t i = 0; i < n; i++)
        size_of_input(s, names, input[i], &p->value[input[i]->out]);
    for (uint32_t i = 0; i < p->nvalues; i++) {
        size_add_shape(s, names, p->value[i].rows);
        size_add_shape(s, names, p->value[i].cols);
    }
    for (uint32_t i = 0; i < p->ninsts; i++) {
        const Inst *in = &p->inst[i];
        if (in->loop)
            size_add_loop(s, names, in->loop);
        if (in->op == PLAN_REPEAT)
            size_add_index(s, names, in);
        const Dim *const d[] = {in->eye_a, in->eye_b, in->row0, in->row1,
                                in->col0};
        for (int k = 0; k < 5; k++)
            size_add_all(s, names, d[k]);
    }
    return !ctx_failed(s->ctx);
}

/* Sizes in C have no sign, indices and integers have one: in one sum they are
 * made alike. */
static bool signs_differ(Sizes *s, const Dim *d)
{
    bool with = false, without = false;
    for (unsigned i = 0; s->ternary && i < d->n; i++)
        for (unsigned k = 0; k < d->mono[i].n; k++) {
            const Size *z = size_find(s, d->mono[i].sym[k]);
            with |= z && !z->shape;
            without |= z && z->shape;
        }
    return with && without;
}

static void size_monomial(Sizes *s, Buf *b, const DimMono *m, bool as_double,
                          bool cast)
{
    int64_t c = m->coef < 0 ? -m->coef : m->coef;
    if (c != 1 || m->n == 0)
        buf_printf(b, as_double ? "%lld.0" : "%lld", (long long)c);
    for (unsigned k = 0; k < m->n; k++) {
        Size *z = size_find(s, m->sym[k]);
        if (z)
            z->used = true;
        buf_add(b, k || c != 1 ? " * " : "");
        buf_printf(b, "%s%s", as_double                 ? "(double)"
                              : cast && z && !z->shape ? "(size_t)"
                                                        : "",
                   z ? z->name : "");
    }
}

/* Positive terms first: sizes in C have no sign. */
Code size_code(Sizes *s, const Dim *d, bool as_double)
{
    Buf b;
    bool cast = signs_differ(s, d);
    buf_init(&b, s->ctx->arena);
    for (int sign = 1; sign >= -1; sign -= 2)
        for (unsigned i = 0; i < d->n; i++) {
            if ((d->mono[i].coef < 0) == (sign > 0))
                continue;
            buf_add(&b, sign < 0 ? b.len ? " - " : "-" : b.len ? " + " : "");
            size_monomial(s, &b, &d->mono[i], as_double, cast);
        }
    if (d->n == 0)
        buf_add(&b, as_double ? "0.0" : "0");
    bool one = d->n <= 1 && (d->n == 0 || d->mono[0].coef > 0);
    bool atom = one && (d->n == 0 || d->mono[0].n == 0 ||
                        (d->mono[0].n == 1 && d->mono[0].coef == 1));
    return code_of(buf_text(&b), atom  ? CODE_ATOM
                                 : one ? CODE_PRODUCT
                                       : CODE_SUM);
}

const char *code_shape(Ctx *ctx, const char *name, const Dim *rows,
                       const Dim *cols)
{
    bool row = dim_is(rows, 1), col = dim_is(cols, 1);
    return row && col ? ctx_printf(ctx, "%s: scalar", name)
           : col      ? ctx_printf(ctx, "%s: [%s]", name, dim_text(ctx, rows))
                      : ctx_printf(ctx, "%s: [%s,%s]", name,
                                   dim_text(ctx, rows), dim_text(ctx, cols));
}

const char *code_properties(const Sym *s)
{
    if (s->props & PROP_COMPLEX)
        return s->props & PROP_UNITARY     ? ", unitary"
               : !(s->props & PROP_POSDEF) ? s->props & PROP_HERMITIAN
                                                 ? ", hermitian"
                                                 : ", complex"
                                           : ", hermitian positive definite";
    return s->props & PROP_POSDEF      ? ", symmetric positive definite"
           : s->props & PROP_SYMMETRIC ? ", symmetric"
           : s->props & PROP_DIAGONAL  ? ", diagonal"
           : s->props & PROP_LOWER     ? ", lower triangular"
           : s->props & PROP_UPPER     ? ", upper triangular"
                                       : "";
}

/* --- comments */

/* What could end a comment or a string, or hide code from a reader. */
static bool breaks_out(const char *s)
{
    static const char *const bad[] = {"*/", "/*", ("?" "?/"), "\"\"\"",
                                      "%{", "%}", "#{", "#}", "#=", "=#",
                                      "'''"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (strncmp(s, bad[i], strlen(bad[i])) == 0)
            return true;
    return false;
}

static bool hidden(uint32_t c)
{
    return c < 32 || (c >= 127 && c < 0xa0) || c == 0x61c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static void neutralise(Buf *b, const char *s)
{
    size_t n = strlen(s), len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t c = 0;
        len = utf8_decode(s + i, n - i, &c);
        if (len == 0 || hidden(c)) {
            buf_char(b, ' ');
            len = len ? len : 1;
            continue;
        }
        buf_addn(b, s + i, len);
        if (breaks_out(s + i))
            buf_char(b, ' ');
    }
}

void code_comment(Buf *b, const char *prefix, const char *text)
{
    enum { COLUMNS = 76 };
    Buf plain;
    buf_init(&plain, b->arena);
    neutralise(&plain, text ? text : "");
    const char *s = buf_text(&plain);
    while (s && *s) {
        size_t room = COLUMNS - strlen(prefix), n = strlen(s), len = n;
        if (n > room)
            for (len = room; len > room / 2 && s[len] != ' ';)
                len--;
        if (n > room && s[len] != ' ')
            for (len = room; len < n && s[len] != ' ';)
                len++;
        while (len > 0 && s[len - 1] == ' ')
            len--;
        buf_add(b, prefix);
        buf_addn(b, s, len);
        if (len > 0 && s[len - 1] == '\\')
            buf_char(b, '.');
        buf_add(b, "\n");
        s += len;
        s += strspn(s, " ");
    }
}
