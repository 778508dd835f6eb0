/* entrywise.h: what sums and entrywise products share. */
#ifndef NB_ENTRYWISE_H
#define NB_ENTRYWISE_H

#include "plan/node.h"

typedef enum EwShape { SCALAR, COLUMN, ROW, FULL } EwShape;

EwShape ew_shape(const Node *a);
/* op of kids that broadcast, as they are; one kid is itself. */
Node *ew_make(Nodes *g, OpId op, uint32_t n, Node *const *kid);
/* In the order in which they were made. */
void ew_sort(Node **kid, uint32_t n);

static inline bool ew_number(const Node *a)
{
    return a->kind == N_NUM && a->op == OP_NUM;
}

static inline bool ew_is(const Node *a, OpId op)
{
    return a->kind == N_EW && a->op == op;
}

#endif
