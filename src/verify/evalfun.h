/* evalfun.h: what the files of the evaluator share. */
#ifndef NB_EVALFUN_H
#define NB_EVALFUN_H

#include "verify/ring.h"

/* One entry of an entrywise operation; false: outside the domain. */
typedef bool Entry(Eval *e, const Tree *t, void *z, const void *x,
                   const void *y);

/* --- eval.c */
Mat *eval_number(Eval *e, Rat q);
Mat *eval_sums(Eval *e, OpId op, const Mat *a);
/* Entry by entry, broadcasting rows, columns and scalars. */
Mat *eval_entrywise(Eval *e, const Tree *t, const Mat *a, const Mat *b,
                    Entry *f);
Entry eval_entry_mul, eval_entry_div, eval_entry_fun;

/* --- evalfun.c: functions of the whole matrix */
Mat *eval_function(Eval *e, const Tree *t);
Mat *eval_kept(Eval *e, const Tree *t, const Mat *a);
Mat *eval_diagonals(Eval *e, OpId op, const Mat *a);
Mat *eval_eigen(Eval *e, const Tree *t);
Mat *eval_frechet(Eval *e, const Tree *t);
Mat *eval_real_part(Ring *r, const Mat *a, bool imag);

/* --- evalpart.c */
Mat *eval_diag(Eval *e, const Mat *a);
Mat *eval_vec(Eval *e, const Mat *a);
Mat *eval_reshape(Eval *e, const Tree *t, const Mat *v);
Mat *eval_filled(Eval *e, const Tree *t); /* eye, ones, zeros, J, e, delta */
Mat *eval_indexed(Eval *e, const Tree *t);
Mat *eval_sum_over(Eval *e, const Tree *t);
/* The tree's shape at these sizes; false: none, or too large. */
bool eval_size(const Eval *e, const Tree *t, size_t *rows, size_t *cols);

#endif
