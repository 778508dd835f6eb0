/* czfile.h: a complex plan as one C file that calls CBLAS and LAPACK, where
 * each value has its own part of the workspace; private to out/.
 *
 *   cz.c      the frame of the file, values, what is moved
 *   czloop.c  entrywise passes
 *   czcall.c  products, factors and solves
 *   czhelp.c  the functions that stand above the one that is asked for */
#ifndef NB_CZFILE_H
#define NB_CZFILE_H

#include "out/codetext.h"

typedef struct CzFile {
    Ctx *ctx;
    const CodeTask *task;
    const Plan *plan;
    Names names;
    Sizes sizes;
    const Inst *const *input;
    uint32_t ninputs;
    const char **name;    /* of values: pointers */
    const char **pivot;   /* of LU values */
    const char **given;   /* of inputs: the parameter, where that is real */
    const char *out[PLAN_OUTS];
    const char *function;
    const Dim *work;      /* numbers of the workspace so far */
    Buf head, body, codes;
    uint32_t failures, numbered;
    const char *i, *j, *k, *l;
} CzFile;

/* A line of the body. */
void cz_line(CzFile *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *cz_dim(CzFile *f, const Dim *d); /* "n", "(n + 1)" */
const char *cz_int(CzFile *f, const Dim *d); /* "(int)n" */
const char *cz_count(CzFile *f, Val v);      /* entries */
const char *cz_fresh(CzFile *f, char stem);
/* Another part of the workspace, of so many numbers. */
const char *cz_room(CzFile *f, const char *type, const Dim *size);
/* Where entry i,j of a value is: "i + j * n", "i", "0". */
const char *cz_place(CzFile *f, const Value *v, const char *i, const char *j);
/* "for (size_t i = 0; i < n; i++) {" */
void cz_for(CzFile *f, const char *i, const Dim *n);
/* "if (test) return k;", k saying what is wrong with the instruction. */
void cz_check(CzFile *f, const Inst *in, const char *test, const char *what);
void cz_lacks(CzFile *f, const char *what);

void cz_loop(CzFile *f, const Loop *l);
void cz_matmul(CzFile *f, const Inst *in);
void cz_kron(CzFile *f, const Inst *in);
void cz_factor(CzFile *f, const Inst *in);
void cz_fun(CzFile *f, const Inst *in);
/* The functions that the body calls, with those that they call. */
void cz_helpers(Buf *b, const char *body);
extern const char cz_reserved[];

#endif
