/* scope.c: declarations: names, shapes, properties. */
#include "lang/scope.h"

#include <string.h>

typedef struct PropName {
    const char *name;
    uint32_t bits; /* with what it implies; the first bit is its own */
    uint32_t own;
} PropName;

static const PropName props[] = {
    {"symmetric", PROP_SYMMETRIC, PROP_SYMMETRIC},
    {"skew", PROP_SKEW, PROP_SKEW},
    {"diagonal", PROP_DIAGONAL | PROP_SYMMETRIC, PROP_DIAGONAL},
    {"lower", PROP_LOWER, PROP_LOWER},
    {"upper", PROP_UPPER, PROP_UPPER},
    {"toeplitz", PROP_TOEPLITZ, PROP_TOEPLITZ},
    {"hankel", PROP_HANKEL | PROP_SYMMETRIC, PROP_HANKEL},
    {"circulant", PROP_CIRCULANT, PROP_CIRCULANT},
    {"orthogonal", PROP_ORTHOGONAL | PROP_INVERTIBLE, PROP_ORTHOGONAL},
    {"unitary", PROP_UNITARY | PROP_INVERTIBLE, PROP_UNITARY},
    {"hermitian", PROP_HERMITIAN, PROP_HERMITIAN},
    {"posdef", PROP_POSDEF | PROP_SYMMETRIC | PROP_INVERTIBLE, PROP_POSDEF},
    {"invertible", PROP_INVERTIBLE, PROP_INVERTIBLE},
    {"singular", PROP_SINGULAR, PROP_SINGULAR},
    {"complex", PROP_COMPLEX, PROP_COMPLEX},
    {"integer", PROP_INTEGER, PROP_INTEGER},
    {"positive", PROP_POSITIVE, PROP_POSITIVE},
    {"idempotent", PROP_IDEMPOTENT, PROP_IDEMPOTENT},
};
enum { NPROPS = sizeof props / sizeof *props };

uint32_t prop_find(const char *name)
{
    for (int i = 0; i < NPROPS; i++)
        if (strcmp(props[i].name, name) == 0)
            return props[i].bits;
    return 0;
}

const char *prop_name(uint32_t bit)
{
    for (int i = 0; i < NPROPS; i++)
        if (props[i].own == bit)
            return props[i].name;
    return NULL;
}

/* The property that begins alike, for advice. */
static const char *prop_nearest(const char *name)
{
    const char *best = NULL;
    size_t most = 2;
    for (int i = 0; i < NPROPS; i++) {
        size_t k = 0;
        while (name[k] && name[k] == props[i].name[k])
            k++;
        if (k > most) {
            most = k;
            best = props[i].name;
        }
    }
    return best;
}

Scope *scope_new(Ctx *ctx)
{
    Scope *s = ARENA_NEW(ctx->arena, Scope);
    if (!s)
        return NULL;
    s->ctx = ctx;
    ptrmap_init(&s->by_name, ctx->arena);
    return s;
}

static uint32_t next_serial(Ctx *ctx)
{
    uint32_t *n = ctx->slot[SLOT_SYM];
    if (!n)
        ctx->slot[SLOT_SYM] = n = ARENA_NEW(ctx->arena, uint32_t);
    return n ? ++*n : 0;
}

Sym *scope_add(Scope *s, const char *name, SymKind kind, const Dim *rows,
               const Dim *cols)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        Sym **p = ARENA_ARRAY(s->ctx->arena, Sym *, cap);
        if (!p)
            return NULL;
        if (s->n)
            memcpy(p, s->sym, s->n * sizeof *p);
        s->sym = p;
        s->cap = cap;
    }
    Sym *y = ARENA_NEW(s->ctx->arena, Sym);
    if (!y)
        return NULL;
    *y = (Sym){.name = name, .kind = kind, .rows = rows, .cols = cols,
               .serial = next_serial(s->ctx)};
    s->sym[s->n++] = y;
    return ptrmap_put(&s->by_name, name, y) ? y : NULL;
}

void scope_cut(Scope *s, size_t n)
{
    while (s->n > n)
        ptrmap_put(&s->by_name, s->sym[--s->n]->name, NULL);
}

const Sym *scope_find(const Scope *s, const char *name)
{
    return ptrmap_get(&s->by_name, name);
}

const Sym *const *scope_symbols(const Scope *s, size_t *n)
{
    *n = s->n;
    return (const Sym *const *)s->sym;
}

bool scope_is_dim(const Scope *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->sym[i]->rows && (dim_mentions(s->sym[i]->rows, name) ||
                                dim_mentions(s->sym[i]->cols, name)))
            return true;
    return false;
}

Sym *scope_fresh(Scope *s, const char *wanted, SymKind kind, const Dim *rows,
                 const Dim *cols)
{
    const char *name = ctx_intern(s->ctx, wanted, strlen(wanted));
    for (int k = 2; name && scope_find(s, name); k++) {
        const char *t = ctx_printf(s->ctx, "%s%d", wanted, k);
        name = t ? ctx_intern(s->ctx, t, strlen(t)) : NULL;
    }
    return name ? scope_add(s, name, kind, rows, cols) : NULL;
}

/* --- declarations */

typedef struct Decl {
    Scope *s;
    Ctx *ctx;
    const Token *t;
} Decl;

static void *decl_error(Decl *d, const char *what)
{
    return ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
                    "write it as in X: [n,m] symmetric; t: scalar",
                    "in a declaration, %s before %s", what,
                    token_text(d->t));
}

static const Dim *decl_product(Decl *d)
{
    const Dim *p = NULL;
    for (;;) {
        const Dim *f;
        if (d->t->kind == TOK_NUM && rat_is_int(d->t->num) &&
            rat_sign(d->t->num) > 0)
            f = dim_num(d->ctx, d->t->num.num);
        else if (d->t->kind == TOK_NAME)
            f = dim_sym(d->ctx, d->t->name);
        else
            return decl_error(d, "a dimension (a name or a positive number) "
                                 "is missing");
        d->t++;
        p = p ? dim_mul(d->ctx, p, f) : f;
        if (d->t->kind != TOK_STAR)
            return p;
        d->t++;
    }
}

static const Dim *decl_dim(Decl *d)
{
    const Dim *sum = decl_product(d);
    while (sum && (d->t->kind == TOK_PLUS || d->t->kind == TOK_MINUS)) {
        bool minus = (d->t++)->kind == TOK_MINUS;
        const Dim *f = decl_product(d);
        sum = minus ? dim_sub(d->ctx, sum, f) : dim_add(d->ctx, sum, f);
    }
    return sum;
}

/* scalar, vector, integer, or [n], or [n,m]. */
static bool decl_shape(Decl *d, const Dim **rows, const Dim **cols,
                       uint32_t *bits)
{
    *rows = *cols = dim_num(d->ctx, 1);
    if (d->t->kind == TOK_NAME && strcmp(d->t->name, "scalar") == 0) {
        d->t++;
        return true;
    }
    if (d->t->kind == TOK_NAME && prop_find(d->t->name))
        return true;
    if (d->t->kind != TOK_LBRACKET) {
        decl_error(d, "the shape ([n], [n,m] or scalar) is missing");
        return false;
    }
    d->t++;
    if (!(*rows = decl_dim(d)))
        return false;
    if (d->t->kind == TOK_COMMA) {
        d->t++;
        if (!(*cols = decl_dim(d)))
            return false;
    }
    (void)bits;
    if (d->t->kind != TOK_RBRACKET) {
        decl_error(d, "] is missing");
        return false;
    }
    d->t++;
    return true;
}

static bool decl_props(Decl *d, Sym *y)
{
    while (d->t->kind == TOK_NAME) {
        uint32_t bits = prop_find(d->t->name);
        const char *near = prop_nearest(d->t->name);
        if (!bits) {
            ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
                     near ? ctx_printf(d->ctx, "did you mean %s?", near)
                          : "the properties are symmetric, skew, diagonal, "
                            "posdef, orthogonal, ...",
                     "%s is not a property", d->t->name);
            return false;
        }
        uint32_t square = PROP_SYMMETRIC | PROP_SKEW | PROP_ORTHOGONAL |
                          PROP_POSDEF | PROP_IDEMPOTENT | PROP_INVERTIBLE |
                          PROP_UNITARY | PROP_HERMITIAN | PROP_CIRCULANT;
        if ((bits & square) && y->rows != y->cols) {
            ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
                     ctx_printf(d->ctx, "write %s: [%s,%s] %s", y->name,
                                dim_text(d->ctx, y->rows),
                                dim_text(d->ctx, y->rows), d->t->name),
                     "%s is [%s,%s]: only a square matrix can be %s",
                     y->name, dim_text(d->ctx, y->rows),
                     dim_text(d->ctx, y->cols), d->t->name);
            return false;
        }
        y->props |= bits;
        d->t++;
    }
    if ((y->props & PROP_INTEGER) && dim_is(y->rows, 1) && dim_is(y->cols, 1))
        y->kind = SYM_INTEGER;
    return true;
}

/* Y(t), f(u: [n], v): the formal arguments. */
static bool decl_formals(Decl *d, Sym *y)
{
    const Sym *arg[8];
    d->t++;
    y->kind = SYM_FUNCTION;
    y->bare = true;
    while (d->t->kind == TOK_NAME && y->nargs < 8) {
        const char *name = (d->t++)->name;
        const Sym *known = scope_find(d->s, name);
        if (d->t->kind == TOK_COLON) {
            Sym *f = ARENA_NEW(d->ctx->arena, Sym);
            uint32_t bits = 0;
            d->t++;
            if (!f || !decl_shape(d, &f->rows, &f->cols, &bits))
                return false;
            f->name = name;
            known = f;
            y->bare = false;
        }
        if (!known) {
            ctx_fail(d->ctx, ERR_LANGUAGE, d->t[-1].span,
                     "declare it first, or give its shape: f(u: [n])",
                     "the argument %s is not declared", name);
            return false;
        }
        arg[y->nargs++] = known;
        if (d->t->kind == TOK_COMMA)
            d->t++;
    }
    if (d->t->kind != TOK_RPAREN || y->nargs == 0) {
        decl_error(d, ") is missing");
        return false;
    }
    d->t++;
    y->args = ARENA_ARRAY(d->ctx->arena, const Sym *, y->nargs);
    if (!y->args)
        return false;
    memcpy(y->args, arg, y->nargs * sizeof *arg);
    return true;
}

static bool decl_one(Decl *d)
{
    if (d->t->kind != TOK_NAME) {
        decl_error(d, "a name is missing");
        return false;
    }
    const Token *name = d->t++;
    if (scope_find(d->s, name->name)) {
        ctx_fail(d->ctx, ERR_LANGUAGE, name->span, "declare each name once",
                 "%s is declared already", name->name);
        return false;
    }
    const Dim *one = dim_num(d->ctx, 1);
    Sym *y = scope_add(d->s, name->name, SYM_QUANTITY, one, one);
    uint32_t bits = 0;
    if (!y || (d->t->kind == TOK_LPAREN && !decl_formals(d, y)))
        return false;
    if (d->t->kind != TOK_COLON) {
        decl_error(d, "the : is missing");
        return false;
    }
    d->t++;
    y->declared = true;
    return decl_shape(d, &y->rows, &y->cols, &bits) && decl_props(d, y);
}

bool scope_declare(Scope *s, const char *text, size_t n)
{
    /* A line ends a declaration as a semicolon does. */
    char *copy = arena_text(s->ctx->arena, text, n);
    for (size_t i = 0; copy && i < n; i++)
        if (copy[i] == '#')
            while (i < n && copy[i] != '\n')
                copy[i++] = ' ';
    for (size_t i = 0; copy && i < n; i++)
        if (copy[i] == '\n')
            copy[i] = ';';
    Decl d = {.s = s, .ctx = s->ctx};
    ctx_source(s->ctx, text, "declaration");
    d.t = copy ? lex(s->ctx, copy, n) : NULL;
    if (!d.t)
        return false;
    while (d.t->kind != TOK_END) {
        if (d.t->kind == TOK_SEMI) {
            d.t++;
            continue;
        }
        if (!decl_one(&d))
            return false;
        if (d.t->kind != TOK_SEMI && d.t->kind != TOK_END) {
            decl_error(&d, "a ; is missing");
            return false;
        }
    }
    return !ctx_failed(s->ctx);
}

const char *sym_declaration(Ctx *ctx, const Sym *y)
{
    Buf b;
    buf_init(&b, ctx->arena);
    buf_printf(&b, "%s: ", y->name);
    if (y->kind == SYM_INTEGER || y->kind == SYM_INDEX) {
        buf_add(&b, y->kind == SYM_INTEGER ? "integer" : "index");
        return buf_text(&b);
    }
    if (dim_is(y->rows, 1) && dim_is(y->cols, 1)) {
        buf_add(&b, "scalar");
    } else {
        buf_printf(&b, "[%s", dim_text(ctx, y->rows));
        if (!dim_is(y->cols, 1))
            buf_printf(&b, ",%s", dim_text(ctx, y->cols));
        buf_add(&b, "]");
    }
    for (uint32_t bit = 1; bit <= PROP_IDEMPOTENT; bit <<= 1)
        if (y->props & bit)
            buf_printf(&b, " %s", prop_name(bit));
    return buf_text(&b);
}
