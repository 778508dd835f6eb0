/* ref.h: what the right answer is, from the table's own text. */
#ifndef NUMBERS_REF_H
#define NUMBERS_REF_H

#include "table.h"

/* Fills t->out: values in quadruple precision by an interpreter of the
 * table's expressions, derivatives as central differences of those values
 * (which knows no rule of calculus).  1, or 0 with a message. */
int reference(Task *t);

#endif
