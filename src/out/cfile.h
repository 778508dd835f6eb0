/* cfile.h: a plan as one C file that calls CBLAS and LAPACK; private to out/.
 *
 *   c.c       the frame of the file, instructions of a line or two
 *   cline.c   lines; cplace.c: where values are kept, and how long
 *   cloop.c   entrywise passes as loops; cterm.c: what stands in them
 *   ccall.c   products
 *   cpart.c   parts of arrays, loops over an index
 *   cfactor.c factors, solves, functions of matrices
 *   chelp.c   the functions that stand above the one that is asked for, with
 *             clinear.c and cmatfun.c */
#ifndef NB_CFILE_H
#define NB_CFILE_H

#include "out/codetext.h"

typedef struct CValue {
    const char *name;  /* a scalar's variable, an array's pointer */
    const char *pivot; /* LU: its pivots */
    const Dim *size;   /* entries */
    int32_t last;      /* the last instruction that touches it */
    int32_t block;     /* of work; -1: none */
    int32_t pivots;    /* block of its pivots; -1: none */
    Val minus;         /* it is -minus, written where it is read; or NONE */
    bool scalar, output, written;
    const char *result; /* a scalar that is only given out: where to */
} CValue;

typedef struct CBlock {
    const char *name;
    const Dim *size;
    bool free, pivots;
} CBlock;

typedef struct CFile {
    Ctx *ctx;
    const CodeTask *task;
    const Plan *plan;
    Names names;
    Sizes sizes;
    const Inst *const *input;
    uint32_t ninputs;
    CValue *value;
    CBlock *block;
    uint32_t nblocks;
    const char *function;
    const char *out[PLAN_OUTS];
    Buf body;
    Buf codes;       /* what the return codes mean, a line each */
    uint32_t failures, statements, numbered[26];
    int indent;
    const char *i, *j, *k, *l; /* indices of loops */
    const char *i0, *i1;       /* from, to: of a strip of rows */
} CFile;

/* Which instruction is the last to read each value. */
void c_lives(CFile *f);
/* Room for what instruction `at` writes; what it read last gives its up. */
void c_place(CFile *f, const Inst *in, uint32_t at);
void c_release(CFile *f, uint32_t at);
/* A line of the body, indented. */
void c_line(CFile *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *c_dim(CFile *f, const Dim *d);     /* "n", "n * m", "(n + 1)" */
const char *c_count(CFile *f, Val v);          /* entries */
const char *c_name(const CFile *f, Val v);
const char *c_fresh(CFile *f, char stem); /* w1, w2, ... */
const char *c_int(CFile *f, const Dim *d); /* "(int)n" */
/* "double x = " the first time, then "x = ". */
const char *c_scalar(CFile *f, Val v);
/* The same for one that is complete with it: perhaps the output itself. */
const char *c_number(CFile *f, Val v);
/* A block for the time of one instruction. */
const char *c_scratch(CFile *f, const Dim *size);
/* Return code for what can go wrong with the instruction. */
uint32_t c_failure(CFile *f, const Inst *in, const char *what);
void c_lacks(CFile *f, const char *what);

void c_loop(CFile *f, const Loop *l);
void c_matmul(CFile *f, const Inst *in);
/* Are they A*x and A*y?  Then both at once. */
bool c_pair(const CFile *f, const Inst *in, const Inst *next);
void c_two(CFile *f, const Inst *in, const Inst *next);
void c_factor(CFile *f, const Inst *in);
void c_fun(CFile *f, const Inst *in);
void c_slice(CFile *f, const Inst *in);
void c_part(CFile *f, const Inst *in);
void c_collect(CFile *f, const Inst *in);
void c_repeat(CFile *f, const Inst *in);
void c_again(CFile *f);
/* Is b, which the instruction reads and which dies, what out is written
 * over? */
bool c_same(const CFile *f, Val a, Val b);
/* The functions that the body calls, with those that they call. */
void c_helpers(Buf *b, const char *body);
/* Names that the file uses itself. */
extern const char *const c_reserved[];

#endif
