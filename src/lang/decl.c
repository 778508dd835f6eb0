/* decl.c: declarations to symbols.
 *
 *   declarations = { declaration (; | new line) }
 *   declaration  = name {, name} [( formals )] : shape { property }
 *   shape        = scalar | integer | index | dimension | [n] | [n,m]
 *   formals      = name {, name}  or  name : shape {; name : shape}       */
#include "lang/scope.h"

#include <string.h>

typedef struct Decl {
    Ctx *ctx;
    Scope *scope;
    const char *text;
    const Token *t;
    uint32_t source;
} Decl;

/* --- properties */

typedef struct Prop {
    const char *name;
    uint32_t bit;
    uint32_t implies; /* itself and what follows from it */
    bool square;      /* means something for square matrices only */
} Prop;

static const Prop props[] = {
    {"symmetric", PROP_SYMMETRIC, PROP_SYMMETRIC, true},
    {"skew", PROP_SKEW, PROP_SKEW, true},
    {"diagonal", PROP_DIAGONAL, PROP_DIAGONAL | PROP_SYMMETRIC, true},
    {"lower", PROP_LOWER, PROP_LOWER, false},
    {"upper", PROP_UPPER, PROP_UPPER, false},
    {"tridiagonal", PROP_TRIDIAGONAL, PROP_TRIDIAGONAL, true},
    {"toeplitz", PROP_TOEPLITZ, PROP_TOEPLITZ, false},
    {"hankel", PROP_HANKEL, PROP_HANKEL, false},
    {"circulant", PROP_CIRCULANT, PROP_CIRCULANT, true},
    {"orthogonal", PROP_ORTHOGONAL, PROP_ORTHOGONAL | PROP_INVERTIBLE, true},
    {"unitary", PROP_UNITARY, PROP_UNITARY | PROP_INVERTIBLE | PROP_COMPLEX,
     true},
    {"hermitian", PROP_HERMITIAN, PROP_HERMITIAN | PROP_COMPLEX, true},
    {"posdef", PROP_POSDEF, PROP_POSDEF | PROP_INVERTIBLE, true},
    {"invertible", PROP_INVERTIBLE, PROP_INVERTIBLE, true},
    {"singular", PROP_SINGULAR, PROP_SINGULAR, true},
    {"complex", PROP_COMPLEX, PROP_COMPLEX, false},
    {"integer", PROP_INTEGER, PROP_INTEGER, false},
    {"positive", PROP_POSITIVE, PROP_POSITIVE, false},
    {"idempotent", PROP_IDEMPOTENT, PROP_IDEMPOTENT, true},
};
enum { NPROPS = sizeof props / sizeof *props };

const char *nearest_word(Ctx *ctx, const char *words, const char *s)
{
    const char *best = NULL;
    size_t len, best_len = 0, least = strlen(s) <= 3 ? 2 : 4;
    for (; *words; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        size_t d = name_distance(s, strlen(s), words, len);
        if (d < least) {
            least = d;
            best = words;
            best_len = len;
        }
    }
    return best ? ctx_printf(ctx, "%.*s", (int)best_len, best) : NULL;
}

static bool bad_word(Decl *d, const char *what, const char *words)
{
    const char *near = nearest_word(d->ctx, words, d->t->name);
    ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
             near ? ctx_printf(d->ctx, "did you mean %s?", near)
                  : ctx_printf(d->ctx, "one of: %s", words),
             "%s is no %s", d->t->name, what);
    return false;
}

static bool bad_property(Decl *d)
{
    Buf b;
    buf_init(&b, d->ctx->arena);
    for (int i = 0; i < NPROPS; i++)
        buf_printf(&b, "%s%s", i ? " " : "", props[i].name);
    const char *words = buf_text(&b);
    return words && bad_word(d, "property", words);
}

static bool property_fits(Decl *d, const Prop *p, const Sym *y)
{
    bool scalar = dim_is(y->rows, 1) && dim_is(y->cols, 1);
    bool matrix = !dim_is(y->cols, 1);
    if (!scalar && !matrix && p->bit < PROP_COMPLEX)
        ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span, NULL,
                 "%s is a vector: %s needs a matrix", y->name, p->name);
    else if (p->square && y->rows != y->cols)
        ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
                 "declare it with equal dimensions, as in [n,n]",
                 "%s is [%s,%s]: %s needs a square matrix", y->name,
                 dim_text(d->ctx, y->rows), dim_text(d->ctx, y->cols),
                 p->name);
    return !ctx_failed(d->ctx);
}

static bool at_separator(const Decl *d)
{
    if (d->t->kind == TOK_END || d->t->kind == TOK_SEMI)
        return true;
    uint32_t from = d->t[-1].span.end, to = d->t->span.start;
    return to > from && memchr(d->text + from, '\n', to - from) != NULL;
}

static bool missing_separator(Decl *d)
{
    ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span, "separate declarations by ;",
             "a ; is missing before %s", token_text(d->t));
    return false;
}

/* X: [n,m] span B: the matrices sum(k, theta[k]*S_k), where column k of
 * B: [n*m,p] is vec(S_k). */
static bool read_span(Decl *d, Sym *y)
{
    const Token *name = ++d->t;
    const Sym *b = name->kind == TOK_NAME ? ptrmap_get(&d->scope->by_name,
                                                       name->name)
                                          : NULL;
    const Dim *size = dim_mul(d->ctx, y->rows, y->cols);
    if (!b || b->kind != SYM_QUANTITY || b->rows != size ||
        dim_is(y->cols, 1)) {
        ctx_fail(d->ctx, ERR_LANGUAGE, name->span,
                 ctx_printf(d->ctx, "declare it before, as in B: [%s,p]; its "
                                    "columns are vec of the basis",
                            dim_text(d->ctx, size)),
                 "the basis of %s must be a matrix of %s rows", y->name,
                 dim_text(d->ctx, size));
        return false;
    }
    y->span = b;
    y->props |= PROP_SPAN;
    return true;
}

static bool read_properties(Decl *d, Sym *y)
{
    for (; d->t->kind == TOK_NAME && !at_separator(d); d->t++) {
        const Prop *p = NULL;
        for (int i = 0; i < NPROPS; i++)
            if (token_is(d->t, props[i].name))
                p = &props[i];
        if (!p && token_is(d->t, "span")) {
            if (!read_span(d, y))
                return false;
            continue;
        }
        if (!p && d->t[1].kind == TOK_COLON)
            return missing_separator(d);
        if (!p)
            return bad_property(d);
        if (!property_fits(d, p, y))
            return false;
        y->props |= p->implies;
    }
    if ((y->props & PROP_HANKEL) && y->rows == y->cols)
        y->props |= PROP_SYMMETRIC;
    if (y->props & PROP_POSDEF)
        y->props |= y->props & PROP_COMPLEX ? PROP_HERMITIAN : PROP_SYMMETRIC;
    if ((y->props & PROP_INVERTIBLE) && (y->props & PROP_SINGULAR)) {
        ctx_fail(d->ctx, ERR_LANGUAGE, d->t[-1].span, "leave one of them out",
                 "%s cannot be invertible and singular", y->name);
        return false;
    }
    if (y->kind == SYM_QUANTITY && (y->props & PROP_INTEGER) &&
        dim_is(y->rows, 1) && dim_is(y->cols, 1))
        y->kind = SYM_INTEGER;
    return true;
}

bool scope_properties(Ctx *ctx, const Sym *s, const char *words,
                      uint32_t *out)
{
    Decl d = {.ctx = ctx, .text = words};
    Sym y = *s;
    d.t = lex(ctx, words, strlen(words));
    d.source = parse_source(ctx);
    if (!d.t)
        return false;
    if (d.t->kind == TOK_END)
        return ctx_fail(ctx, ERR_LANGUAGE, d.t->span,
                        "write it as in 'A symmetric'",
                        "a property of %s is missing", s->name) != NULL;
    if (!read_properties(&d, &y))
        return false;
    *out = y.props;
    return true;
}

/* --- shapes */

static const Dim *read_dim(Decl *d)
{
    const Tree *bad = NULL, *t;
    const Token *at = d->t;
    int64_t v;
    t = parse_tokens(d->ctx, &d->t, NULL, d->source);
    const Dim *dim = t ? tree_polynomial(d->ctx, t, &bad) : NULL;
    if (t && !dim)
        return ctx_fail(d->ctx, ERR_LANGUAGE, bad ? bad->span : at->span,
                        "write dimensions as in [n,m], [3,n+1], [n*m]",
                        "a dimension must be made of names and whole "
                        "numbers by +, - and *");
    if (dim && dim_is_num(dim, &v) && v < 1)
        return ctx_fail(d->ctx, ERR_LANGUAGE, at->span, NULL,
                        "a dimension must be at least 1");
    return dim && scope_note_dim(d->scope, dim) ? dim : NULL;
}

static bool read_dims(Decl *d, Sym *y)
{
    const Token *open = d->t++;
    y->cols = dim_num(d->ctx, 1);
    if (!(y->rows = read_dim(d)))
        return false;
    if (d->t->kind == TOK_COMMA) {
        d->t++;
        if (!(y->cols = read_dim(d)))
            return false;
    }
    if (d->t->kind == TOK_RBRACKET) {
        d->t++;
        return true;
    }
    if (d->t->kind == TOK_COMMA)
        ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span, NULL,
                 "a quantity has at most two dimensions");
    else if (d->t->kind != TOK_END)
        ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
                 "write dimensions as in [n], [n,m], [3,n+1]",
                 "a , or ] is missing before %s", token_text(d->t));
    else
        ctx_fail(d->ctx, ERR_LANGUAGE, open->span, "add a ]",
                 "this [ is never closed");
    return false;
}

static const struct {
    const char *word;
    SymKind kind;
} kinds[] = {{"scalar", SYM_QUANTITY},
             {"integer", SYM_INTEGER},
             {"index", SYM_INDEX},
             {"dimension", SYM_DIMENSION}};

static bool read_shape(Decl *d, Sym *y)
{
    if (d->t->kind == TOK_LBRACKET)
        return read_dims(d, y);
    y->rows = y->cols = dim_num(d->ctx, 1);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (token_is(d->t, kinds[i].word)) {
            if (y->kind != SYM_FUNCTION)
                y->kind = kinds[i].kind;
            d->t++;
            return true;
        }
    if (token_is(d->t, "vector") || token_is(d->t, "matrix")) {
        ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
                 "write [n] for a vector, [n,m] for a matrix",
                 "%s says nothing of the dimensions", d->t->name);
        return false;
    }
    if (d->t->kind == TOK_NAME)
        return bad_word(d, "shape", "scalar integer index dimension");
    ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
             "write scalar, [n] or [n,m], as in X: [n,m]",
             "a shape is missing %s %s",
             d->t->kind == TOK_END ? "at" : "before", token_text(d->t));
    return false;
}

/* --- unknown functions */

static const Sym *read_formal(Decl *d, Sym *f)
{
    const Token *t = d->t;
    if (t->kind != TOK_NAME)
        return parse_expected(d->ctx, t, "the name of an argument");
    d->t++;
    if (d->t->kind == TOK_COLON) {
        d->t++;
        Sym *y = sym_new(d->scope, t->name, SYM_QUANTITY, NULL, NULL);
        return y && read_shape(d, y) ? y : NULL;
    }
    const Sym *y = ptrmap_get(&d->scope->by_name, t->name);
    f->bare = true;
    return y ? y
             : ctx_fail(d->ctx, ERR_LANGUAGE, t->span,
                        ctx_printf(d->ctx, "declare it before, as in %s: "
                                           "scalar; %s(%s): [n,n]",
                                   t->name, f->name, t->name),
                        "%s is not declared", t->name);
}

static bool read_formals(Decl *d, Sym *f)
{
    const Token *open = d->t++;
    f->kind = SYM_FUNCTION;
    f->args = ARENA_ARRAY(d->ctx->arena, const Sym *, FUNCTION_ARGS);
    while (f->args && f->nargs < FUNCTION_ARGS) {
        const Sym *y = read_formal(d, f);
        if (!y)
            return false;
        f->args[f->nargs++] = y;
        if (d->t->kind == TOK_RPAREN) {
            d->t++;
            return true;
        }
        if (d->t->kind != TOK_COMMA && d->t->kind != TOK_SEMI)
            break;
        d->t++;
    }
    if (f->nargs == FUNCTION_ARGS)
        return ctx_fail(d->ctx, ERR_LIMIT, open->span, NULL,
                        "a function of more than %d arguments",
                        FUNCTION_ARGS) != NULL;
    ctx_fail(d->ctx, ERR_LANGUAGE, open->span, "add a )",
             "this ( is never closed");
    return false;
}

/* --- the declaration */

static bool name_is_free(Decl *d, const Token *t)
{
    if (t->kind != TOK_NAME) {
        ctx_fail(d->ctx, ERR_LANGUAGE, t->span, "write it as in X: [n,m]",
                 "a name is missing %s %s",
                 t->kind == TOK_END ? "at" : "before", token_text(t));
        return false;
    }
    const Sym *old = ptrmap_get(&d->scope->by_name, t->name);
    if (!old)
        return true;
    ctx_fail(d->ctx, ERR_LANGUAGE, t->span, "give one of them another name",
             "%s is declared already, as %s", t->name,
             sym_declaration(d->ctx, old));
    return false;
}

static bool read_colon(Decl *d, const char *name)
{
    if (d->t->kind == TOK_COLON) {
        d->t++;
        return true;
    }
    ctx_fail(d->ctx, ERR_LANGUAGE, d->t->span,
             ctx_printf(d->ctx, "write %s: scalar, %s: [n] or %s: [n,m]",
                        name, name, name),
             "a : is missing %s %s",
             d->t->kind == TOK_END ? "at" : "before", token_text(d->t));
    return false;
}

/* A, B: [n,n] symmetric: the later names copy what the last one says. */
static bool read_declaration(Decl *d)
{
    const Token *first = d->t;
    while (d->t->kind == TOK_NAME && d->t[1].kind == TOK_COMMA &&
           name_is_free(d, d->t))
        d->t += 2;
    if (!name_is_free(d, d->t))
        return false;
    const Token *last = d->t++;
    Sym *y = sym_new(d->scope, last->name, SYM_QUANTITY, NULL, NULL);
    if (!y || (d->t->kind == TOK_LPAREN && !read_formals(d, y)) ||
        !read_colon(d, y->name) || !read_shape(d, y) ||
        !read_properties(d, y))
        return false;
    for (; first <= last; first += 2) {
        Sym *copy = sym_new(d->scope, first->name, y->kind, y->rows, y->cols);
        if (!copy || !name_is_free(d, first))
            return false;
        uint32_t serial = copy->serial;
        *copy = *y;
        copy->name = first->name;
        copy->serial = serial;
        copy->declared = true;
        if (!scope_add(d->scope, copy))
            return false;
    }
    return true;
}

bool scope_declare(Scope *s, const char *text, size_t n)
{
    Ctx *ctx = s->ctx;
    Decl d = {.ctx = ctx, .scope = s, .text = text};
    d.t = lex_declarations(ctx, text, n);
    d.source = parse_source(ctx);
    if (!d.t)
        return false;
    while (d.t->kind == TOK_SEMI)
        d.t++;
    while (d.t->kind != TOK_END) {
        if (!read_declaration(&d))
            return false;
        if (!at_separator(&d))
            return missing_separator(&d);
        while (d.t->kind == TOK_SEMI)
            d.t++;
    }
    return !ctx_failed(ctx);
}

/* --- and back to text */

static void print_shape(Buf *b, const Sym *y)
{
    bool vector = dim_is(y->cols, 1);
    if (vector && dim_is(y->rows, 1)) {
        buf_add(b, y->kind == SYM_INTEGER     ? "integer"
                   : y->kind == SYM_INDEX     ? "index"
                   : y->kind == SYM_DIMENSION ? "dimension"
                                              : "scalar");
        return;
    }
    buf_char(b, '[');
    dim_print(b, y->rows);
    if (!vector)
        buf_char(b, ',');
    if (!vector)
        dim_print(b, y->cols);
    buf_char(b, ']');
}

static uint32_t implied(uint32_t all, int by)
{
    bool given = (all & props[by].implies) == props[by].implies &&
                 (all & props[by].bit);
    return given ? props[by].implies & ~props[by].bit : 0;
}

const char *sym_declaration(Ctx *ctx, const Sym *y)
{
    Buf b;
    uint32_t hidden = 0;
    buf_init(&b, ctx->arena);
    buf_add(&b, y->name);
    for (unsigned i = 0; i < y->nargs; i++) {
        buf_printf(&b, "%s%s", i ? ", " : "(", y->args[i]->name);
        if (!y->bare) {
            buf_add(&b, ": ");
            print_shape(&b, y->args[i]);
        }
    }
    buf_add(&b, y->nargs ? "): " : ": ");
    print_shape(&b, y);
    for (int i = 0; i < NPROPS; i++)
        hidden |= implied(y->props, i);
    if (y->props & PROP_HANKEL)
        hidden |= PROP_SYMMETRIC;
    if (y->props & PROP_POSDEF)
        hidden |= PROP_SYMMETRIC | PROP_HERMITIAN;
    if (y->kind == SYM_INTEGER)
        hidden |= PROP_INTEGER;
    if (y->props & PROP_SPAN)
        buf_printf(&b, " span %s", y->span->name);
    for (int i = 0; i < NPROPS; i++)
        if ((y->props & props[i].bit) && !(hidden & props[i].bit))
            buf_printf(&b, " %s", props[i].name);
    return buf_text(&b);
}
