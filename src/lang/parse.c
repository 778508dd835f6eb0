/* parse.c: tokens to a tree of names: precedence climbing over a table.
 *
 *   expr    = unary { infix unary }          sums < products < unary < powers
 *   postfix = primary { ' | ^T | ^e | .^e | [i,j] | (args) }
 *   primary = number | name | name(args) | ( expr ) | norm bars
 *
 * n-ary sums and products come out flat.  A call keeps its function as an
 * operator if the name is a function of the table, else as OP_APPLY. */
#include "base/hash.h"
#include "lang/lex.h"

#include <string.h>

typedef struct Parse {
    Ctx *ctx;
    const Token *t;
    const char *text;
    unsigned depth;
    uint16_t fresh; /* occurrences of I and eye */
    PtrMap where;   /* name -> its tree */
} Parse;

static const Tree *parse_expr(Parse *p, int least);

static Span from(Span a, Span b)
{
    return (Span){a.start, b.end};
}

static void *expected(Parse *p, const char *what)
{
    if (p->t->kind == TOK_END && p->t > (const Token *)0)
        return ctx_fail(p->ctx, ERR_LANGUAGE, p->t->span, NULL,
                        "%s is missing at the end", what);
    return ctx_fail(p->ctx, ERR_LANGUAGE, p->t->span, NULL,
                    "%s is missing before %s", what, token_text(p->t));
}

static const Tree *node(Parse *p, OpId op, uint32_t n,
                        const Tree *const *kid, Span at)
{
    return tree_make(p->ctx, op, n, kid, at);
}

static const Tree *node1(Parse *p, OpId op, const Tree *a, Span at)
{
    return node(p, op, 1, &a, at);
}

static bool enter(Parse *p)
{
    if (++p->depth <= p->ctx->limits.depth)
        return true;
    ctx_fail(p->ctx, ERR_LIMIT, p->t->span, NULL,
             "nested deeper than the limit depth = %u", p->ctx->limits.depth);
    return false;
}

/* --- lists */

enum { MAX_ARGS = 16 };

static bool close_bracket(Parse *p, TokKind close, const Token *open)
{
    if (p->t->kind == close) {
        p->t++;
        return true;
    }
    if (p->t->kind == TOK_END)
        ctx_fail(p->ctx, ERR_LANGUAGE, open->span,
                 ctx_printf(p->ctx, "add a %s", close == TOK_RPAREN ? ")"
                                                : close == TOK_RBRACKET
                                                    ? "]"
                                                    : "‖"),
                 "this %s is never closed", token_text(open));
    else
        ctx_fail(p->ctx, ERR_LANGUAGE, p->t->span, NULL,
                 "an operator or %s is missing before %s",
                 close == TOK_RPAREN ? ")" : "]", token_text(p->t));
    return false;
}

static const Tree *parse_argument(Parse *p)
{
    if (p->t->kind == TOK_COLON) {
        Span at = (p->t++)->span;
        return node(p, OP_COLON, 0, NULL, at);
    }
    if (p->t->kind == TOK_STRING) {
        const Token *t = p->t++;
        return tree_name(p->ctx, t->name, t->span);
    }
    /* r=0:k-1, inside sum(...) */
    if (p->t->kind == TOK_NAME && p->t[1].kind == TOK_EQUALS) {
        const Token *t = p->t;
        p->t += 2;
        const Tree *lo = parse_expr(p, 0);
        if (!lo || p->t->kind != TOK_COLON)
            return lo ? expected(p, "the upper bound, as in r=0:k-1,") : NULL;
        p->t++;
        const Tree *hi = parse_expr(p, 0);
        return node(p, OP_SUMI, 3,
                    (const Tree *[]){tree_name(p->ctx, t->name, t->span), lo,
                                     hi},
                    t->span);
    }
    return parse_expr(p, 0);
}

static int parse_list(Parse *p, TokKind close, const Token *open,
                      const Tree **arg)
{
    int n = 0;
    if (p->t->kind == close) {
        p->t++;
        return 0;
    }
    for (;;) {
        if (n == MAX_ARGS) {
            ctx_fail(p->ctx, ERR_LANGUAGE, p->t->span, NULL,
                     "more than %d arguments", MAX_ARGS);
            return -1;
        }
        if (!(arg[n++] = parse_argument(p)))
            return -1;
        if (p->t->kind != TOK_COMMA)
            return close_bracket(p, close, open) ? n : -1;
        p->t++;
    }
}

/* --- primaries */


/* A call keeps its name: what it means depends on what is declared.
 * OP_APPLY kids: the name, then the arguments. */
static const Tree *parse_call(Parse *p, const Token *name)
{
    const Tree *arg[MAX_ARGS + 1];
    const Token *open = p->t++;
    int n = parse_list(p, TOK_RPAREN, open, arg + 1);
    if (n < 0)
        return NULL;
    arg[0] = tree_name(p->ctx, name->name, name->span);
    return node(p, OP_APPLY, (uint32_t)n + 1, arg,
                from(name->span, p->t[-1].span));
}

/* A bare I or eye is of the size that fits, each on its own. */
static const Tree *parse_name(Parse *p)
{
    const Token *t = p->t++;
    if (p->t->kind == TOK_LPAREN)
        return parse_call(p, t);
    const Tree *w = ptrmap_get(&p->where, t->name);
    if (w)
        return w;
    if (strcmp(t->name, "I") == 0 || strcmp(t->name, "eye") == 0) {
        const Tree *n = tree_int(p->ctx, ++p->fresh);
        return node(p, OP_EYE, 2,
                    (const Tree *[]){tree_name(p->ctx, t->name, t->span), n},
                    t->span);
    }
    return tree_name(p->ctx, t->name, t->span);
}

static const Tree *parse_norm(Parse *p)
{
    const Token *open = p->t++;
    const Tree *e = parse_expr(p, 0);
    if (!e || !close_bracket(p, TOK_NORM, open))
        return NULL;
    if (p->t->kind == TOK_SQUARE) { /* the square of the norm: postfix */
    }
    const char *norm = ctx_intern(p->ctx, "norm", 4);
    return node(p, OP_APPLY, 2,
                (const Tree *[]){tree_name(p->ctx, norm, open->span), e},
                from(open->span, p->t[-1].span));
}

static const Tree *parse_primary(Parse *p)
{
    const Token *t = p->t;
    const Tree *e;
    switch (t->kind) {
    case TOK_NUM:
        p->t++;
        return tree_num(p->ctx, t->num);
    case TOK_HALF:
        p->t++;
        return tree_num(p->ctx, rat_make(p->ctx, 1, 2));
    case TOK_NAME:
        return parse_name(p);
    case TOK_LPAREN:
        p->t++;
        e = parse_expr(p, 0);
        return e && close_bracket(p, TOK_RPAREN, t) ? e : NULL;
    case TOK_NORM:
        return parse_norm(p);
    case TOK_RPAREN: case TOK_RBRACKET:
        if (t == p->t && (t->span.start == 0 || p->depth <= 1))
            return ctx_fail(p->ctx, ERR_LANGUAGE, t->span, "remove it",
                            "this %s was never opened", token_text(t));
        return expected(p, "an operand");
    case TOK_END:
        return ctx_fail(p->ctx, ERR_LANGUAGE, t->span, NULL,
                        t->span.start ? "an operand is missing at the end"
                                      : "the expression is empty");
    default:
        return expected(p, "an operand");
    }
}

/* --- postfix and powers */

static const Tree *parse_index(Parse *p, const Tree *base, Span at)
{
    const Tree *arg[MAX_ARGS + 1];
    const Token *open = p->t++;
    int n = parse_list(p, TOK_RBRACKET, open, arg + 1);
    if (n < 0)
        return NULL;
    if (n < 1 || n > 2)
        return ctx_fail(p->ctx, ERR_LANGUAGE, open->span, NULL,
                        "one index for a vector, two for a matrix, not %d",
                        n);
    arg[0] = base;
    return node(p, OP_INDEX, (uint32_t)n + 1, arg,
                from(at, p->t[-1].span));
}

static bool named(const Token *t, const char *name)
{
    return t->kind == TOK_NAME && strcmp(t->name, name) == 0;
}

static const Tree *parse_exponent(Parse *p)
{
    if (p->t->kind == TOK_MINUS || p->t->kind == TOK_PLUS) {
        bool neg = (p->t++)->kind == TOK_MINUS;
        const Tree *e = parse_exponent(p);
        return e && neg ? node1(p, OP_NEG, e, p->t[-1].span) : e;
    }
    return parse_primary(p);
}

static const Tree *parse_postfix(Parse *p)
{
    Span at = p->t->span;
    const Tree *e = parse_primary(p);
    while (e) {
        const Token *t = p->t;
        Span all = from(at, t->span);
        OpId op = t->kind == TOK_EPOW ? OP_EPOW : OP_POW;
        switch (t->kind) {
        case TOK_QUOTE: case TOK_T:
            p->t++;
            e = node1(p, OP_TRANSPOSE, e, all);
            continue;
        case TOK_INV: case TOK_SQUARE:
            p->t++;
            e = node(p, OP_POW, 2,
                     (const Tree *[]){e, tree_int(p->ctx, t->kind == TOK_INV
                                                              ? -1
                                                              : 2)},
                     all);
            continue;
        case TOK_LBRACKET:
            e = parse_index(p, e, at);
            continue;
        case TOK_POW:
            if (named(&t[1], "T") || named(&t[1], "H")) {
                p->t += 2;
                e = node1(p, named(&t[1], "T") ? OP_TRANSPOSE : OP_ADJOINT, e,
                          from(at, t[1].span));
                continue;
            }
            /* fall through */
        case TOK_EPOW: {
            p->t++;
            const Tree *k = parse_exponent(p);
            e = node(p, op, 2, (const Tree *[]){e, k},
                     from(at, p->t[-1].span));
            continue;
        }
        default:
            return e;
        }
    }
    return NULL;
}

static const Tree *parse_unary(Parse *p)
{
    const Token *t = p->t;
    if (!enter(p))
        return NULL;
    const Tree *e;
    if (t->kind == TOK_MINUS || t->kind == TOK_PLUS) {
        p->t++;
        e = parse_unary(p);
        if (e && t->kind == TOK_MINUS)
            e = node1(p, OP_NEG, e, from(t->span, p->t[-1].span));
    } else if (t->kind == TOK_ROOT) {
        p->t++;
        e = parse_unary(p);
        const char *sqrt = ctx_intern(p->ctx, "sqrt", 4);
        e = node(p, OP_APPLY, 2,
                 (const Tree *[]){tree_name(p->ctx, sqrt, t->span), e},
                 from(t->span, p->t[-1].span));
    } else {
        e = parse_postfix(p);
    }
    p->depth--;
    return e;
}

/* --- infix: sums 1, products 2 */

static OpId infix(TokKind k, int *priority)
{
    *priority = 2;
    switch (k) {
    case TOK_STAR: return OP_MUL;
    case TOK_SLASH: return OP_DIV;
    case TOK_BACKSLASH: return OP_SOLVE;
    case TOK_HAD: return OP_HAD;
    case TOK_EDIV: return OP_EDIV;
    case TOK_KRON: return OP_KRON;
    default: break;
    }
    *priority = 1;
    switch (k) {
    case TOK_PLUS: case TOK_MINUS: return OP_ADD;
    case TOK_EPLUS: return OP_EADD;
    case TOK_EMINUS: return OP_ESUB;
    default: return OP_COUNT;
    }
}

/* A flat run of one n-ary operator being collected. */
typedef struct Run {
    OpId op;
    const Tree **kid;
    uint32_t n, cap;
} Run;

static bool run_add(Parse *p, Run *r, const Tree *t)
{
    if (!t)
        return false;
    if (r->n == r->cap) {
        uint32_t cap = r->cap ? 2 * r->cap : 4;
        const Tree **k = ARENA_ARRAY(p->ctx->arena, const Tree *, cap);
        if (!k)
            return false;
        if (r->n)
            memcpy(k, r->kid, r->n * sizeof *k);
        r->kid = k;
        r->cap = cap;
    }
    r->kid[r->n++] = t;
    return true;
}

static const Tree *run_done(Parse *p, Run *r, Span at)
{
    return r->n == 1 ? r->kid[0] : node(p, r->op, r->n, r->kid, at);
}

/* -a*b is -(a*b): the sign is taken out of the product. */
static const Tree *hoist(Parse *p, const Tree *t, bool neg, Span at)
{
    return t && neg ? node1(p, OP_NEG, t, at) : t;
}

static const Tree *parse_expr(Parse *p, int least)
{
    Span at = p->t->span;
    const Tree *first = least == 0 ? parse_expr(p, 1) : parse_unary(p);
    if (least == 0 || !first) { /* level 0: sums over level 1 products */
        Run r = {.op = OP_ADD};
        if (!run_add(p, &r, first))
            return NULL;
        for (;;) {
            int pr;
            const Token *t = p->t;
            OpId op = infix(t->kind, &pr);
            if (op == OP_COUNT || pr != 1)
                return run_done(p, &r, from(at, p->t[-1].span));
            p->t++;
            const Tree *next = parse_expr(p, 1);
            Span all = from(at, p->t[-1].span);
            if (op == OP_ADD) {
                if (!run_add(p, &r, hoist(p, next, t->kind == TOK_MINUS,
                                          from(t->span, p->t[-1].span))))
                    return NULL;
                continue;
            }
            const Tree *left = run_done(p, &r, all);
            const Tree *both = node(p, op, 2, (const Tree *[]){left, next},
                                    all);
            r = (Run){.op = OP_ADD};
            if (!run_add(p, &r, both))
                return NULL;
        }
    }
    bool neg = false;
    if (first->op == OP_NEG) { /* only a written sign: never a bracket's */
        int pr;
        if (infix(p->t->kind, &pr) != OP_COUNT && pr == 2) {
            neg = true;
            first = first->kid[0];
        }
    }
    Run r = {.op = OP_COUNT};
    if (!run_add(p, &r, first))
        return NULL;
    for (;;) {
        int pr;
        OpId op = infix(p->t->kind, &pr);
        Span all = from(at, p->t[-1].span);
        if (op == OP_COUNT || pr != 2)
            return hoist(p, run_done(p, &r, all), neg, all);
        p->t++;
        const Tree *next = parse_unary(p);
        all = from(at, p->t[-1].span);
        if (!next)
            return NULL;
        bool flat = op == OP_MUL || op == OP_HAD;
        if (r.n > 1 && r.op != op) {
            const Tree *left = run_done(p, &r, all);
            r = (Run){.op = op};
            if (!run_add(p, &r, left))
                return NULL;
        }
        r.op = op;
        if (!run_add(p, &r, next))
            return NULL;
        if (!flat) {
            const Tree *both = node(p, op, 2, r.kid, all);
            r = (Run){.op = OP_COUNT};
            if (!run_add(p, &r, both))
                return NULL;
        }
    }
}

/* --- where T1 = e1; T2 = e2: later definitions first, so that each may use
 * those behind it; a definition may also use those before it if it is read
 * again, so definitions are taken until none is missing. */

typedef struct Def {
    const char *name;
    const Token *at;
    bool done;
} Def;

static const Token *find_where(const Token *t)
{
    for (; t->kind != TOK_END; t++)
        if (named(t, "where") && t[1].kind == TOK_NAME &&
            t[2].kind == TOK_EQUALS)
            return t;
    return NULL;
}

static uint32_t count_defs(const Token *w)
{
    uint32_t n = 1;
    for (; w->kind != TOK_END; w++)
        n += w->kind == TOK_SEMI;
    return n;
}

/* Does the definition use one that is not read yet? */
static bool waits(const Def *d, uint32_t n, const Def *def)
{
    for (const Token *t = d->at; t->kind != TOK_END && t->kind != TOK_SEMI;
         t++)
        for (uint32_t i = 0; t->kind == TOK_NAME && i < n; i++)
            if (!def[i].done && def[i].name == t->name &&
                t[1].kind != TOK_LPAREN)
                return true;
    return false;
}

static bool read_defs(Parse *p, const Token *w)
{
    uint32_t max = count_defs(w), n = 0, left;
    Def *def = ARENA_ARRAY(p->ctx->arena, Def, max);
    if (!def)
        return false;
    for (const Token *t = w + 1; t->kind == TOK_NAME;) {
        if (t[1].kind != TOK_EQUALS || n == max)
            break;
        def[n++] = (Def){t->name, t + 2, false};
        while (t->kind != TOK_SEMI && t->kind != TOK_END)
            t++;
        t += t->kind == TOK_SEMI;
    }
    left = n;
    while (left) {
        uint32_t before = left;
        for (uint32_t k = n; k-- > 0;) { /* printed with users first */
            if (def[k].done || waits(&def[k], n, def))
                continue;
            p->t = def[k].at;
            const Tree *e = parse_expr(p, 0);
            if (!e || !ptrmap_put(&p->where, def[k].name,
                                  (void *)(uintptr_t)e))
                return false;
            if (p->t->kind != TOK_SEMI && p->t->kind != TOK_END) {
                expected(p, "an operator");
                return false;
            }
            def[k].done = true;
            left--;
        }
        if (left == before) {
            ctx_fail(p->ctx, ERR_LANGUAGE, w->span, NULL,
                     "the definitions after where go in a circle");
            return false;
        }
    }
    return true;
}

const Tree *lang_parse(Ctx *ctx, const char *text, size_t n)
{
    const Token *t = lex(ctx, text, n);
    if (!t)
        return NULL;
    Parse p = {.ctx = ctx, .t = t, .text = text};
    ptrmap_init(&p.where, ctx->arena);
    const Token *w = find_where(t);
    if (w && !read_defs(&p, w))
        return NULL;
    p.t = t;
    const Tree *e = parse_expr(&p, 0);
    if (!e)
        return NULL;
    if (p.t == w || p.t->kind == TOK_END)
        return e;
    if (p.t->kind == TOK_RPAREN || p.t->kind == TOK_RBRACKET)
        return ctx_fail(ctx, ERR_LANGUAGE, p.t->span, "remove it",
                        "this %s was never opened", token_text(p.t));
    return expected(&p, "an operator");
}
