/* hash.h: mixing, and a table of pointers with open addressing, used for
 * consing (find by content) and for memo tables (pointer to pointer). */
#ifndef NB_HASH_H
#define NB_HASH_H

#include "base/arena.h"

static inline uint64_t hash_mix(uint64_t h, uint64_t x)
{
    h ^= x + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ull;
    return h ^ (h >> 32);
}
uint64_t hash_bytes(const void *p, size_t n);

/* Set of entries by content. */
typedef struct HashSet {
    Arena *arena;
    void **slot;
    uint64_t *hash;
    size_t count, cap;
    bool (*equal)(const void *a, const void *b);
} HashSet;

void hashset_init(HashSet *s, Arena *a,
                  bool (*equal)(const void *, const void *));
/* The stored entry equal to key, or NULL. */
void *hashset_find(const HashSet *s, uint64_t hash, const void *key);
/* Add an entry known to be absent; false if there is no memory. */
bool hashset_add(HashSet *s, uint64_t hash, void *entry);

/* Map from pointer to pointer. */
typedef struct PtrMap {
    Arena *arena;
    const void **key;
    void **value;
    size_t count, cap;
} PtrMap;

void ptrmap_init(PtrMap *m, Arena *a);
void *ptrmap_get(const PtrMap *m, const void *key); /* NULL if absent */
bool ptrmap_has(const PtrMap *m, const void *key);
bool ptrmap_put(PtrMap *m, const void *key, void *value);

#endif
