/* arena.c: bump allocation in blocks that double up to a megabyte. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#ifdef NB_TEST_SMALL
enum { FIRST_BLOCK = 64, LAST_BLOCK = 4096 };
#else
enum { FIRST_BLOCK = 1 << 16, LAST_BLOCK = 1 << 20 };
#endif
enum { ALIGN = 16 };

typedef struct Block {
    struct Block *next;
    size_t size, used;
} Block;

struct Arena {
    AllocHook hook;
    Block *first, *last;
    size_t limit, total;
    uint64_t count, fail_at;
    bool failed, limited;
};

static void *hook_alloc(const AllocHook *h, size_t size)
{
    return h->alloc ? h->alloc(h->user, size) : malloc(size);
}

static void hook_release(const AllocHook *h, void *p)
{
    if (h->release)
        h->release(h->user, p);
    else
        free(p);
}

Arena *arena_new(const AllocHook *hook, size_t limit)
{
    AllocHook h = hook ? *hook : (AllocHook){0};
    Arena *a = hook_alloc(&h, sizeof *a);
    if (a)
        *a = (Arena){.hook = h, .limit = limit};
    return a;
}

void arena_free(Arena *a)
{
    if (!a)
        return;
    for (Block *b = a->first; b;) {
        Block *next = b->next;
        hook_release(&a->hook, b);
        b = next;
    }
    AllocHook h = a->hook;
    hook_release(&h, a);
}

void arena_reset(Arena *a)
{
    Block *keep = a->first;
    for (Block *b = keep ? keep->next : NULL; b;) {
        Block *next = b->next;
        a->total -= b->size;
        hook_release(&a->hook, b);
        b = next;
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
    }
    a->last = keep;
    a->failed = a->limited = false;
}

static size_t header(void)
{
    return (sizeof(Block) + ALIGN - 1) / ALIGN * ALIGN;
}

static Block *block_add(Arena *a, size_t need)
{
    size_t size = a->last ? 2 * a->last->size : FIRST_BLOCK;
    if (size > LAST_BLOCK)
        size = LAST_BLOCK;
    if (size < need + header())
        size = need + header();
    if (size > a->limit || a->total > a->limit - size) {
        a->limited = true;
        return NULL;
    }
    Block *b = hook_alloc(&a->hook, size);
    if (!b)
        return NULL;
    *b = (Block){.size = size, .used = header()};
    if (a->last)
        a->last->next = b;
    else
        a->first = b;
    a->last = b;
    a->total += size;
    return b;
}

void *arena_alloc(Arena *a, size_t size)
{
    if (a->failed || size > a->limit) {
        a->limited = a->limited || !a->failed;
        a->failed = true;
        return NULL;
    }
    size = size ? (size + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    a->count++;
    Block *b = a->last;
    if (b && b->used < header())
        b->used = header();
    if (!b || b->size - b->used < size)
        b = a->fail_at && a->count >= a->fail_at ? NULL : block_add(a, size);
    if (!b || (a->fail_at && a->count >= a->fail_at)) {
        a->failed = true;
        return NULL;
    }
    void *p = (char *)b + b->used;
    b->used += size;
    return memset(p, 0, size);
}

void *arena_array(Arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 2 / size) {
        a->failed = true;
        return NULL;
    }
    return arena_alloc(a, n * size);
}

char *arena_text(Arena *a, const char *bytes, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    if (p && n)
        memcpy(p, bytes, n);
    return p;
}

bool arena_limited(const Arena *a)
{
    return a->limited;
}

bool arena_failed(const Arena *a)
{
    return a->failed;
}

size_t arena_used(const Arena *a)
{
    return a->total;
}

void arena_fail_at(Arena *a, uint64_t n)
{
    a->fail_at = n ? a->count + n : 0;
}
