/* function.h: what the files of compiled functions share.
 *
 * function.c makes one and answers questions about it; sizes.c finds the sizes
 * that arrays tell; obey.c and obeyz.c hold data against declarations; view.c
 * copies arrays; call.c runs the plan, exact.c does without one. */
#ifndef NB_FUNCTION_H
#define NB_FUNCTION_H

#include "api/compile.h"
#include "api/context.h"
#include "run/frame.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct Use { /* a plan, and its frames */
    const Plan *plan;
    Val input[PROGRAM_INPUTS]; /* PLAN_NONE: not read */
    const char **label;        /* of instructions: what they evaluate */
    _Atomic(Frame *) latest;   /* the one that was used last */
    Frame *frames;             /* all of them */
} Use;

struct nb_function {
    nb_context *owner;
    nb_function *next;
    Compiled *c;
    Use use[2]; /* the plan, and the careful one */
    pthread_mutex_t lock;
    bool single, row_major, trusted;
    nb_dtype dtype; /* of the numbers in frames */
    PlanSize hint[PROGRAM_SIZES];
    uint32_t nhints;
    const char *in_shape[PROGRAM_INPUTS + PROGRAM_SIZES];
    const char *out_shape[PLAN_OUTS];
    unsigned free_size[PROGRAM_SIZES]; /* sizes that no array tells: inputs */
    unsigned nfree;
};

/* An array as the declaration has it: m x n entries, `row` and `col` apart. */
typedef struct View {
    nb_dtype dtype;
    int64_t m, n;
    int64_t row, col; /* strides in elements: of i, of j */
    char *data;
} View;

/* Bytes of a number. */
size_t dtype_size(nb_dtype t);
/* view.c.  A vector of the other direction is turned. */
View view_of(const nb_array *a, const Dim *rows, const Dim *cols);
/* The real part at [i,j], from 0; the imaginary one. */
double view_at(const View *v, int64_t i, int64_t j);
double view_imag(const View *v, int64_t i, int64_t j);
void view_set(const View *v, int64_t i, int64_t j, double re, double im);
/* Do they lie where the other lies, or may they? */
bool view_meets(const View *a, const View *b);
/* Do several of its entries share one place? */
bool view_folds(const View *v);
/* Is it the numbers that a plan reads or writes, in that order? */
bool view_in_place(const View *v, nb_dtype real, bool by_rows);
/* From and to contiguous numbers; of complex ones a real array takes the real
 * parts. */
void view_gather(const View *v, nb_dtype real, bool by_rows, void *to);
void view_scatter(const View *v, nb_dtype real, bool by_rows,
                  const void *from);

/* Into *s; always 0. */
int status_fail(nb_status *s, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* sizes.c: from the inputs' shapes, held against the declarations. */
int sizes_of(const nb_function *f, const nb_array *in, PlanSize *size,
             nb_status *st);
View output_view(const nb_function *f, uint32_t k, const nb_array *a,
                 const PlanSize *size);
int outputs_fit(const nb_function *f, const nb_array *out,
                const PlanSize *size, nb_status *st);

/* obey.c: is an input what it was declared to be?  0 with a message. */
int inputs_obey(const nb_function *f, const nb_array *in, nb_status *st);
/* The same of one that is declared complex; obeyz.c */
int complex_obeys(const Sym *s, const View *v, nb_status *st);
/* 1 with a message if one has NaN or Inf. */
int input_not_finite(const nb_function *f, const nb_array *in, nb_status *st);

/* exact.c: without a plan: in multi-precision, in a context of its own. */
int call_exact(nb_function *f, const PlanSize *size, const nb_array *in,
               nb_array *out, nb_status *st);

#endif
