/* show.c: a parsed tree as text, for messages: the user's own words, short
 * of spaces and of superfluous brackets. */
#include "lang/shape.h"

#include <string.h>

enum { SHOW_MAX = 60 };

static void show(Buf *b, const Tree *t, int outer);

static int level(OpId op)
{
    switch (op) {
    case OP_ADD: case OP_EADD: case OP_ESUB:
        return 1;
    case OP_MUL: case OP_HAD: case OP_DIV: case OP_SOLVE: case OP_EDIV:
    case OP_KRON:
        return 2;
    case OP_NEG:
        return 2;
    case OP_POW: case OP_EPOW: case OP_TRANSPOSE: case OP_ADJOINT:
    case OP_INDEX:
        return 4;
    default:
        return 5;
    }
}

static void show_list(Buf *b, const Tree *t, const char *open,
                      const char *close)
{
    const Tree *f = t->kid[0];
    uint32_t n = t->nkids;
    if (f->op == OP_NAME && n == 3 && (strcmp(f->name, "vector") == 0 ||
                                       strcmp(f->name, "matrix") == 0))
        n--; /* its number is the parser's */
    buf_add(b, open);
    for (uint32_t i = 1; i < n; i++) {
        if (i > 1)
            buf_add(b, ",");
        show(b, t->kid[i], 0);
    }
    buf_add(b, close);
}

static void show_infix(Buf *b, const Tree *t, const char *sign, int in)
{
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = t->kid[i];
        bool minus = i > 0 && t->op == OP_ADD && k->op == OP_NEG;
        if (i > 0)
            buf_add(b, minus ? "-" : sign);
        show(b, minus ? k->kid[0] : k, in + (i > 0));
    }
}

static void show_number(Buf *b, Rat r)
{
    if (r.den == 1)
        buf_printf(b, "%lld", (long long)r.num);
    else if (r.den)
        buf_printf(b, "(%lld/%lld)", (long long)r.num, (long long)r.den);
    else
        buf_add(b, "...");
}

static void show_node(Buf *b, const Tree *t)
{
    switch (t->op) {
    case OP_NUM:
        show_number(b, t->num);
        return;
    case OP_NAME:
        buf_add(b, t->name);
        return;
    case OP_COLON:
        buf_add(b, ":");
        return;
    case OP_NEG:
        buf_add(b, "-");
        show(b, t->kid[0], 2);
        return;
    case OP_TRANSPOSE: case OP_ADJOINT:
        show(b, t->kid[0], 4);
        buf_add(b, "'");
        return;
    case OP_POW: case OP_EPOW:
        show(b, t->kid[0], 4);
        buf_add(b, op_record(t->op)->name);
        show(b, t->kid[1], 5);
        return;
    case OP_INDEX:
        show(b, t->kid[0], 4);
        show_list(b, t, "[", "]");
        return;
    case OP_APPLY:
        show(b, t->kid[0], 5);
        show_list(b, t, "(", ")");
        return;
    case OP_SUMI:
        show(b, t->kid[0], 5);
        buf_add(b, "=");
        show(b, t->kid[1], 2);
        buf_add(b, ":");
        show(b, t->kid[2], 2);
        return;
    case OP_EYE:
        show(b, t->kid[0], 5);
        return;
    default:
        show_infix(b, t, t->op == OP_KRON ? "⊗" : op_record(t->op)->name,
                   level(t->op));
    }
}

static void show(Buf *b, const Tree *t, int outer)
{
    bool brackets = level(t->op) < outer;
    if (b->len > 4 * SHOW_MAX || t->depth > 200)
        return;
    if (brackets)
        buf_char(b, '(');
    show_node(b, t);
    if (brackets)
        buf_char(b, ')');
}

const char *part_text(Shaper *s, const Tree *parsed)
{
    Buf b;
    buf_init(&b, s->ctx->arena);
    show(&b, parsed, parsed->op == OP_ADD ? 2 : 0);
    const char *text = buf_text(&b);
    return !text                      ? ""
           : strlen(text) <= SHOW_MAX ? text
                                      : "this part";
}
