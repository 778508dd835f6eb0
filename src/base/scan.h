/* scan.h: reading the text of a dump, from left to right. */
#ifndef NB_SCAN_H
#define NB_SCAN_H

#include "base/rat.h"

typedef struct Scan {
    Ctx *ctx;
    const char *text, *s; /* the whole; what is still to be read */
} Scan;

/* Reads the literal, after blanks within the line, if it is there. */
bool scan_is(Scan *in, const char *literal);
/* The same, or an error. */
bool scan_want(Scan *in, const char *literal);
/* A name, interned; NULL if there is none (no error). */
const char *scan_name(Scan *in);
/* Decimal digits, perhaps after a minus; false if there are none. */
bool scan_number(Scan *in, int64_t *n);
/* "-3", "p/q", of any length; false if there is none. */
bool scan_rat(Scan *in, Rat *r);
/* An error at this place: what was wanted there.  NULL, for return. */
void *scan_fail(Scan *in, const char *wanted);

#endif
