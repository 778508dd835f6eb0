/* call.c: a call: a plan's frame is borrowed, inputs and outputs are bound to
 * it, it runs, and it rests again. */
#include "api/function.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- frames */

static bool same_sizes(const Frame *f, const PlanSize *size, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (f->size[i].size != size[i].size)
            return false;
    return true;
}

/* Is it this thread's from now on?  It rests again by a plain store: a call
 * costs one locked operation. */
static bool take(Frame *x)
{
    return !atomic_exchange_explicit(&x->busy, true, memory_order_acquire);
}

static void give_back(Frame *x)
{
    atomic_store_explicit(&x->busy, false, memory_order_release);
}

/* One of these sizes that rests. */
static Frame *resting(nb_function *f, Use *u, const PlanSize *size)
{
    pthread_mutex_lock(&f->lock);
    Frame *x = u->frames;
    while (x && !(same_sizes(x, size, f->c->nsizes) && take(x)))
        x = x->next;
    pthread_mutex_unlock(&f->lock);
    return x;
}

static Frame *new_frame(nb_function *f, Use *u, const PlanSize *size,
                        bool *too_big)
{
    Frame *x = frame_new(u->plan, &f->owner->blas, size, f->c->nsizes,
                         dtype_size(f->dtype), too_big);
    if (!x)
        return NULL;
    atomic_store(&x->busy, true);
    pthread_mutex_lock(&f->lock);
    x->next = u->frames;
    u->frames = x;
    pthread_mutex_unlock(&f->lock);
    return x;
}

/* A frame of these sizes, the last one if it rests. */
static Frame *borrow(nb_function *f, Use *u, const PlanSize *size,
                     bool *too_big)
{
    Frame *x = atomic_load_explicit(&u->latest, memory_order_acquire);
    if (x && same_sizes(x, size, f->c->nsizes) && take(x))
        return x;
    x = resting(f, u, size);
    if (!x)
        x = new_frame(f, u, size, too_big);
    if (x)
        atomic_store_explicit(&u->latest, x, memory_order_release);
    return x;
}

/* --- arrays in and out */

/* Room beside the frame for one value, kept with it. */
static void *packed(const nb_function *f, Frame *x, Val v)
{
    if (!x->pack[v])
        x->pack[v] = malloc((x->entries[v] + 1) * dtype_size(f->dtype));
    return x->pack[v];
}

static bool bind_input(const nb_function *f, Frame *x, Val v, const View *a)
{
    if (view_in_place(a, f->dtype, f->row_major)) {
        x->ptr[v] = a->data;
        return true;
    }
    x->ptr[v] = packed(f, x, v);
    if (x->ptr[v])
        view_gather(a, f->dtype, f->row_major, x->ptr[v]);
    return x->ptr[v] != NULL;
}

static bool bind_inputs(const nb_function *f, const Use *u, Frame *x,
                        const nb_array *in)
{
    for (unsigned i = 0; i < f->c->ninputs; i++) {
        const Sym *s = f->c->input[i];
        View a = view_of(&in[i], s->rows, s->cols);
        if (u->input[i] != PLAN_NONE && !bind_input(f, x, u->input[i], &a))
            return false;
    }
    return true;
}

/* Is the value an input, or an earlier output? */
static bool earlier(const Plan *p, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++)
        if (p->out[i].val == p->out[k].val)
            return true;
    return p->inst[p->value[p->out[k].val].def].op == PLAN_INPUT;
}

/* Written while others are still read? */
static bool shared(const nb_function *f, const View *v, uint32_t k,
                   const nb_array *in, const nb_array *out,
                   const PlanSize *size)
{
    for (unsigned i = 0; i < f->c->ninputs; i++) {
        const Sym *s = f->c->input[i];
        View w = view_of(&in[i], s->rows, s->cols);
        if (view_meets(v, &w))
            return true;
    }
    for (uint32_t i = 0; i < f->c->task.nroots; i++) {
        View w = output_view(f, i, &out[i], size);
        if (i != k && out[i].data && view_meets(v, &w))
            return true;
    }
    return false;
}

static bool bind_output(const nb_function *f, Frame *x, uint32_t k,
                        const nb_array *in, const nb_array *out, bool *direct)
{
    const PlanOut *o = &x->plan->out[k];
    View v = output_view(f, k, &out[k], x->size);
    *direct = false;
    if (earlier(x->plan, k))
        return true;
    if (out[k].data && !o->transposed &&
        view_in_place(&v, f->dtype, f->row_major) &&
        !shared(f, &v, k, in, out, x->size)) {
        x->ptr[o->val] = v.data;
        *direct = true;
        return true;
    }
    x->ptr[o->val] = packed(f, x, o->val);
    return x->ptr[o->val] != NULL;
}

static bool all_real(const double *x, size_t n)
{
    double size = 0, off = 0;
    for (size_t i = 0; i < n; i++) {
        size = fmax(size, fabs(x[2 * i]));
        off = fmax(off, fabs(x[2 * i + 1]));
    }
    return off <= 1e-9 * size;
}

/* Complex numbers whose imaginary parts are no rounding errors do not go into
 * a real array. */
static int copy_output(const nb_function *f, const Frame *x, uint32_t k,
                       const nb_array *a, nb_status *st)
{
    const PlanOut *o = &x->plan->out[k];
    View v = output_view(f, k, a, x->size);
    if (!a->data)
        return 1;
    if (f->dtype == NB_C128 && a->dtype != NB_C128 && !o->real &&
        !all_real(x->ptr[o->val], x->entries[o->val]))
        return status_fail(st, NB_STATUS_DOMAIN, "%s is complex: its array "
                                                 "wants complex numbers",
                           o->label);
    view_scatter(&v, f->dtype, o->transposed != f->row_major,
                 x->ptr[o->val]);
    return 1;
}

/* --- the same arrays again, as in the loops of an optimiser */

/* From here on it is bound to other arrays: a note of no array that is. */
static void forget(Frame *x)
{
    if (x->note)
        *(nb_array *)x->note = (nb_array){.ndim = -1, .data = x};
}

/* The arrays that a frame is bound to, inputs and then outputs. */
static void remember(const nb_function *f, Frame *x, const nb_array *in,
                     const nb_array *out, const bool *direct)
{
    size_t nin = f->c->ninputs, nout = x->plan->nouts;
    bool all = f->nfree == 0;
    for (size_t i = 0; all && i < nout; i++)
        all = direct[i] || !out[i].data;
    for (Val v = 0; all && v < (Val)x->plan->nvalues; v++)
        all = x->pack[v] == NULL;
    if (!all)
        return;
    if (!x->note)
        x->note = malloc((nin + nout) * sizeof *in);
    if (!x->note)
        return;
    memcpy(x->note, in, nin * sizeof *in);
    memcpy((nb_array *)x->note + nin, out, nout * sizeof *out);
}

/* The frame that is bound to these arrays, if it rests; or NULL. */
static Frame *bound_to(nb_function *f, Use *u, const nb_array *in,
                       const nb_array *out)
{
    Frame *x = atomic_load_explicit(&u->latest, memory_order_acquire);
    if (!x || !take(x))
        return NULL;
    size_t nin = f->c->ninputs;
    if (x->note && memcmp(x->note, in, nin * sizeof *in) == 0 &&
        memcmp((nb_array *)x->note + nin, out,
               x->plan->nouts * sizeof *out) == 0)
        return x;
    give_back(x);
    return NULL;
}

/* --- a call */

static int report(const nb_function *f, const Use *u, const Frame *x,
                  const nb_array *in, nb_status *st)
{
    const Inst *i = x->failed;
    if (i && i->op != PLAN_FUN && x->report.code == RUN_SINGULAR &&
        i->a != PLAN_NONE && x->plan->value[i->a].factors)
        i = &x->plan->inst[x->plan->value[i->a].def]; /* the matrix itself */
    const char *what = i ? u->label[i - u->plan->inst] : "the expression";
    const char *message = x->report.code == RUN_OK ? "gives NaN or Inf"
                                                   : x->report.message;
    bool declared = i && i->of && i->of->op == OP_SYM &&
                    i->of->sym->props & PROP_POSDEF;
    if (input_not_finite(f, in, st))
        return 0;
    int run_code = x->report.code;
    int code = run_code == RUN_MEMORY ? NB_STATUS_MEMORY
               : run_code == RUN_SINGULAR || run_code == RUN_NOT_POSDEF
                   ? NB_STATUS_SINGULAR
                   : NB_STATUS_DOMAIN;
    return status_fail(st, code, "%s %s%s", what, message,
                       declared && x->report.code == RUN_NOT_POSDEF
                           ? ", as declared" : "");
}

static bool run(const nb_function *f, Frame *x)
{
    return f->dtype == NB_C128  ? frame_run_c128(x)
           : f->dtype == NB_F32 ? frame_run_f32(x)
                                : frame_run_f64(x);
}

/* 1, 0, or -1 where a matrix was hoped to be positive definite and is not. */
static int run_bound(nb_function *f, Use *u, Frame *x, const nb_array *in,
                     nb_array *out, const bool *direct, nb_status *st)
{
    bool good = run(f, x);
    st->rcond = x->report.rcond;
    if (good && x->bad) {
        x->trace = true; /* again, looking at every operation */
        run(f, x);
        x->trace = false;
        good = false;
    }
    for (uint32_t k = 0; good && k < u->plan->nouts; k++)
        if (!direct[k] && !copy_output(f, x, k, &out[k], st))
            return 0;
    if (!good)
        report(f, u, x, in, st);
    return good ? 1 : x->report.code == RUN_NOT_POSDEF ? -1 : 0;
}

/* As the last call: nothing is to be looked at or bound.  -2: it is not. */
static int call_again(nb_function *f, const nb_array *in, nb_array *out,
                      nb_status *st)
{
    bool direct[PLAN_OUTS];
    Use *u = &f->use[0];
    Frame *x = f->c->plan ? bound_to(f, u, in, out) : NULL;
    if (!x)
        return -2;
    memset(direct, 1, sizeof direct);
    bool obey = f->trusted || inputs_obey(f, in, st);
    int r = obey ? run_bound(f, u, x, in, out, direct, st)
                 : 0;
    if (!obey)
        input_not_finite(f, in, st); /* says more, if it is that */
    give_back(x);
    return r;
}

static int call_with(nb_function *f, Use *u, const PlanSize *size,
                     const nb_array *in, nb_array *out, nb_status *st)
{
    bool too_big = false, direct[PLAN_OUTS];
    Frame *x = borrow(f, u, size, &too_big);
    if (!x)
        return status_fail(st, NB_STATUS_MEMORY,
                           too_big ? "the sizes are larger than BLAS can count"
                                   : "there is no memory for these sizes");
    forget(x);
    bool bound = bind_inputs(f, u, x, in);
    for (uint32_t k = 0; bound && k < u->plan->nouts; k++)
        bound = bind_output(f, x, k, in, out, &direct[k]);
    if (bound)
        remember(f, x, in, out, direct);
    int r = bound ? run_bound(f, u, x, in, out, direct, st)
                  : status_fail(st, NB_STATUS_MEMORY,
                                "there is no memory for these sizes");
    give_back(x);
    return r;
}

int nb_call(nb_function *f, const nb_array *in, nb_array *out, nb_status *st)
{
    PlanSize size[PROGRAM_SIZES];
    nb_status mine;
    if (!f || !in || !out)
        return 0;
    if (!st)
        st = &mine;
    st->code = NB_STATUS_OK;
    st->rcond = 1;
    st->message[0] = '\0';
    int again = call_again(f, in, out, st);
    if (again >= 0)
        return again;
    if (!sizes_of(f, in, size, st) || !outputs_fit(f, out, size, st))
        return 0;
    if (!f->trusted && !inputs_obey(f, in, st)) {
        input_not_finite(f, in, st); /* says more, if it is that */
        return 0;
    }
    if (!f->c->plan)
        return call_exact(f, size, in, out, st);
    int r = call_with(f, &f->use[0], size, in, out, st);
    if (r < 0 && f->use[1].plan) { /* not definite: by LU, then */
        *st = (nb_status){.rcond = 1};
        r = call_with(f, &f->use[1], size, in, out, st);
    }
    return r > 0;
}
