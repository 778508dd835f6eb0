/* arrayloop.c: a fused pass as broadcasting expressions.  Each node of the
 * loop is a text and the axes it varies along; where axes differ, a column is
 * made to broadcast along the rows. */
#include "out/array.h"

#include <string.h>

enum { AXIS_I = 1, AXIS_J = 2, LONG = 56 };

/* A text that is NULL: there is none. */
typedef struct Piece {
    Code code;
    unsigned axes;
    Code minus; /* -code, where that has a sign less */
    Code under; /* 1/code, where code is a reciprocal */
    Code minus_under; /* 1/minus */
    Code flipped;     /* -code, where that is a difference */
    Code root;        /* its norm's square is code */
    Code uniform;     /* a multiple of the identity, where it is added */
    bool constant;    /* a number that no input changes */
} Piece;

typedef struct Pass {
    ArrayCode *c;
    const Loop *l;
    Piece *piece;
    uint32_t *uses;
    unsigned axes; /* those longer than 1 */
} Pass;

static Code form(Pass *p, Form f, Code a, Code b)
{
    return array_form(p->c, f, a, b, array_none());
}

/* The piece as it stands in an expression over these axes. */
static Code lifted(Pass *p, Piece x, unsigned axes)
{
    bool lift = p->c->d->flat && x.axes == AXIS_I && (axes & AXIS_J);
    return lift ? form(p, F_COLUMN, x.code, array_none()) : x.code;
}

/* --- operands */

static unsigned value_axes(const Value *v)
{
    return (dim_is(v->rows, 1) ? 0 : AXIS_I) |
           (dim_is(v->cols, 1) ? 0 : AXIS_J);
}

static unsigned swapped(unsigned axes)
{
    return (axes & AXIS_I ? AXIS_J : 0) | (axes & AXIS_J ? AXIS_I : 0);
}

static Piece operand_piece(Pass *p, const LoopOperand *o)
{
    unsigned has = value_axes(&p->c->plan->value[o->val]), to = has;
    Code code = array_read(p->c, o->val);
    const ArrayValue *v = &p->c->value[o->val];
    if (o->mode == LOOP_SCALAR || has == 0)
        return (Piece){.code = code, .under = v->under, .minus = v->minus,
                       .root = v->root, .constant = v->constant};
    if (o->mode == LOOP_DIAG)
        return (Piece){.code = form(p, F_DIAGV, code, array_none()),
                       .axes = AXIS_I};
    if (o->mode == LOOP_TRANS)
        to = swapped(has);
    if (o->mode == LOOP_ROW)
        to = AXIS_I;
    if (o->mode == LOOP_COL)
        to = AXIS_J;
    bool matrix = has == (AXIS_I | AXIS_J);
    if (matrix ? o->mode != LOOP_TRANS : to == has || p->c->d->flat)
        return (Piece){.code = code, .axes = to, .under = v->under,
                       .minus = v->minus};
    if (matrix)
        code = form(p, F_T, code, array_none());
    else
        code = form(p, F_VT, code, array_none());
    return (Piece){.code = code, .axes = to};
}

static Code band_of(Pass *p, const LoopNode *n, Code x)
{
    Ctx *ctx = p->c->ctx;
    if (n->hi)
        x = form(p, dim_is(n->hi, 0) ? F_TRIL0 : F_TRIL, x,
                 array_dim(p->c, n->hi));
    if (n->lo && dim_is(n->lo, 0)) {
        x = form(p, F_TRIU0, x, array_none());
    } else if (n->lo) {
        const Dim *up = dim_sub(ctx, dim_num(ctx, 0), n->lo);
        x = form(p, F_TRIU, x, up ? array_dim(p->c, up) : array_none());
    }
    return x;
}

static Code sizes_form(Pass *p, Form f)
{
    if (f == F_EYES && p->l->rows == p->l->cols)
        f = F_EYE;
    return form(p, f, array_dim(p->c, p->l->rows),
                array_dim(p->c, p->l->cols));
}

/* --- operators */

static bool is_delta(const LoopNode *n)
{
    return n->leaf == LEAF_DELTA ||
           (n->leaf == LEAF_BAND && n->lo && n->hi && dim_is(n->lo, 0) &&
            dim_is(n->hi, 0));
}

static bool is_mask(const LoopNode *n)
{
    return n->leaf == LEAF_DELTA || n->leaf == LEAF_BAND;
}

/* v[i] or v[j] times the identity, or a matrix times a band: NULL text if it
 * is no such thing. */
static Code masked(Pass *p, const LoopNode *mask, Piece x)
{
    unsigned both = AXIS_I | AXIS_J;
    bool square = p->l->rows == p->l->cols;
    if (is_delta(mask) && square && x.axes && x.axes != both)
        return form(p, F_DIAGM,
                    x.axes == AXIS_J && !p->c->d->flat
                        ? form(p, F_VT, x.code, array_none())
                        : x.code,
                    array_none());
    if (x.axes == both && mask->leaf == LEAF_BAND && !is_delta(mask))
        return band_of(p, mask, x.code);
    return (Code){NULL, CODE_ATOM};
}

static bool is_number(const LoopNode *n)
{
    return n->leaf == LEAF_NUM;
}

static bool number_is(const LoopNode *n, int64_t v)
{
    return is_number(n) && rat_is(n->num, v);
}

/* The scalar form, or the one for arrays that broadcast. */
static Code binary(Pass *p, Form scalar, Form arrays, Piece a, Piece b)
{
    unsigned axes = a.axes | b.axes;
    bool mixed = scalar == F_ADD || scalar == F_SUB ? a.axes != b.axes
                 : scalar == F_EDIV                 ? b.axes != 0
                 : scalar == F_EPOW                 ? axes != 0
                                                    : a.axes && b.axes;
    return form(p, mixed ? arrays : scalar, lifted(p, a, axes),
                lifted(p, b, axes));
}

static Piece minus_of(const Piece *x)
{
    return (Piece){.code = x->minus, .axes = x->axes,
                   .under = x->minus_under};
}

/* A multiple of the identity that is added to a matrix needs no size. */
static Piece summand(const Piece *x, const Piece *to)
{
    Piece s = *x;
    if (x->uniform.text && !to->uniform.text &&
        to->axes == (AXIS_I | AXIS_J))
        s.code = x->uniform;
    return s;
}

/* A summand with a sign makes a difference. */
static Code add_pieces(Pass *p, const LoopNode *n)
{
    Piece a = summand(&p->piece[n->kid[0]], &p->piece[n->kid[1]]);
    Piece b = summand(&p->piece[n->kid[1]], &p->piece[n->kid[0]]);
    if (b.minus.text)
        return binary(p, F_SUB, F_BSUB, a, minus_of(&b));
    if (a.minus.text)
        return binary(p, F_SUB, F_BSUB, b, minus_of(&a));
    return binary(p, F_ADD, F_BADD, a, b);
}

/* The negative of the sum x: of a - b it is b - a, of -a - b it is a + b. */
static void add_signs(Pass *p, const LoopNode *n, Piece *x)
{
    const Piece *a = &p->piece[n->kid[0]], *b = &p->piece[n->kid[1]];
    if (a->minus.text && b->minus.text)
        x->minus = binary(p, F_ADD, F_BADD, minus_of(a), minus_of(b));
    else if (b->minus.text)
        x->flipped = binary(p, F_SUB, F_BSUB, minus_of(b), *a);
    else if (a->minus.text)
        x->flipped = binary(p, F_SUB, F_BSUB, minus_of(a), *b);
}

static Code negative(Pass *p, const Piece *x)
{
    return x->flipped.text ? x->flipped
                           : form(p, F_NEG, x->code, array_none());
}

/* The product; by a reciprocal a quotient, of a column and a row the outer
 * one. */
static Code times(Pass *p, Piece a, Piece b)
{
    if (b.under.text || a.under.text) {
        Piece under = b.under.text ? b : a;
        under.code = under.under;
        return binary(p, F_EDIV, F_BEDIV, b.under.text ? a : b, under);
    }
    if (a.axes == AXIS_I && b.axes == AXIS_J)
        return form(p, F_OUTER, a.code, b.code);
    if (a.axes == AXIS_J && b.axes == AXIS_I)
        return form(p, F_OUTER, b.code, a.code);
    return binary(p, F_HAD, F_BHAD, a, b);
}

/* The product without its sign, if it has one. */
static Code had_minus(Pass *p, const LoopNode *n)
{
    Piece a = p->piece[n->kid[0]], b = p->piece[n->kid[1]];
    if (number_is(&p->l->node[n->kid[0]], -1))
        return b.code;
    if (!a.minus.text || p->uses[n->kid[0]] > 1)
        return (Code){NULL, CODE_ATOM};
    return times(p, minus_of(&a), b);
}

/* s*x*x*x of a number x: s*x^3.  The text is NULL: it is no such thing. */
static Code had_power(Pass *p, const LoopNode *n)
{
    int32_t x = n->kid[1], k = n->kid[0];
    int count = 1;
    Code none = {NULL, CODE_ATOM};
    for (; k != x; k = p->l->node[k].kid[0], count++) {
        const LoopNode *m = &p->l->node[k];
        if (m->leaf != LEAF_OP || m->op != OP_HAD || m->kid[1] != x ||
            p->uses[k] > 1 || p->piece[k].code.level == CODE_ATOM)
            break;
    }
    if (count < 2 || k == x || p->piece[x].axes || p->piece[x].under.text)
        return none;
    Piece power = {.code = form(p, F_EPOW, p->piece[x].code,
                                code_of(ctx_printf(p->c->ctx, "%d", count),
                                        CODE_ATOM))};
    return times(p, p->piece[k], power);
}

static Code had_pieces(Pass *p, const LoopNode *n)
{
    const LoopNode *x = &p->l->node[n->kid[0]], *y = &p->l->node[n->kid[1]];
    const Piece *a = &p->piece[n->kid[0]], *b = &p->piece[n->kid[1]];
    Code m = {NULL, CODE_ATOM};
    if (is_mask(y) && x->op == OP_HAD && x->leaf == LEAF_OP &&
        (x->kid[0] == n->kid[1] || x->kid[1] == n->kid[1]))
        return a->code; /* a part of that part */
    if (is_mask(y))
        m = masked(p, y, *a);
    else if (is_mask(x))
        m = masked(p, x, *b);
    if (m.text)
        return m;
    if (number_is(x, -1))
        return negative(p, b);
    if (n->kid[0] == n->kid[1] && a->axes == 0)
        return form(p, F_SQUARE, a->code, array_none());
    if (n->kid[0] == n->kid[1])
        return binary(p, F_EPOW, F_BEPOW, *a,
                      (Piece){.code = code_of("2", CODE_ATOM)});
    m = had_power(p, n);
    return m.text ? m : times(p, *a, *b);
}

static Code pow_pieces(Pass *p, const LoopNode *n)
{
    const LoopNode *k = &p->l->node[n->kid[1]];
    const Piece *a = &p->piece[n->kid[0]];
    if (number_is(k, -1))
        return binary(p, F_EDIV, F_BEDIV,
                      (Piece){.code = code_of("1", CODE_ATOM)}, *a);
    if (p->c->plan->complex && !(is_number(k) && rat_is_int(k->num)))
        return binary(p, F_CPOW, F_CPOW, *a, p->piece[n->kid[1]]);
    return binary(p, F_EPOW, F_BEPOW, *a, p->piece[n->kid[1]]);
}

static Code larger(Pass *p, const LoopNode *n)
{
    bool max = n->op == OP_MAX;
    int32_t i = n->kid[0], j = n->kid[1];
    if (p->piece[i].constant) {
        i = n->kid[1];
        j = n->kid[0];
    }
    Form number = max ? F_MAX_NUM : F_MIN_NUM;
    if (p->piece[j].constant && array_has(p->c, number))
        return form(p, number, p->piece[i].code, p->piece[j].code);
    return binary(p, max ? F_MAX : F_MIN, max ? F_MAX : F_MIN, p->piece[i],
                  p->piece[j]);
}

static Code function_piece(Pass *p, const LoopNode *n)
{
    const ArrayDialect *d = p->c->d;
    const Piece *a = &p->piece[n->kid[0]];
    const char *t = array_fun(p->c, n->op);
    if (n->op == OP_SQRT && a->root.text)
        return a->root;
    if (a->constant && d->constants)
        t = ctx_printf(p->c->ctx, "%s%s($1)", d->constants,
                       op_record(n->op)->name);
    if (!t)
        t = ctx_printf(p->c->ctx, "%s%s%s($1)", d->prefix,
                       op_record(n->op)->name, a->axes ? d->many : "");
    return t ? array_text(p->c, t, CODE_ATOM, &a->code) : array_none();
}

static Code operator_piece(Pass *p, const LoopNode *n)
{
    const Piece *a = &p->piece[n->kid[0]];
    switch (n->op) {
    case OP_ADD:
        return add_pieces(p, n);
    case OP_NEG:
        return negative(p, a);
    case OP_HAD:
        return had_pieces(p, n);
    case OP_EDIV:
        return binary(p, F_EDIV, F_BEDIV, *a, p->piece[n->kid[1]]);
    case OP_EPOW:
        return pow_pieces(p, n);
    case OP_MAX: case OP_MIN:
        return larger(p, n);
    default:
        return function_piece(p, n);
    }
}

/* A mask along one axis is a unit vector, a mask of one entry 1 or 0. */
static Code mask_piece(Pass *p, const LoopNode *n)
{
    Ctx *ctx = p->c->ctx;
    const Dim *zero = dim_num(ctx, 0), *one = dim_num(ctx, 1);
    const Dim *at = p->axes & AXIS_J ? n->hi : n->lo; /* from 0 */
    if (p->axes == (AXIS_I | AXIS_J))
        return is_delta(n) ? sizes_form(p, F_EYES)
                           : band_of(p, n, sizes_form(p, F_ONES));
    if (n->leaf == LEAF_DELTA)
        at = zero;
    if (!p->axes)
        return form(p, F_SAME, array_dim(p->c, at), array_dim(p->c, zero));
    if (!p->c->d->flat)
        at = dim_add(ctx, at, one);
    Code x = form(p, F_UNIT,
                  array_dim(p->c, p->axes == AXIS_I ? p->l->rows
                                                    : p->l->cols),
                  at ? array_dim(p->c, at) : array_none());
    return p->axes == AXIS_J ? form(p, F_VT, x, array_none()) : x;
}

static unsigned node_axes(const Pass *p, const LoopNode *n)
{
    unsigned axes = 0;
    if (is_mask(n))
        return p->axes;
    for (int k = 0; k < 2 && n->leaf == LEAF_OP; k++)
        if (n->kid[k] >= 0)
            axes |= p->piece[n->kid[k]].axes;
    return axes;
}

static Piece number_piece(Pass *p, const LoopNode *n)
{
    Ctx *ctx = p->c->ctx;
    Piece x = {.code = code_number(ctx, n->num, false), .constant = true};
    if (rat_sign(n->num) < 0)
        x.minus = code_number(ctx, rat_neg(ctx, n->num), false);
    return x;
}

/* A number times the identity. */
static Code uniform_of(Pass *p, const LoopNode *n)
{
    const Piece *a = &p->piece[n->kid[0]], *b = &p->piece[n->kid[1]];
    const Piece *eye = a->uniform.text ? a : b, *s = eye == a ? b : a;
    return eye->uniform.text && s->axes == 0
               ? form(p, F_HAD, s->code, eye->uniform)
               : (Code){NULL, CODE_ATOM};
}

static bool constant_kids(const Pass *p, const LoopNode *n)
{
    return p->piece[n->kid[0]].constant &&
           (n->kid[1] < 0 || p->piece[n->kid[1]].constant);
}

static Piece operation_piece(Pass *p, const LoopNode *n)
{
    Piece x = {.axes = node_axes(p, n), .constant = constant_kids(p, n)};
    x.code = operator_piece(p, n);
    if (n->op == OP_NEG)
        x.minus = p->piece[n->kid[0]].code;
    if (n->op == OP_ADD)
        add_signs(p, n, &x);
    if (n->op == OP_HAD) {
        x.minus = had_minus(p, n);
        x.uniform = uniform_of(p, n);
        if (number_is(&p->l->node[n->kid[0]], -1))
            x.minus_under = p->piece[n->kid[1]].under;
    }
    if (n->op == OP_EDIV && number_is(&p->l->node[n->kid[0]], 1))
        x.under = p->piece[n->kid[1]].code;
    if (n->op == OP_EPOW && number_is(&p->l->node[n->kid[1]], -1))
        x.under = p->piece[n->kid[0]].code;
    return x;
}

static Piece node_piece(Pass *p, const LoopNode *n)
{
    Piece x = {.axes = node_axes(p, n)};
    switch (n->leaf) {
    case LEAF_NUM:
        return number_piece(p, n);
    case LEAF_PI:
        x.code = form(p, F_PI, array_none(), array_none());
        x.constant = true;
        break;
    case LEAF_IMUNIT:
        x.code = form(p, F_IMUNIT, array_none(), array_none());
        break;
    case LEAF_DIM:
        x.code = array_dim(p->c, n->dim);
        x.constant = true;
        break;
    case LEAF_OPERAND:
        return operand_piece(p, &p->l->operand[n->arg]);
    case LEAF_DELTA:
    case LEAF_BAND:
        x.code = mask_piece(p, n);
        if (is_delta(n) && array_has(p->c, F_UNIFORM))
            x.uniform = form(p, F_UNIFORM, array_none(), array_none());
        else if (is_delta(n) && p->l->rows == p->l->cols)
            x.uniform = x.code;
        break;
    case LEAF_OP:
        return operation_piece(p, n);
    }
    return x;
}

/* --- what comes out */

/* Over all axes of the pass, though it varies along fewer. */
static Code spread(Pass *p, Piece x)
{
    if (x.axes == p->axes)
        return x.code;
    Code r = array_dim(p->c, p->l->rows), k = array_dim(p->c, p->l->cols);
    if (x.code.text && strcmp(x.code.text, "0") == 0 && p->axes != AXIS_J)
        return form(p, p->axes == AXIS_I ? F_ZEROS1 : F_ZEROS, r, k);
    if (p->axes != (AXIS_I | AXIS_J) && p->c->d->flat)
        return form(p, F_FILL1, x.code, p->axes == AXIS_I ? r : k);
    return array_form(p->c, F_FILL, lifted(p, x, p->axes), r, k);
}

static const FoldForms *fold_forms(const Pass *p, OpId fold)
{
    const ArrayDialect *d = p->c->d;
    const FoldForms *f = p->c->plan->complex ? d->complex->fold : d->fold;
    return &f[fold == OP_SUM     ? 0
                          : fold == OP_PROD  ? 1
                          : fold == OP_MAXOF ? 2
                                             : 3];
}

/* Where the conjugate that k is is of; or k itself. */
static int32_t unconjugated(const Pass *p, int32_t k)
{
    const LoopNode *n = &p->l->node[k];
    return n->leaf == LEAF_OP && n->op == OP_CONJ ? n->kid[0] : k;
}

/* sum(a.*b) of vectors, or of matrices where the language has a name for
 * that: their inner product. */
static Code inner_product(Pass *p, const LoopOut *o)
{
    const LoopNode *n = &p->l->node[o->node];
    bool product = n->leaf == LEAF_OP && n->op == OP_HAD &&
                   p->uses[o->node] == 1 && o->fold == OP_SUM;
    bool matrices = p->axes == (AXIS_I | AXIS_J);
    if (!product || (matrices && !array_has(p->c, F_DOTS)))
        return (Code){NULL, CODE_ATOM};
    int32_t i = n->kid[0], j = n->kid[1];
    if (unconjugated(p, j) != j) { /* the conjugate comes first */
        i = n->kid[1];
        j = n->kid[0];
    }
    bool conj = unconjugated(p, i) != i && p->uses[i] == 1;
    Piece a = p->piece[conj ? unconjugated(p, i) : i], b = p->piece[j];
    if (a.axes != p->axes || b.axes != p->axes)
        return (Code){NULL, CODE_ATOM};
    if (p->axes == AXIS_J) {
        a.code = form(p, F_VT, a.code, array_none());
        b.code = form(p, F_VT, b.code, array_none());
    }
    if (matrices && p->c->plan->complex && !conj)
        return (Code){NULL, CODE_ATOM};
    return form(p, matrices ? F_DOTS : conj ? F_VDOT : F_DOT, a.code, b.code);
}

/* sum(diag(A)): its trace. */
static Code trace(Pass *p, const LoopOut *o)
{
    const LoopNode *n = &p->l->node[o->node];
    const LoopOperand *x = n->leaf == LEAF_OPERAND ? &p->l->operand[n->arg]
                                                   : NULL;
    return x && x->mode == LOOP_DIAG && o->fold == OP_SUM &&
                   p->uses[o->node] == 1
               ? form(p, F_TRACE, array_read(p->c, x->val), array_none())
               : (Code){NULL, CODE_ATOM};
}

/* Is a vector along `axes` to become one of the other direction? */
static bool turns(const Pass *p, unsigned axes, const Value *v)
{
    return !p->c->d->flat && value_axes(v) && value_axes(v) != axes;
}

static Code folded(Pass *p, const LoopOut *o, const Value *v)
{
    const FoldForms *f = fold_forms(p, o->fold);
    bool matrix = p->axes == (AXIS_I | AXIS_J);
    LoopOver over = o->over;
    Piece x = p->piece[o->node];
    if ((over == OVER_ROWS && !(p->axes & AXIS_I)) ||
        (over == OVER_COLS && !(p->axes & AXIS_J)))
        return turns(p, p->axes, v)
                   ? form(p, F_VT, spread(p, x), array_none())
                   : spread(p, x);
    if (!matrix)
        over = OVER_ALL;
    Code dot = over == OVER_ALL ? inner_product(p, o)
                                : (Code){NULL, CODE_ATOM};
    if (!dot.text && over == OVER_ALL)
        dot = trace(p, o);
    if (dot.text)
        return dot;
    const char *t = over == OVER_ROWS ? turns(p, AXIS_J, v) ? f->rows_turned
                                                            : f->rows
                    : over == OVER_COLS ? turns(p, AXIS_I, v) ? f->cols_turned
                                                              : f->cols
                    : matrix ? f->matrix
                             : f->vector;
    Code all = spread(p, x);
    return array_text(p->c, t, CODE_ATOM, &all);
}

/* The norm whose square the fold is: sum(x.*x), sum(conj(x).*x). */
static Code norm_of(Pass *p, const LoopOut *o)
{
    const LoopNode *n = &p->l->node[o->node];
    bool square = o->over == OVER_ALL && o->fold == OP_SUM &&
                  n->leaf == LEAF_OP && n->op == OP_HAD;
    int32_t i = square ? n->kid[0] : -1, j = square ? n->kid[1] : -1;
    bool complex = p->c->plan->complex;
    if (square && complex && i != j && unconjugated(p, i) == j)
        i = j;
    else if (square && complex && (i == j || unconjugated(p, j) != i))
        square = false;
    square &= complex || i == j;
    const Piece *x = square ? &p->piece[i] : NULL;
    if (!x || x->axes != p->axes || !p->axes)
        return (Code){NULL, CODE_ATOM};
    bool vector = p->axes != (AXIS_I | AXIS_J);
    return form(p, vector ? F_NORM_V : F_NORM, x->code, array_none());
}

/* What is known of the value beside its text, while that has no name. */
static void write_more(Pass *p, const LoopOut *o)
{
    ArrayValue *a = &p->c->value[o->out];
    const Piece *x = &p->piece[o->node];
    a->constant = x->constant && !p->axes;
    if (a->name[0])
        return;
    a->root = norm_of(p, o);
    if (o->over != OVER_NONE || x->axes != p->axes)
        return;
    a->under = x->under;
    a->minus = x->minus;
    a->uniform = x->uniform;
}

static void write_out(Pass *p, const LoopOut *o)
{
    const Value *v = &p->c->plan->value[o->out];
    array_set(p->c, o->out, false,
              o->over == OVER_NONE ? spread(p, p->piece[o->node])
                                   : folded(p, o, v));
    write_more(p, o);
}

/* --- the pass */

static void count_nodes(Pass *p)
{
    const Loop *l = p->l;
    for (uint32_t k = 0; k < l->nnodes; k++)
        for (int j = 0; j < 2 && l->node[k].leaf == LEAF_OP; j++)
            if (l->node[k].kid[j] >= 0 &&
                !(l->node[k].op == OP_HAD &&
                  is_mask(&l->node[l->node[k].kid[j]])))
                p->uses[l->node[k].kid[j]]++;
    for (uint32_t k = 0; k < l->nouts; k++)
        p->uses[l->out[k].node]++;
}

/* The output of the function that the node is, or NULL. */
static ArrayValue *output_of(Pass *p, uint32_t k)
{
    for (uint32_t i = 0; i < p->l->nouts; i++) {
        const LoopOut *o = &p->l->out[i];
        ArrayValue *a = &p->c->value[o->out];
        if (o->node == (int32_t)k && o->over == OVER_NONE && a->out >= 0 &&
            a->writes == 1 && p->c->plan->nouts > 1 &&
            p->piece[k].axes == p->axes)
            return a;
    }
    return NULL;
}

/* A node that several others use, or that makes them long, gets a name. */
static void name_node(Pass *p, uint32_t k)
{
    const LoopNode *n = &p->l->node[k];
    Piece *x = &p->piece[k];
    bool shared = p->uses[k] > 1 && (n->leaf == LEAF_OP || is_mask(n) ||
                                     n->leaf == LEAF_OPERAND);
    bool last = false;
    for (uint32_t i = 0; i < p->l->nouts; i++)
        last |= p->l->out[i].node == (int32_t)k;
    if (!shared && (last || !x->code.text || strlen(x->code.text) <= LONG))
        return;
    ArrayValue *a = output_of(p, k);
    Code named = array_named(p->c, x->axes == (AXIS_I | AXIS_J),
                             a ? p->c->out[a->out] : NULL, x->code);
    *x = (Piece){.axes = x->axes, .code = named, .constant = x->constant};
}

void array_loop(ArrayCode *c, const Loop *l)
{
    Pass p = {.c = c, .l = l};
    p.piece = ARENA_ARRAY(c->ctx->arena, Piece, l->nnodes + 1);
    p.uses = ARENA_ARRAY(c->ctx->arena, uint32_t, l->nnodes + 1);
    p.axes = (dim_is(l->rows, 1) ? 0 : AXIS_I) |
             (dim_is(l->cols, 1) ? 0 : AXIS_J);
    if (!p.piece || !p.uses)
        return;
    count_nodes(&p);
    for (uint32_t k = 0; k < l->nnodes && !ctx_failed(c->ctx); k++) {
        if (p.uses[k] == 0 && !is_mask(&l->node[k]))
            continue;
        p.piece[k] = node_piece(&p, &l->node[k]);
        name_node(&p, k);
    }
    for (uint32_t k = 0; k < l->nouts && !ctx_failed(c->ctx); k++)
        write_out(&p, &l->out[k]);
}
