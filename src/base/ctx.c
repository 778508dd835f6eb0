/* ctx.c: the context: memory, the sticky error, interned names, the budget
 * of steps. */
#include "base/ctx.h"
#include "base/hash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Ctx *ctx_new(const AllocHook *hook, const Limits *limits)
{
    static const Limits standard = LIMITS_DEFAULT;
    AllocHook h = hook ? *hook : (AllocHook){0};
    Ctx *ctx = h.alloc ? h.alloc(h.user, sizeof *ctx) : malloc(sizeof *ctx);
    if (!ctx)
        return NULL;
    *ctx = (Ctx){.hook = h, .limits = limits ? *limits : standard, .seed = 1};
    ctx->arena = arena_new(&ctx->hook, ctx->limits.memory);
    if (ctx->arena)
        return ctx;
    ctx_free(ctx);
    return NULL;
}

void ctx_free(Ctx *ctx)
{
    if (!ctx)
        return;
    arena_free(ctx->arena);
    AllocHook h = ctx->hook;
    if (h.release)
        h.release(h.user, ctx);
    else
        free(ctx);
}

void ctx_reset(Ctx *ctx)
{
    arena_reset(ctx->arena);
    memset(ctx->slot, 0, sizeof ctx->slot);
    ctx->diag = (Diag){0};
    ctx->steps = 0;
}

static char *ctx_vprintf(Ctx *ctx, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *s = n < 0 ? NULL : arena_alloc(ctx->arena, (size_t)n + 1);
    if (s)
        vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

char *ctx_printf(Ctx *ctx, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = ctx_vprintf(ctx, fmt, ap);
    va_end(ap);
    return s;
}

static void out_of_memory(Ctx *ctx)
{
    ctx->diag.code = ERR_MEMORY;
    ctx->diag.message = "out of memory";
    ctx->diag.mend = NULL;
    if (!arena_limited(ctx->arena))
        return;
    snprintf(ctx->no_memory, sizeof ctx->no_memory,
             "out of memory: the limit memory = %zu bytes is reached",
             ctx->limits.memory);
    ctx->diag.message = ctx->no_memory;
}

void *ctx_fail(Ctx *ctx, ErrCode code, Span at, const char *mend,
               const char *fmt, ...)
{
    if (ctx->diag.code != ERR_NONE)
        return NULL;
    va_list ap;
    va_start(ap, fmt);
    const char *text = ctx_vprintf(ctx, fmt, ap);
    va_end(ap);
    if (!text) {
        out_of_memory(ctx);
        return NULL;
    }
    ctx->diag.code = code;
    ctx->diag.span = at;
    ctx->diag.message = text;
    ctx->diag.mend = mend;
    return NULL;
}

bool ctx_failed(Ctx *ctx)
{
    if (ctx->diag.code == ERR_NONE && arena_failed(ctx->arena))
        out_of_memory(ctx);
    return ctx->diag.code != ERR_NONE;
}

bool ctx_step(Ctx *ctx, uint64_t n)
{
    ctx->steps += n;
    if (ctx->steps <= ctx->limits.steps)
        return !ctx_failed(ctx);
    ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
             "the limit steps = %llu is reached",
             (unsigned long long)ctx->limits.steps);
    return false;
}

void ctx_source(Ctx *ctx, const char *source, const char *origin)
{
    if (ctx->diag.code != ERR_NONE)
        return;
    ctx->diag.source = source;
    ctx->diag.origin = origin;
}

typedef struct Name {
    size_t n;
    const char *s;
} Name;

static bool name_same(const void *a, const void *b)
{
    const Name *p = a, *q = b;
    return p->n == q->n && memcmp(p->s, q->s, p->n) == 0;
}

const char *ctx_intern(Ctx *ctx, const char *s, size_t n)
{
    HashSet *set = ctx->slot[SLOT_INTERN];
    if (!set) {
        set = ARENA_NEW(ctx->arena, HashSet);
        if (!set)
            return NULL;
        hashset_init(set, ctx->arena, name_same);
        ctx->slot[SLOT_INTERN] = set;
    }
    Name key = {n, s};
    uint64_t h = hash_bytes(s, n);
    const Name *old = hashset_find(set, h, &key);
    if (old)
        return old->s;
    Name *e = ARENA_NEW(ctx->arena, Name);
    if (!e)
        return NULL;
    e->n = n;
    e->s = arena_text(ctx->arena, s, n);
    return e->s && hashset_add(set, h, e) ? e->s : NULL;
}
