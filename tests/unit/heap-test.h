/* heap-test.h: an allocator for nb_options that counts what is live and fails
 * at one request, or from then on. */
#ifndef NB_HEAP_TEST_H
#define NB_HEAP_TEST_H

#include "nabla.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct Heap {
    long live, count, fail_at;
    bool forever; /* all requests after that one fail, too */
} Heap;

static inline void *heap_alloc(void *user, size_t size)
{
    Heap *h = user;
    long k = h->count++;
    if (k == h->fail_at || (h->forever && k > h->fail_at))
        return NULL;
    h->live++;
    return malloc(size);
}

static inline void heap_release(void *user, void *p)
{
    ((Heap *)user)->live--;
    free(p);
}

static inline nb_options heap_options(Heap *h)
{
    return (nb_options){.alloc = heap_alloc, .release = heap_release,
                        .user = h};
}

#endif
