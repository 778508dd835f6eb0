/* ctx.h: what every stage needs: memory, the error, names, limits. */
#ifndef NB_CTX_H
#define NB_CTX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/limits.h"

/* Tables that higher layers keep in the context, one pointer each. */
typedef enum CtxSlot {
    SLOT_INTERN,
    SLOT_DIM,
    SLOT_DIM_MIN,
    SLOT_TREE,
    SLOT_SYM,
    SLOT_RULES,
    SLOT_NET,
    SLOT_PLANTED,
    SLOT_COUNT
} CtxSlot;

typedef struct Ctx {
    Arena *arena;
    AllocHook hook;
    Diag diag;
    char no_memory[80]; /* the message for which no memory can be asked */
    Limits limits;
    uint64_t seed;
    bool latex; /* what is parsed now is LaTeX, whatever it looks like */
    uint64_t steps; /* counted work, against limits.steps */
    void *slot[SLOT_COUNT];
    void (*dump)(void *user, const char *stage, const char *text);
    void *dump_user;
} Ctx;

/* Both NULL arguments mean the defaults.  NULL if there is no memory. */
Ctx *ctx_new(const AllocHook *hook, const Limits *limits);
void ctx_free(Ctx *ctx);
/* Forget all trees, names and errors; keep limits, seed and hooks. */
void ctx_reset(Ctx *ctx);

/* Record an error (the first one wins).  Returns NULL, for `return`. */
void *ctx_fail(Ctx *ctx, ErrCode code, Span at, const char *mend,
               const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Has anything failed (memory included, which is then recorded)? */
bool ctx_failed(Ctx *ctx);
/* Count n steps of work; false (and an error) when the budget is spent. */
bool ctx_step(Ctx *ctx, uint64_t n);
/* Which text spans point into from now on. */
void ctx_source(Ctx *ctx, const char *source, const char *origin);

/* The unique pointer for a name: equal text is equal pointer. */
const char *ctx_intern(Ctx *ctx, const char *s, size_t n);
/* printf into the arena. */
char *ctx_printf(Ctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
