/* parse.c: tokens to a tree of names, by recursive descent.
 *
 *   sum     = product { (+ | - | .+ | .-) product }
 *   product = unary { (* | / | \ | .* | ./ | kron) unary }
 *   unary   = (- | + | root) unary | postfix
 *   postfix = primary { ' | ^T | ^H | ^e | .^e | [i,j] | superscript }
 *   primary = number | name | name(args) | ( sum ) | norm bars
 *
 * n-ary sums and products come out flat.  What a call means depends on what
 * is declared, so it stays OP_APPLY(name, args...).  Children wait on one
 * stack of the parser, which keeps the frames of the recursion small. */
#include "lang/lex.h"

#include <string.h>

typedef struct Parse {
    Ctx *ctx;
    const Token *t;
    const PtrMap *defs; /* name -> its tree, or NULL */
    unsigned depth;
    uint32_t source;
    int64_t fresh; /* occurrences of what fits any size: I, eye */
    const Tree **stack;
    uint32_t top, cap;
} Parse;

static const Tree *parse_sum(Parse *p);

static Span from(Span a, Span b)
{
    return (Span){a.start, b.end};
}

static bool ends_operand(TokKind k)
{
    switch (k) {
    case TOK_NUM: case TOK_IMAG: case TOK_NAME: case TOK_HALF:
    case TOK_RPAREN:
    case TOK_RBRACKET: case TOK_QUOTE: case TOK_T: case TOK_SUPER:
        return true;
    default:
        return false;
    }
}

void *parse_expected(Ctx *ctx, const Token *t, const char *what)
{
    bool operand = strcmp(what, "an operand") == 0;
    const char *mend = NULL;
    if (operand && t[-1].kind != TOK_END && !ends_operand(t[-1].kind))
        return ctx_fail(ctx, ERR_LANGUAGE, t[-1].span,
                        "write it there, or leave this out",
                        "an operand is missing after %s", token_text(&t[-1]));
    if (t->kind == TOK_END)
        return ctx_fail(ctx, ERR_LANGUAGE, t->span, NULL,
                        "%s is missing at the end", what);
    if (!operand && (t->kind == TOK_NAME || t->kind == TOK_LPAREN ||
                     t->kind == TOK_NUM))
        mend = "write * for a product";
    if (t->kind == TOK_EQEQ || t->kind == TOK_EQUALS)
        mend = "an equation is for check: nabla check 'LHS == RHS'";
    return ctx_fail(ctx, ERR_LANGUAGE, t->span, mend,
                    "%s is missing before %s", what, token_text(t));
}

static void *expected(Parse *p, const char *what)
{
    return parse_expected(p->ctx, p->t, what);
}

static const Tree *node2(Parse *p, OpId op, const Tree *a, const Tree *b,
                         Span at)
{
    return tree_make(p->ctx, op, 2, (const Tree *[]){a, b}, at);
}

static const Tree *node1(Parse *p, OpId op, const Tree *a, Span at)
{
    return tree_make(p->ctx, op, 1, &a, at);
}

static const Tree *name_node(Parse *p, const char *name, Span at)
{
    return tree_name(p->ctx, name, p->source, at);
}

static const Tree *built_in(Parse *p, const char *name, const Tree *arg,
                            Span at)
{
    const char *s = ctx_intern(p->ctx, name, strlen(name));
    return node2(p, OP_APPLY, name_node(p, s, at), arg,
                 from(at, p->t[-1].span));
}

/* --- the stack of children */

static bool push(Parse *p, const Tree *t)
{
    if (!t)
        return false;
    if (p->top == p->cap) {
        uint32_t cap = p->cap ? 2 * p->cap : 32;
        const Tree **s = ARENA_ARRAY(p->ctx->arena, const Tree *, cap);
        if (!s)
            return false;
        if (p->top)
            memcpy(s, p->stack, p->top * sizeof *s);
        p->stack = s;
        p->cap = cap;
    }
    p->stack[p->top++] = t;
    return true;
}

/* A node over everything above base, which is taken off. */
static const Tree *reduce(Parse *p, OpId op, uint32_t base, Span at)
{
    uint32_t n = p->top - base;
    p->top = base;
    return tree_make(p->ctx, op, n, p->stack + base, at);
}

/* --- lists */

static bool close_bracket(Parse *p, TokKind close, const Token *open)
{
    const char *mark = close == TOK_RPAREN     ? ")"
                       : close == TOK_RBRACKET ? "]"
                                               : "‖";
    if (p->t->kind == close) {
        p->t++;
        return true;
    }
    if (p->t->kind == TOK_END)
        ctx_fail(p->ctx, ERR_LANGUAGE, open->span,
                 ctx_printf(p->ctx, "add a %s", mark),
                 "this %s is never closed", token_text(open));
    else
        ctx_fail(p->ctx, ERR_LANGUAGE, p->t->span,
                 ends_operand(p->t->kind) && p->t->kind < TOK_PLUS
                     ? "write * for a product"
                     : NULL,
                 "an operator or %s is missing before %s", mark,
                 token_text(p->t));
    return false;
}

/* r=0:k-1, inside sum(...): SUMI of name and bounds. */
static const Tree *parse_range(Parse *p)
{
    const Token *t = p->t;
    uint32_t base = p->top;
    p->t += 2;
    if (!push(p, name_node(p, t->name, t->span)) || !push(p, parse_sum(p)))
        return NULL;
    if (p->t->kind != TOK_COLON)
        return ctx_fail(p->ctx, ERR_LANGUAGE, p->t->span,
                        "write sum(r=0:k-1, ...)",
                        "the upper bound of %s is missing", t->name);
    p->t++;
    if (!push(p, parse_sum(p)))
        return NULL;
    return reduce(p, OP_SUMI, base, from(t->span, p->t[-1].span));
}

static const Tree *parse_argument(Parse *p)
{
    const Token *t = p->t;
    if (t->kind == TOK_COLON) {
        p->t++;
        return tree_make(p->ctx, OP_COLON, 0, NULL, t->span);
    }
    if (t->kind == TOK_STRING) {
        p->t++;
        return name_node(p, t->name, t->span);
    }
    if (t->kind == TOK_NAME && t[1].kind == TOK_EQUALS)
        return parse_range(p);
    return parse_sum(p);
}

/* The arguments up to `close`, onto the stack. */
static bool parse_list(Parse *p, TokKind close)
{
    const Token *open = p->t++;
    if (p->t->kind == close) {
        p->t++;
        return true;
    }
    while (push(p, parse_argument(p))) {
        if (p->t->kind != TOK_COMMA)
            return close_bracket(p, close, open);
        p->t++;
    }
    return false;
}

/* --- primaries */

static bool fits_any_size(const char *name)
{
    return strcmp(name, "vector") == 0 || strcmp(name, "matrix") == 0;
}

/* callee(args); vector(c) and matrix(c) are of the size that fits, each
 * occurrence on its own, and carry a number for that. */
static const Tree *parse_call(Parse *p, const Tree *callee, Span at)
{
    uint32_t base = p->top;
    if (!push(p, callee) || !parse_list(p, TOK_RPAREN))
        return NULL;
    if (callee->op == OP_NAME && p->top - base == 2 &&
        fits_any_size(callee->name) &&
        !push(p, tree_int(p->ctx, ++p->fresh)))
        return NULL;
    return reduce(p, OP_APPLY, base, from(at, p->t[-1].span));
}

static const Tree *parse_name(Parse *p)
{
    const Token *t = p->t++;
    const Tree *name = name_node(p, t->name, t->span);
    if (!name)
        return NULL;
    if (p->t->kind == TOK_LPAREN)
        return parse_call(p, name, t->span);
    const Tree *def = p->defs ? ptrmap_get(p->defs, t->name) : NULL;
    if (def)
        return def;
    if (strcmp(t->name, "I") == 0 || strcmp(t->name, "eye") == 0)
        return node2(p, OP_EYE, name, tree_int(p->ctx, ++p->fresh), t->span);
    return name;
}

static const Tree *parse_primary(Parse *p)
{
    const Token *t = p->t;
    const Tree *e;
    switch (t->kind) {
    case TOK_NUM:
        p->t++;
        return tree_num(p->ctx, t->num);
    case TOK_IMAG:
        p->t++;
        return node2(p, OP_MUL, tree_num(p->ctx, t->num),
                     tree_make(p->ctx, OP_IMUNIT, 0, NULL, t->span), t->span);
    case TOK_HALF:
        p->t++;
        return tree_num(p->ctx, rat_make(p->ctx, 1, 2));
    case TOK_NAME:
        return parse_name(p);
    case TOK_LPAREN:
        p->t++;
        e = parse_sum(p);
        return e && close_bracket(p, TOK_RPAREN, t) ? e : NULL;
    case TOK_NORM:
        p->t++;
        e = parse_sum(p);
        return e && close_bracket(p, TOK_NORM, t)
                   ? built_in(p, "norm", e, t->span)
                   : NULL;
    case TOK_RPAREN: case TOK_RBRACKET:
        if (p->depth <= 1 && t[-1].kind == TOK_END)
            return ctx_fail(p->ctx, ERR_LANGUAGE, t->span, "remove it",
                            "this %s was never opened", token_text(t));
        return expected(p, "an operand");
    default:
        return expected(p, "an operand");
    }
}

/* --- postfix and powers */

static const Tree *parse_index(Parse *p, const Tree *of, Span at)
{
    uint32_t base = p->top;
    Span open = p->t->span;
    if (!push(p, of) || !parse_list(p, TOK_RBRACKET))
        return NULL;
    uint32_t n = p->top - base - 1;
    if (n < 1 || n > 2)
        return ctx_fail(p->ctx, ERR_LANGUAGE, open, NULL,
                        "one index for a vector, two for a matrix, not %u",
                        n);
    return reduce(p, OP_INDEX, base, from(at, p->t[-1].span));
}

static const Tree *parse_exponent(Parse *p)
{
    bool neg = false;
    Span at = p->t->span;
    for (; p->t->kind == TOK_MINUS || p->t->kind == TOK_PLUS; p->t++)
        neg = neg != (p->t->kind == TOK_MINUS);
    const Tree *e = parse_primary(p);
    return e && neg ? node1(p, OP_NEG, e, from(at, p->t[-1].span)) : e;
}

/* e ^ exponent, where e^T and e^H are transposes whatever is declared. */
static const Tree *parse_power(Parse *p, const Tree *e, Span at)
{
    const Token *t = p->t++;
    if (t->kind == TOK_POW &&
        (token_is(p->t, "T") || token_is(p->t, "H"))) {
        OpId op = token_is(p->t, "T") ? OP_TRANSPOSE : OP_ADJOINT;
        p->t++;
        return node1(p, op, e, from(at, p->t[-1].span));
    }
    const Tree *k = parse_exponent(p);
    return node2(p, t->kind == TOK_EPOW ? OP_EPOW : OP_POW, e, k,
                 from(at, p->t[-1].span));
}

static bool takes_call(const Tree *e)
{
    return e->op == OP_APPLY && e->kid[0]->op == OP_NAME &&
           (strcmp(e->kid[0]->name, "D") == 0 ||
            strcmp(e->kid[0]->name, "D2") == 0);
}

static const Tree *parse_postfix(Parse *p)
{
    Span at = p->t->span;
    const Tree *e = parse_primary(p);
    while (e) {
        const Token *t = p->t;
        switch (t->kind) {
        case TOK_QUOTE: case TOK_T:
            p->t++;
            e = node1(p, t->kind == TOK_T ? OP_TRANSPOSE : OP_ADJOINT, e,
                      from(at, t->span));
            break;
        case TOK_SUPER:
            p->t++;
            e = node2(p, OP_POW, e, tree_num(p->ctx, t->num),
                      from(at, t->span));
            break;
        case TOK_LBRACKET:
            e = parse_index(p, e, at);
            break;
        case TOK_POW: case TOK_EPOW:
            e = parse_power(p, e, at);
            break;
        case TOK_LPAREN:
            if (!takes_call(e))
                return e;
            e = parse_call(p, e, at);
            break;
        default:
            return e;
        }
    }
    return NULL;
}

static const Tree *parse_unary(Parse *p)
{
    const Token *t = p->t;
    const Tree *e;
    if (++p->depth > p->ctx->limits.depth / 2) /* a level is many frames */
        return ctx_fail(p->ctx, ERR_LIMIT, t->span, NULL,
                        "nested deeper than half the limit depth = %u",
                        p->ctx->limits.depth);
    if (t->kind == TOK_MINUS || t->kind == TOK_PLUS) {
        p->t++;
        e = parse_unary(p);
        if (e && t->kind == TOK_MINUS)
            e = node1(p, OP_NEG, e, from(t->span, p->t[-1].span));
    } else if (t->kind == TOK_ROOT) {
        p->t++;
        e = parse_unary(p);
        e = e ? built_in(p, "sqrt", e, t->span) : NULL;
    } else {
        e = parse_postfix(p);
    }
    p->depth--;
    return e;
}

/* --- infix */

static OpId product_op(TokKind k)
{
    switch (k) {
    case TOK_STAR: return OP_MUL;
    case TOK_SLASH: return OP_DIV;
    case TOK_BACKSLASH: return OP_SOLVE;
    case TOK_HAD: return OP_HAD;
    case TOK_EDIV: return OP_EDIV;
    case TOK_KRON: return OP_KRON;
    default: return OP_COUNT;
    }
}

static OpId sum_op(TokKind k)
{
    switch (k) {
    case TOK_PLUS: case TOK_MINUS: return OP_ADD;
    case TOK_EPLUS: return OP_EADD;
    case TOK_EMINUS: return OP_ESUB;
    default: return OP_COUNT;
    }
}

/* What stands above base becomes one operand, if it is several. */
static bool settle(Parse *p, OpId run, uint32_t base, Span at)
{
    return p->top == base + 1 || push(p, reduce(p, run, base, at));
}

/* From the left, runs of one n-ary operator flat.  -a*b is -(a*b): the sign
 * is taken out of the product. */
static const Tree *parse_product(Parse *p)
{
    Span at = p->t->span;
    uint32_t base = p->top;
    OpId run = OP_MUL;
    const Tree *first = parse_unary(p);
    bool neg = first && first->op == OP_NEG &&
               product_op(p->t->kind) != OP_COUNT;
    if (!first || !push(p, neg ? first->kid[0] : first))
        return NULL;
    for (OpId op; (op = product_op(p->t->kind)) != OP_COUNT;) {
        if (op != run && !settle(p, run, base, from(at, p->t[-1].span)))
            return NULL;
        p->t++;
        if (!push(p, parse_unary(p)))
            return NULL;
        run = op;
        if (op != OP_MUL && op != OP_HAD &&
            !settle(p, op, base, from(at, p->t[-1].span)))
            return NULL;
    }
    Span all = from(at, p->t[-1].span);
    if (!settle(p, run, base, all))
        return NULL;
    p->top = base;
    return neg ? node1(p, OP_NEG, p->stack[base], all) : p->stack[base];
}

static const Tree *parse_sum(Parse *p)
{
    Span at = p->t->span;
    uint32_t base = p->top;
    if (!push(p, parse_product(p)))
        return NULL;
    for (OpId op; (op = sum_op(p->t->kind)) != OP_COUNT;) {
        const Token *t = p->t;
        if (op != OP_ADD &&
            !settle(p, OP_ADD, base, from(at, p->t[-1].span)))
            return NULL;
        p->t++;
        const Tree *next = parse_product(p);
        if (next && t->kind == TOK_MINUS)
            next = node1(p, OP_NEG, next, from(t->span, p->t[-1].span));
        if (!push(p, next) ||
            (op != OP_ADD && !settle(p, op, base, from(at, p->t[-1].span))))
            return NULL;
    }
    if (!settle(p, OP_ADD, base, from(at, p->t[-1].span)))
        return NULL;
    p->top = base;
    return p->stack[base];
}

const Tree *parse_tokens(Ctx *ctx, const Token **t, const PtrMap *defs,
                         uint32_t source)
{
    Parse p = {.ctx = ctx, .t = *t, .defs = defs, .source = source};
    p.fresh = (int64_t)source << 20 | (*t)->span.start;
    const Tree *e = parse_sum(&p);
    *t = p.t;
    return e;
}

uint32_t parse_source(Ctx *ctx)
{
    uint32_t *count = ctx->slot[SLOT_SYM];
    if (!count)
        count = ctx->slot[SLOT_SYM] = ARENA_NEW(ctx->arena, uint32_t);
    return count ? ++*count : 0;
}

const Tree *lang_parse(Ctx *ctx, const char *text, size_t n)
{
    const Token *t = lex_expression(ctx, text, n);
    PtrMap defs;
    uint32_t source = parse_source(ctx);
    if (!t)
        return NULL;
    if (t->kind == TOK_END)
        return ctx_fail(ctx, ERR_LANGUAGE, t->span,
                        "write one, as in \"x'*A*x\"",
                        "the expression is empty");
    const Token *w = defs_find(t);
    ptrmap_init(&defs, ctx->arena);
    if (w && !defs_read(ctx, w, &defs, source))
        return NULL;
    const Tree *e = parse_tokens(ctx, &t, &defs, source);
    if (!e || t == w || t->kind == TOK_END)
        return e;
    if (t->kind == TOK_RPAREN || t->kind == TOK_RBRACKET)
        return ctx_fail(ctx, ERR_LANGUAGE, t->span, "remove it",
                        "this %s was never opened", token_text(t));
    return parse_expected(ctx, t, "an operator");
}
