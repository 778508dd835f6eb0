/* arrayop.c: products, factors, solves and changes of shape as calls. */
#include "out/array.h"

#include <string.h>

typedef struct Operand {
    Code code;
    const Dim *rows, *cols; /* as they stand in the operation */
} Operand;

static Code form1(ArrayCode *c, Form f, Code a)
{
    return array_form(c, f, a, array_none(), array_none());
}

static Code form2(ArrayCode *c, Form f, Code a, Code b)
{
    return array_form(c, f, a, b, array_none());
}

static bool one(const Dim *d)
{
    return dim_is(d, 1);
}

static bool operand_vector(const Operand *o)
{
    return one(o->rows) != one(o->cols);
}

static Code transpose(ArrayCode *c, const Operand *o)
{
    if (one(o->rows) && one(o->cols))
        return o->code;
    return form1(c, operand_vector(o) ? F_VT : F_T, o->code);
}

static Code adjoint(ArrayCode *c, const Operand *o)
{
    Code x = one(o->cols) || one(o->rows) ? transpose(c, o) : o->code;
    return form1(c, one(o->cols) || one(o->rows) ? F_CONJ : F_H, x);
}

static Operand operand(ArrayCode *c, Val v, bool transposed, bool conj)
{
    const Value *val = &c->plan->value[v];
    Operand o = {array_read(c, v), val->rows, val->cols};
    if (conj)
        o = (Operand){adjoint(c, &o), val->cols, val->rows};
    else if (transposed && c->value[v].turned.text)
        o = (Operand){c->value[v].turned, val->cols, val->rows};
    else if (transposed)
        o = (Operand){transpose(c, &o), val->cols, val->rows};
    return o;
}

/* A vector is stored one way and may be meant the other way. */
static Operand oriented(ArrayCode *c, Val v, bool transposed, bool row)
{
    Operand o = operand(c, v, transposed, false);
    if (!operand_vector(&o) || one(o.rows) == row)
        return o;
    return operand(c, v, !transposed, false);
}

/* --- products */

static Code scaled(ArrayCode *c, const Inst *in, Code code)
{
    bool minus = rat_is(in->alpha, -1);
    Code under = in->scale == PLAN_NONE ? (Code){NULL, CODE_ATOM}
                                        : c->value[in->scale].under;
    if (under.text)
        code = form2(c, F_EDIV, code, under);
    else if (in->scale != PLAN_NONE)
        code = form2(c, F_HAD, array_read(c, in->scale), code);
    if (!minus && !rat_is(in->alpha, 1))
        code = form2(c, F_HAD, code_number(c->ctx, in->alpha, false), code);
    return minus ? form1(c, F_NEG, code) : code;
}

/* op(a)*op(b), which is out. */
static Code product(ArrayCode *c, const Value *out, Val l, bool ta, Val r,
                    bool tb)
{
    bool row = one(out->rows), column = one(out->cols);
    Operand a = oriented(c, l, ta, row), b = oriented(c, r, tb, !column);
    if (one(a.cols))
        return form2(c, !row && !column ? F_OUTER : F_HAD, a.code, b.code);
    if (row && column)
        return form2(c, F_DOT, oriented(c, l, ta, false).code, b.code);
    return form2(c, F_MATMUL, a.code, b.code);
}

/* With conjugates, of matrices alone. */
static Code conj_product(ArrayCode *c, const Value *out, const Inst *in)
{
    Operand a = in->ca ? operand(c, in->a, true, true)
                       : oriented(c, in->a, in->ta, one(out->rows));
    Operand b = in->cb ? operand(c, in->b, true, true)
                       : oriented(c, in->b, in->tb, !one(out->cols));
    return form2(c, F_MATMUL, a.code, b.code);
}

static void array_matmul(ArrayCode *c, const Inst *in)
{
    const Value *v = c->plan->value;
    const Value *out = &v[in->out];
    Value turned = {.rows = out->cols, .cols = out->rows};
    bool conj = in->ca || in->cb;
    bool matrix = !one(out->rows) && !one(out->cols) && !in->add && !conj;
    Code x = conj ? conj_product(c, out, in)
                  : product(c, out, in->a, in->ta, in->b, in->tb), y;
    if (in->kind == MAT_SYR2K) {
        Code p = array_named(c, true, NULL, scaled(c, in, x));
        array_set(c, in->out, in->add,
                  form2(c, F_ADD, p, form1(c, F_T, p)));
        return;
    }
    y = matrix ? scaled(c, in, product(c, &turned, in->b, !in->tb, in->a,
                                       !in->ta))
               : (Code){NULL, CODE_ATOM};
    bool less = in->add && rat_is(in->alpha, -1) && in->scale == PLAN_NONE &&
                c->value[in->out].code.text;
    if (less)
        array_set(c, in->out, false,
                  form2(c, F_SUB, array_read(c, in->out), x));
    else
        array_set(c, in->out, in->add, scaled(c, in, x));
    if (!c->value[in->out].name[0])
        c->value[in->out].turned = y;
    if (in->kind == MAT_BOTH)
        array_set(c, in->out2, false,
                  product(c, &v[in->out2], in->a, true, in->c, false));
}

static Operand kron_operand(ArrayCode *c, Val v, bool t, const Dim *eye)
{
    if (v == PLAN_NONE)
        return (Operand){form1(c, F_EYE, array_dim(c, eye)), eye, eye};
    Operand o = operand(c, v, t, false);
    bool input = c->plan->inst[c->plan->value[v].def].op == PLAN_INPUT;
    if ((t || !input) && !operand_vector(&o) && array_has(c, F_DENSE))
        o.code = form1(c, F_DENSE, o.code);
    return o;
}

static Code with_two_axes(ArrayCode *c, const Operand *o)
{
    if (!operand_vector(o) || !c->d->flat)
        return o->code;
    return form1(c, one(o->cols) ? F_COLUMN : F_ROW, o->code);
}

/* Two vectors of one direction stay vectors; else both are made matrices. */
static void array_kron(ArrayCode *c, const Inst *in)
{
    Operand a = kron_operand(c, in->a, in->ta, in->eye_a);
    Operand b = kron_operand(c, in->b, in->tb, in->eye_b);
    bool vectors = operand_vector(&a) && operand_vector(&b) &&
                   one(a.cols) == one(b.cols);
    Code x = vectors ? form2(c, F_KRON, a.code, b.code)
                     : form2(c, F_KRON, with_two_axes(c, &a),
                             with_two_axes(c, &b));
    array_set(c, in->out, in->add, scaled(c, in, x));
}

/* --- factors */

static const char *const lu_hint[3] = {"L", "U", "P"};

/* L, or of an object that is more than that, C. */
static const char *factor_name(ArrayCode *c)
{
    return names_take(&c->names,
                      *array_template(c, F_CHOL_LOWER)->text ? "C" : "L");
}

static void array_factor(ArrayCode *c, const Inst *in)
{
    ArrayValue *f = &c->value[in->out];
    f->code = array_read(c, in->a);
    f->writes = 0;
    f->pending = f->reads <= 1;
    if (f->pending)
        return;
    if (in->op == PLAN_CHOL) {
        f->name[0] = factor_name(c);
        array_assign(c, f->name[0], form1(c, F_CHOL, f->code));
        f->code = code_of(f->name[0], CODE_ATOM);
        return;
    }
    Code arg[4] = {[3] = f->code};
    const Template *t = array_template(c, F_LU_SET);
    for (int k = 0; k < 3; k++)
        if (strchr(t->text, '1' + k)) {
            f->name[k] = names_take(&c->names, t->level != CODE_SUM ? lu_hint[k]
                                               : c->d->flat ? "lu"
                                                            : "F");
            arg[k] = code_of(f->name[k], CODE_ATOM);
        }
    Code set = array_text(c, t->text, CODE_ATOM, arg);
    buf_printf(&c->body, "%*s%s\n", 4 * (1 + (int)c->depth), "",
               set.text ? set.text : "");
    f->code = arg[0];
}

/* What is a factor by itself, though it is used once. */
static Code factor_text(ArrayCode *c, Val v)
{
    ArrayValue *f = &c->value[v];
    return f->pending ? form1(c, F_CHOL_ONCE, f->code) : f->code;
}

static Code lu_form(ArrayCode *c, Form f, Val lu, Code b)
{
    ArrayValue *v = &c->value[lu];
    Code arg[4];
    for (int k = 0; k < 3; k++)
        arg[k] = code_of(v->name[k] ? v->name[k] : "", CODE_ATOM);
    arg[3] = b;
    const Template *t = array_template(c, f);
    if (!t->text)
        array_lacks(c, "something that this plan needs");
    return t->text ? array_text(c, t->text, t->level, arg) : array_none();
}

/* What is solved with: the matrix, its transpose, the conjugate of that. */
typedef enum Turn { AS_IS, TURNED, ADJOINT } Turn;

static Code turned(ArrayCode *c, const Operand *o, Turn t)
{
    return t == AS_IS ? o->code : t == TURNED ? transpose(c, o) : adjoint(c, o);
}

/* inv(op(M))*b, where b's direction is already that of a column. */
static Code solve_column(ArrayCode *c, const Inst *in, Turn t,
                         const Operand *b)
{
    static const Form lu[] = {F_LU_SOLVE, F_LU_TSOLVE, F_LU_HSOLVE},
                      lu_v[] = {F_LU_SOLVE_V, F_LU_TSOLVE_V, F_LU_HSOLVE_V};
    ArrayValue *f = &c->value[in->a];
    bool vector = operand_vector(b), chol = c->plan->value[in->a].chol;
    if (f->pending) {
        const Value *v = &c->plan->value[in->a];
        Operand m = {f->code, v->rows, v->cols};
        return form2(c, chol ? vector ? F_POSSOLVE_V : F_POSSOLVE
                        : vector ? F_SOLVE_V
                                 : F_SOLVE,
                     chol ? m.code : turned(c, &m, t), b->code);
    }
    if (chol)
        return form2(c, vector ? F_CHOL_SOLVE_V : F_CHOL_SOLVE, f->code,
                     b->code);
    return lu_form(c, vector ? lu_v[t] : lu[t], in->a, b->code);
}

/* B*inv(op(M)) is the transpose of a solution with the transpose of op(M); of
 * complex matrices, unless op is just that, the conjugate transpose. */
typedef struct Side {
    Turn outer, inner; /* of B and the solution; of M */
} Side;

static Side side_of(const ArrayCode *c, const Inst *in)
{
    bool conj = c->plan->complex && (in->ca || !in->ta);
    return (Side){conj ? ADJOINT : TURNED,
                  in->ta ? AS_IS : conj ? ADJOINT : TURNED};
}

static Turn turn_of(const Inst *in)
{
    return in->ca ? ADJOINT : in->ta ? TURNED : AS_IS;
}

static void array_solve(ArrayCode *c, const Inst *in)
{
    Operand b = oriented(c, in->b, in->tb, in->right);
    if (!in->right) {
        array_set(c, in->out, in->add, solve_column(c, in, turn_of(in), &b));
        return;
    }
    bool chol = c->plan->value[in->a].chol;
    if (chol && !c->value[in->a].pending && array_has(c, F_CHOL_RSOLVE)) {
        Code x = form2(c, F_CHOL_RSOLVE, c->value[in->a].code, b.code);
        array_set(c, in->out, in->add, x);
        return;
    }
    Side s = side_of(c, in);
    Operand t = {turned(c, &b, s.outer), b.cols, b.rows};
    Operand x = {solve_column(c, in, s.inner, &t), t.rows, t.cols};
    array_set(c, in->out, in->add, turned(c, &x, s.outer));
}

static void array_trisolve(ArrayCode *c, const Inst *in)
{
    static const Form by[] = {0, F_LOWER_T - F_LOWER, F_LOWER_H - F_LOWER};
    bool factor = c->plan->value[in->a].factors;
    Code m = factor ? factor_text(c, in->a) : array_read(c, in->a);
    if (factor)
        m = form1(c, F_CHOL_LOWER, m);
    Operand b = oriented(c, in->b, in->tb, in->right);
    Side s = side_of(c, in);
    if (in->right)
        b = (Operand){turned(c, &b, s.outer), b.cols, b.rows};
    Form f = (in->upper && !factor ? F_UPPER : F_LOWER) +
             by[in->right ? s.inner : turn_of(in)] +
             (operand_vector(&b) ? F_LOWER_V - F_LOWER : 0);
    Operand x = {form2(c, f, m, b.code), b.rows, b.cols};
    array_set(c, in->out, in->add,
              in->right ? turned(c, &x, s.outer) : x.code);
}

/* INVERSE, LOGDET, DET of factors: $1 the factor (or the matrix), $2 n.  A
 * matrix that has to be positive definite is asked for its Cholesky factor. */
static void array_of_factor(ArrayCode *c, const Inst *in, Form once,
                            Form chol, Form lu)
{
    ArrayValue *f = &c->value[in->a];
    const Value *v = &c->plan->value[in->a];
    Code n = array_none(), x;
    if (in->op == PLAN_INVERSE && !f->pending)
        n = array_dim(c, v->rows);
    if (f->pending && v->chol && in->op == PLAN_LOGDET) {
        f->code = array_named(c, true, factor_name(c),
                              form1(c, F_CHOL, f->code));
        f->pending = false;
    }
    x = f->pending ? form1(c, once, f->code)
        : v->chol  ? form2(c, chol, f->code, n)
                   : lu_form(c, lu, in->a, n);
    array_set(c, in->out, in->add, x);
}

/* --- shapes */

static void array_reshape(ArrayCode *c, const Inst *in)
{
    const Value *to = &c->plan->value[in->out], *from = &c->plan->value[in->a];
    Code a = array_read(c, in->a);
    bool same = c->d->flat && array_is_vector(to) && array_is_vector(from);
    if (!same && one(to->cols))
        a = form1(c, F_VEC, a);
    else if (!same)
        a = array_form(c, c->d->flat && array_is_vector(to)     ? F_VEC
                          : c->d->flat && array_is_vector(from) ? F_RESHAPE1
                                                                : F_RESHAPE,
                       a, array_dim(c, to->rows), array_dim(c, to->cols));
    array_set(c, in->out, in->add, a);
}

/* The index, from 0 or from 1 as the language counts; all is ":". */
static Code place(ArrayCode *c, const Dim *at)
{
    if (!at)
        return code_of(":", CODE_SUM);
    if (c->d->flat)
        at = dim_sub(c->ctx, at, dim_num(c->ctx, 1));
    return at ? array_dim(c, at) : array_none();
}

/* As many places from `at` on; all is ":". */
static Code places(ArrayCode *c, const Dim *at, const Dim *count)
{
    if (!at)
        return code_of(":", CODE_SUM);
    const Dim *one_less = dim_sub(c->ctx, at, dim_num(c->ctx, 1));
    const Dim *last = dim_add(c->ctx, one_less, count);
    if (!last)
        return array_none();
    Code from = array_dim(c, c->d->flat ? one_less : at);
    return code_of(ctx_printf(c->ctx, "%s:%s", from.text,
                              array_dim(c, last).text), CODE_SUM);
}

static void array_part(ArrayCode *c, const Inst *in)
{
    const Value *to = &c->plan->value[in->out], *from = &c->plan->value[in->a];
    Code a = array_named(c, !array_is_vector(from), NULL,
                         array_read(c, in->a));
    Code rows = places(c, in->row0, to->rows);
    Code cols = places(c, in->col0, to->cols);
    if (array_is_vector(from))
        a = form2(c, F_ENTRY_OF_VEC, a, rows);
    else
        a = array_form(c, F_SLICE_ONE, a, rows, cols);
    array_set(c, in->out, in->add, a);
}

static void array_slice(ArrayCode *c, const Inst *in)
{
    const Value *to = &c->plan->value[in->out], *from = &c->plan->value[in->a];
    Code a = array_read(c, in->a);
    bool vector = array_is_vector(from), entry = one(to->rows) && one(to->cols);
    if (a.level != CODE_ATOM || !c->d->flat)
        a = array_named(c, !vector, NULL, a);
    Code rows = place(c, in->row0), cols = place(c, in->col0);
    if (vector && entry)
        a = form2(c, F_ENTRY_OF_VEC, a, in->row0 && !one(from->rows) ? rows
                                                                     : cols);
    else if (!vector)
        a = array_form(c, entry      ? F_SLICE_ONE
                          : in->col0 ? F_SLICE_COL
                                     : F_SLICE_ROW,
                       a, rows, cols);
    if (!vector && in->row0 && !in->col0 && one(to->cols))
        a = form1(c, F_VT, a); /* a row that is kept as a column */
    array_set(c, in->out, in->add, a);
}

static void collected(ArrayCode *c, const Inst *in)
{
    const Value *out = &c->plan->value[in->out];
    bool row = in->row0 && !in->col0 && !one(out->cols);
    Code where[2] = {place(c, in->row0), place(c, in->col0)};
    Operand a = operand(c, in->a, in->ta, false);
    if (in->part) {
        where[0] = places(c, in->row0, a.rows);
        where[1] = places(c, in->col0, a.cols);
    } else {
        a = oriented(c, in->a, in->ta, row);
    }
    array_collect(c, in, a.code, where);
}

static void array_commute(ArrayCode *c, const Inst *in)
{
    array_set(c, in->out, in->add,
              array_form(c, in->right ? F_COMMUTE_RIGHT : F_COMMUTE,
                         array_read(c, in->a), array_dim(c, in->eye_a),
                         array_dim(c, in->eye_b)));
}

static void function(ArrayCode *c, const Inst *in)
{
    bool general = !c->plan->value[in->a].symmetric;
    /* of any matrix they are another function than of a symmetric one */
    OpId fun = in->fun == OP_EIG && general ? OP_EIGVAL : in->fun;
    const char *t = array_matfun(c, fun);
    Code arg[3] = {array_read(c, in->a), array_read(c, in->b)};
    if (in->fun == OP_EIGVECS && general)
        array_lacks(c, CODE_NO_VECTORS);
    else if (!t)
        array_lacks(c, op_record(in->fun)->name);
    else
        array_set(c, in->out, in->add,
                  array_text(c, t, CODE_ATOM, arg));
}

void array_inst(ArrayCode *c, const Inst *in)
{
    switch (in->op) {
    case PLAN_INPUT:
        break;
    case PLAN_LOOP:
        array_loop(c, in->loop);
        break;
    case PLAN_MATMUL:
        array_matmul(c, in);
        break;
    case PLAN_CHOL: case PLAN_LU:
        array_factor(c, in);
        break;
    case PLAN_SOLVE:
        array_solve(c, in);
        break;
    case PLAN_TRISOLVE:
        array_trisolve(c, in);
        break;
    case PLAN_INVERSE:
        array_of_factor(c, in, F_INV, F_CHOL_INV, F_LU_INV);
        break;
    case PLAN_LOGDET:
        if (in->fun == OP_LOG)
            array_of_factor(c, in, F_LOG, F_CHOL_LOGDET, F_LU_LOG);
        else
            array_of_factor(c, in, F_LOGDET, F_CHOL_LOGDET, F_LU_LOGDET);
        break;
    case PLAN_DET:
        array_of_factor(c, in, F_DET, F_CHOL_DET, F_LU_DET);
        break;
    case PLAN_FACTOR:
        array_set(c, in->out, false,
                  form1(c, F_CHOL_LOWER, factor_text(c, in->a)));
        break;
    case PLAN_TRANSPOSE:
        array_set(c, in->out, in->add, operand(c, in->a, true, false).code);
        break;
    case PLAN_MIRROR: /* arrays are always whole here */
        if (in->a != in->out)
            array_set(c, in->out, in->add, array_read(c, in->a));
        break;
    case PLAN_RESHAPE:
        array_reshape(c, in);
        break;
    case PLAN_PART:
        array_part(c, in);
        break;
    case PLAN_SLICE:
        array_slice(c, in);
        break;
    case PLAN_KRON:
        array_kron(c, in);
        break;
    case PLAN_COMMUTE:
        array_commute(c, in);
        break;
    case PLAN_FUN:
        function(c, in);
        break;
    case PLAN_REPEAT:
        array_repeat(c, in);
        break;
    case PLAN_AGAIN:
        array_again(c, in);
        break;
    case PLAN_COLLECT:
        collected(c, in);
        break;
    case PLAN_OP_COUNT:
        break;
    }
}
