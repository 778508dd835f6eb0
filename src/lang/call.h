/* call.h: what the shapes of calls share; private to call.c and special.c. */
#ifndef NB_CALL_H
#define NB_CALL_H

#include "lang/shape.h"

/* --- call.c */
/* Is t sum(i, e), sum(r=0:k-1, e)? */
bool sums_over_index(const Tree *t);
/* A function of the table, of its first argument. */
const Tree *function_of(Shaper *s, const Tree *t, OpId op);
/* Argument i is not what is wanted; NULL. */
void *signature_mismatch(Shaper *s, const Tree *t, uint32_t i,
                         const char *want);

/* --- special.c: the shaped tree of a parsed call, whose number of arguments
 * is right; NULL after an error that names the argument. */
const Tree *call_eye(Shaper *s, const Tree *t);
const Tree *call_fill(Shaper *s, const Tree *t);  /* ones, zeros */
const Tree *call_unitm(Shaper *s, const Tree *t); /* J(i,j,n,m) */
const Tree *call_unitv(Shaper *s, const Tree *t); /* e(i,n) */
const Tree *call_delta(Shaper *s, const Tree *t);
const Tree *call_sum(Shaper *s, const Tree *t);
const Tree *call_norm(Shaper *s, const Tree *t);
const Tree *call_extreme(Shaper *s, const Tree *t); /* max, min */
const Tree *call_reshape(Shaper *s, const Tree *t);
const Tree *call_eigen(Shaper *s, const Tree *t); /* lambda, eigvec */
/* vector(c), matrix(c): c times ones of the size that fits. */
const Tree *call_fitting(Shaper *s, const Tree *t);
const Tree *call_band(Shaper *s, const Tree *t);
/* |x| of LaTeX: modulus, determinant or length; e^x: of each entry or of the
 * matrix. */
const Tree *call_bars(Shaper *s, const Tree *t);
const Tree *call_epower(Shaper *s, const Tree *t);
const Tree *call_frechet(Shaper *s, const Tree *t);

#endif
