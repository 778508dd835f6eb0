/* fromtree.h: what the files share that turn trees into nodes; private to
 * plan/.
 *
 *   fromtree.c   operators and functions
 *   atindex.c    entries, unit vectors and sums: what has an index
 *   spectrum.c   eigenvalues at an index
 *   frechet.c    derivatives of functions of a matrix along a direction */
#ifndef NB_FROMTREE_H
#define NB_FROMTREE_H

#include "plan/node.h"

/* NULL: "WHAT has no plan yet". */
Node *node_none(Nodes *g, const Tree *t, const char *what);
/* d with the numbers of the indices of sums written out. */
const Dim *node_bound(const Nodes *g, const Dim *d);
/* The integer that an index, an exponent or a bound is; NULL: it is none. */
const Dim *node_index(Nodes *g, const Tree *t);
Node *node_of_entry(Nodes *g, const Tree *t); /* A[i,j], x[i], A[:,j] */
Node *node_of_unit(Nodes *g, const Tree *t);  /* J, e, delta */
Node *node_of_sum(Nodes *g, const Tree *t);   /* sum(i, ...) */
Node *node_of_eigen(Nodes *g, const Tree *t); /* lambda(A,i), eigvec(A,i) */
/* pinv(a) where a is lambda(A,i)*I - A; or NULL. */
Node *node_resolvent(Nodes *g, Node *a);
Node *node_of_frechet(Nodes *g, const Tree *t);
/* A sum over r of X^r*E*X^(k-1-r); NULL without an error: it is none. */
Node *node_of_powers(Nodes *g, const Tree *t);

#endif
