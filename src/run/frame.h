/* frame.h: a plan at given sizes: one allocation for all that a call needs,
 * made once and used again.  One call at a time uses a frame. */
#ifndef NB_FRAME_H
#define NB_FRAME_H

#include "plan/plan.h"
#include "run/blas.h"
#include "kernel/vector.h"

#include <stdatomic.h>

enum { RUN_MESSAGE = 240 };

typedef struct RunReport {
    int code;      /* RUN_... */
    char message[RUN_MESSAGE];
    double rcond;  /* smallest estimate met; 1 if none was made */
} RunReport;

enum {
    RUN_OK,
    RUN_SINGULAR,   /* a matrix that has no inverse */
    RUN_NOT_POSDEF, /* a Cholesky factor that does not exist */
    RUN_DOMAIN,     /* NaN or Inf came out */
    RUN_LIBRARY,    /* a routine of LAPACK failed */
    RUN_MEMORY
};

typedef enum RunCheck {
    CHECK_NONE,  /* no output is ready, or a pass, which looks for itself */
    CHECK_OUT,
    CHECK_OUT2,
    CHECK_BOTH,
    CHECK_FACTOR /* of mostly zeros: what made it */
} RunCheck;

/* An instruction with its numbers. */
typedef struct RunStep {
    const Inst *in;
    int m, n, k;       /* of out, and the inner size; a factor: m */
    int lda, ldb;
    size_t count;      /* entries of out */
    struct LoopCode *code;
    int row0, col0;
    uint32_t other;    /* REPEAT and AGAIN: the other one */
    uint32_t slot;     /* they: of the index among the sizes */
    bool indexed;      /* its numbers change in the loops around it */
    double alpha;
    bool pair;         /* a matrix times a vector, and so is the next: of the
                          same matrix */
    RunCheck check;    /* what is looked at for NaN and Inf when it is done */
} RunStep;

typedef struct Frame {
    const Plan *plan;
    const Blas *blas;
    const Vector_f64 *vector64;
    const Vector_f32 *vector32;
    const Vector_c128 *vector128;
    uint32_t nsizes;
    PlanSize *size;
    uint32_t nsteps;   /* instructions but for the inputs */
    RunStep *step;
    void **ptr;        /* of values; inputs and outputs are set by a call */
    size_t *entries;   /* of values */
    bool *is_out;
    bool *unmade;      /* of values: no pass writes it, its product reads what
                          it is made of */
    const Inst **writer; /* of outputs, the last (the end of the loop that
                            it is in): there they are looked at for NaN and
                            Inf */
    int **pivot;       /* of LU values */
    void *work;        /* of the kernels */
    size_t work_bytes;
    bool bad;          /* NaN or Inf was written to an output */
    bool trace;        /* look for it at every operation */
    void **pack;       /* of values: arrays that had to be copied */
    RunReport report;
    const Inst *failed; /* where, after a failure */
    void *note;        /* its user's; freed with it */
    struct Frame *next;
    atomic_bool busy;  /* its user's: a call has it */
    size_t bytes;
    void *memory;
} Frame;

/* The frame of a plan at sizes for which every dimension has a number; NULL:
 * no memory, or sizes that a 32-bit BLAS cannot hold (*too_big). */
Frame *frame_new(const Plan *p, const Blas *blas, const PlanSize *size,
                 uint32_t nsizes, size_t real_size, bool *too_big);
void frame_free(Frame *f);

/* The step's numbers as the indices are now. */
void frame_renew(Frame *f, RunStep *s);

/* Run it; the inputs' and outputs' ptr are set.  f->report says how it went. */
bool frame_run_f64(Frame *f);
bool frame_run_f32(Frame *f);
bool frame_run_c128(Frame *f);

#endif
