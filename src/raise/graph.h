/* graph.h: one term's contraction graph; private to raise/.
 *
 * Vertices are labels, factors are edges (matrices), pendants (vectors) and
 * scalars. */
#ifndef NB_RAISE_GRAPH_H
#define NB_RAISE_GRAPH_H

#include "raise/build.h"

enum { NOWHERE = INT32_MIN };

typedef struct Item {
    Label a, b; /* ends; b NOWHERE: a vector (a column at a) */
    Chain c;    /* from a to b */
} Item;

typedef struct Graph {
    Raise *r;
    const Net *net;
    Item *it;
    uint32_t n;
    FTerm *out;
    bool failed;
    uint32_t nl, *ends; /* scratch of a step: how often each label stands */
    const Factor **fuse; /* patterns still to be consumed: Kronecker indices,
                            equal diagonals */
    uint32_t nfuse;
} Graph;

/* --- questions and small changes (graph.c) */
/* A label that belongs to a pattern waits for it. */
bool fused(const Graph *g, Label l);
bool open_label(const Graph *g, Label l);
bool bound_label(const Graph *g, Label l);
uint32_t degree(const Graph *g, Label l);
void remove_item(Graph *g, uint32_t i);
void add_scalar(Graph *g, const Tree *t);
/* The item with its end at l turned to be b (for a vector: nothing). */
Chain ending_at(Graph *g, const Item *it, Label l);
Label other_end(const Item *it, Label l);
const Tree *vector_tree(Graph *g, const Item *it);
void put_factor(Graph *g, const Factor *f);
/* The tree of a fixed label. */
const Tree *fixed_tree(Graph *g, Label l);

/* --- steps; true if one was taken */
/* Hadamard product of two vectors at one label. */
bool merge_vectors(Graph *g, Label l);
bool graph_step(Graph *g);             /* reduce.c */
bool fuse_step(Graph *g, uint32_t i);  /* fuse.c */

/* An item with a fixed end becomes an entry, a row or a column (close.c). */
bool index_item(Graph *g, uint32_t i);
/* --- the ends (close.c): fixed indices, then the open axes */
void close_graph(Graph *g);

/* --- explicit sums over an index (cut.c) */
/* The label where reduction sticks; -1: nowhere. */
Label stuck_label(const Graph *g);
/* The label of a wide factor that has to be summed over explicitly; -1. */
Label label_to_cut(const Net *n, const Term *t);
/* The term with label l fixed at a fresh index, and summed over it; an open
 * label stands on a unit vector then. */
bool cut_label(Raise *r, const Net *n, const Term *t, Label l, FTerm *out);

#endif
