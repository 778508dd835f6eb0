/* arena.h: the only door to memory.
 *
 * An arena hands out zeroed memory that lives until the arena is reset or
 * freed; nothing is freed singly.  Once a request has failed (limit, system,
 * or the n-th request when a test asks for that) every later one fails too,
 * so a run of requests can be checked once, at its end. */
#ifndef NB_ARENA_H
#define NB_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;

typedef struct AllocHook {
    void *(*alloc)(void *user, size_t size);
    void (*release)(void *user, void *block);
    void *user;
} AllocHook;

/* A new arena of at most `limit` bytes; NULL if there is no memory. */
Arena *arena_new(const AllocHook *hook, size_t limit);
void arena_free(Arena *a);
/* Everything handed out since arena_new is gone; blocks are kept. */
void arena_reset(Arena *a);
/* Zeroed, aligned for any type; NULL after a failure. */
void *arena_alloc(Arena *a, size_t size);
/* n items of `size` bytes; checks the product. */
void *arena_array(Arena *a, size_t n, size_t size);
/* A copy of bytes[0..n-1] with a NUL behind. */
char *arena_text(Arena *a, const char *bytes, size_t n);
bool arena_failed(const Arena *a);
/* Was it the arena's limit, and not the system? */
bool arena_limited(const Arena *a);
size_t arena_used(const Arena *a);
/* Tests: the n-th request from now fails, and all after it (0: never). */
void arena_fail_at(Arena *a, uint64_t n);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_array((a), (n), sizeof(T)))

#endif
