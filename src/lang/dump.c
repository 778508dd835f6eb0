/* dump.c: a tree as text, and back.
 *
 *   MUL [n,1]
 *     INV [n,n] #1
 *       SYM A [n,n]
 *     #1
 *     SUMI i=1..n [n,1]
 *       ...
 *
 * A line a node, children indented: the operator, what a leaf holds, the
 * shape if there is one.  A node that stands in several places is numbered
 * where it comes first.  An index says its range, a name which source it was
 * read from, if not the first. */
#include "lang/tree.h"
#include "base/hash.h"

#include <string.h>

/* --- writing */

typedef struct Writer {
    Ctx *ctx;
    Buf b;
    PtrMap seen;   /* Tree -> 1, or 2 if it stands in several places */
    PtrMap number; /* Tree -> its number, from 1 */
} Writer;

static void count(Writer *w, const Tree *t)
{
    bool again = ptrmap_has(&w->seen, t);
    ptrmap_put(&w->seen, t, (void *)(uintptr_t)(again ? 2 : 1));
    for (uint32_t i = 0; !again && i < t->nkids; i++)
        count(w, t->kid[i]);
}

static void write_symbol(Writer *w, const Sym *s)
{
    buf_printf(&w->b, " %s", s->name);
    if (s->kind == SYM_INDEX && s->lo && s->hi)
        buf_printf(&w->b, "=%s..%s", dim_text(w->ctx, s->lo),
                   dim_text(w->ctx, s->hi));
}

static void write_leaf(Writer *w, const Tree *t)
{
    if (t->name)
        buf_printf(&w->b, " %s", t->name);
    if (t->name && !rat_is(t->num, 1))
        buf_printf(&w->b, " @%s", rat_num_text(w->ctx, t->num));
    if (t->sym)
        write_symbol(w, t->sym);
    if (t->dim)
        buf_printf(&w->b, " %s", dim_text(w->ctx, t->dim));
    if (t->op != OP_NUM)
        return;
    buf_printf(&w->b, " %s", rat_num_text(w->ctx, t->num));
    if (!rat_is_int(t->num))
        buf_printf(&w->b, "/%s", rat_den_text(w->ctx, t->num));
}

static void write_node(Writer *w, const Tree *t, int depth)
{
    bool shared = t->nkids &&
                  (uintptr_t)ptrmap_get(&w->seen, t) == 2;
    uintptr_t number = (uintptr_t)ptrmap_get(&w->number, t);
    for (int i = 0; i < depth; i++)
        buf_add(&w->b, "  ");
    if (number) {
        buf_printf(&w->b, "#%u\n", (unsigned)number);
        return;
    }
    buf_add(&w->b, op_record(t->op)->id);
    write_leaf(w, t);
    if (t->rows)
        buf_printf(&w->b, " [%s,%s]", dim_text(w->ctx, t->rows),
                   dim_text(w->ctx, t->cols));
    if (shared && ptrmap_put(&w->number, t, (void *)(w->number.count + 1)))
        buf_printf(&w->b, " #%zu", w->number.count);
    buf_char(&w->b, '\n');
    for (uint32_t i = 0; i < t->nkids; i++)
        write_node(w, t->kid[i], depth + 1);
}

const char *tree_dump(Ctx *ctx, const Tree *t)
{
    Writer w = {.ctx = ctx};
    buf_init(&w.b, ctx->arena);
    ptrmap_init(&w.seen, ctx->arena);
    ptrmap_init(&w.number, ctx->arena);
    if (t) {
        count(&w, t);
        write_node(&w, t, 0);
    }
    return buf_text(&w.b);
}

/* --- reading */

typedef struct Reader {
    Scan in;
    const Sym *const *sym;
    size_t nsyms;
    const Tree **shared; /* by number */
    size_t n, cap;
} Reader;

typedef struct Line {
    OpId op;
    const Sym *sym;
    const Dim *rows, *cols;
    int64_t number; /* 0: it stands in one place */
} Line;

/* X of shape [n,m], or an index of that name and range. */
static const Sym *read_symbol(Reader *r, const Line *l)
{
    const char *name = scan_name(&r->in);
    const Dim *lo = NULL, *hi = NULL;
    if (name && scan_is(&r->in, "=") &&
        (!(lo = dim_scan(&r->in)) || !scan_want(&r->in, "..") ||
         !(hi = dim_scan(&r->in))))
        return NULL;
    for (size_t i = 0; name && i < r->nsyms; i++) {
        const Sym *s = r->sym[i];
        bool index = s->kind == SYM_INDEX && s->lo && s->hi;
        if (s->name == name && (index ? s->lo == lo && s->hi == hi : !lo) &&
            (l->op != OP_SUMI || s->kind == SYM_INDEX))
            return s;
    }
    return scan_fail(&r->in, "the name of a symbol");
}

static bool read_shape(Reader *r, Line *l)
{
    if (!scan_is(&r->in, "["))
        return true;
    return (l->rows = dim_scan(&r->in)) && scan_want(&r->in, ",") &&
           (l->cols = dim_scan(&r->in)) && scan_want(&r->in, "]");
}

static bool read_end(Reader *r, Line *l)
{
    if (scan_is(&r->in, "#") && !scan_number(&r->in, &l->number))
        return scan_fail(&r->in, "a number");
    return scan_want(&r->in, "\n");
}

static const Tree *read_number(Reader *r)
{
    Rat n;
    return scan_rat(&r->in, &n) ? tree_num(r->in.ctx, n)
                                : scan_fail(&r->in, "a number");
}

static const Tree *read_name(Reader *r)
{
    const char *name = scan_name(&r->in);
    int64_t source = 1;
    if (scan_is(&r->in, "@") && !scan_number(&r->in, &source))
        return scan_fail(&r->in, "the number of a source");
    return name ? tree_name(r->in.ctx, name, (uint32_t)source, (Span){0, 0})
                : scan_fail(&r->in, "a name");
}

static const Tree *read_leaf(Reader *r, Line *l)
{
    const Tree *t = l->op == OP_NUM    ? read_number(r)
                    : l->op == OP_NAME ? read_name(r)
                    : l->op == OP_INT  ? tree_dim(r->in.ctx,
                                                  dim_scan(&r->in))
                                       : NULL;
    if (l->op == OP_SYM && (l->sym = read_symbol(r, l)))
        t = tree_sym(r->in.ctx, l->sym);
    return t && read_shape(r, l) && read_end(r, l) ? t : NULL;
}

static bool read_op(Reader *r, Line *l)
{
    const char *id = scan_name(&r->in);
    for (int i = 0; id && i < OP_COUNT; i++)
        if (strcmp(op_record((OpId)i)->id, id) == 0) {
            l->op = (OpId)i;
            return true;
        }
    return scan_fail(&r->in, "an operator");
}

static size_t depth_of(const char *s)
{
    return *s ? strspn(s, " ") / 2 : 0;
}

static const Tree *read_node(Reader *r, size_t depth);

/* The deeper lines that follow. */
static const Tree *read_kids(Reader *r, const Line *l, size_t depth)
{
    Ctx *ctx = r->in.ctx;
    uint32_t n = 0, cap = 4;
    const Tree **kid = ARENA_ARRAY(ctx->arena, const Tree *, cap);
    while (kid && depth_of(r->in.s) > depth) {
        if (n == cap) {
            const Tree **more = ARENA_ARRAY(ctx->arena, const Tree *, 2 * cap);
            if (more)
                memcpy(more, kid, n * sizeof *kid);
            kid = more;
            cap *= 2;
        }
        if (!kid || !(kid[n++] = read_node(r, depth + 1)))
            return NULL;
    }
    if (!kid)
        return NULL;
    if (!l->sym)
        return tree_shaped(ctx, l->op, n, kid, l->rows, l->cols, (Span){0, 0});
    if (n != 1 && n != 3)
        return scan_fail(&r->in, "a sum's body, or its bounds and body");
    return tree_sum(ctx, l->sym, n == 3 ? kid[0] : NULL,
                    n == 3 ? kid[1] : NULL, kid[n - 1], (Span){0, 0});
}

/* #k, a tree that was read. */
static const Tree *read_again(Reader *r)
{
    int64_t k;
    if (!scan_number(&r->in, &k) || k < 1 || (size_t)k > r->n ||
        !r->shared[k - 1])
        return scan_fail(&r->in, "the number of a node above");
    return scan_want(&r->in, "\n") ? r->shared[k - 1] : NULL;
}

static bool is_leaf(OpId op)
{
    return op == OP_NUM || op == OP_NAME || op == OP_INT || op == OP_SYM;
}

static const Tree *read_node(Reader *r, size_t depth)
{
    Line l = {.number = 0};
    if (depth > r->in.ctx->limits.depth)
        return scan_fail(&r->in, "less depth");
    if (scan_is(&r->in, "#"))
        return read_again(r);
    if (!read_op(r, &l))
        return NULL;
    if (is_leaf(l.op))
        return read_leaf(r, &l);
    /* as parsed, the index is still a name, the first child */
    bool bound = l.op == OP_SUMI && *r->in.s != '\n';
    if ((bound && !(l.sym = read_symbol(r, &l))) ||
        !read_shape(r, &l) || !read_end(r, &l))
        return NULL;
    size_t own = l.number ? r->n++ : 0;
    if (l.number && ((size_t)l.number != r->n || r->n > r->cap))
        return scan_fail(&r->in, "the next number");
    const Tree *t = read_kids(r, &l, depth);
    if (l.number)
        r->shared[own] = t;
    return t;
}

const Tree *tree_read(Ctx *ctx, const char *text, const Sym *const *sym,
                      size_t nsyms)
{
    Reader r = {.in = {ctx, text, text}, .sym = sym, .nsyms = nsyms};
    for (const char *s = text; *s; s++)
        r.cap += *s == '\n';
    r.shared = ARENA_ARRAY(ctx->arena, const Tree *, r.cap + 1);
    const Tree *t = r.shared ? read_node(&r, 0) : NULL;
    return t && (!*r.in.s || scan_fail(&r.in, "the end")) ? t : NULL;
}
