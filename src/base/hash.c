/* hash.c: open addressing, at most half full. */
#include "base/hash.h"

#include <string.h>

#ifdef NB_TEST_SMALL
enum { FIRST_SLOTS = 2 };
#else
enum { FIRST_SLOTS = 32 };
#endif

uint64_t hash_bytes(const void *p, size_t n)
{
    const unsigned char *s = p;
    uint64_t h = 0xcbf29ce484222325ull ^ n;
    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 0x100000001b3ull;
    return hash_mix(h, n);
}

void hashset_init(HashSet *s, Arena *a,
                  bool (*equal)(const void *, const void *))
{
    *s = (HashSet){.arena = a, .equal = equal};
}

void *hashset_find(const HashSet *s, uint64_t hash, const void *key)
{
    if (s->cap == 0)
        return NULL;
    for (size_t i = hash & (s->cap - 1); s->slot[i]; i = (i + 1) & (s->cap - 1))
        if (s->hash[i] == hash && s->equal(s->slot[i], key))
            return s->slot[i];
    return NULL;
}

static void set_put(void **slot, uint64_t *hashes, size_t cap, uint64_t hash,
                    void *entry)
{
    size_t i = hash & (cap - 1);
    while (slot[i])
        i = (i + 1) & (cap - 1);
    slot[i] = entry;
    hashes[i] = hash;
}

bool hashset_add(HashSet *s, uint64_t hash, void *entry)
{
    if (2 * (s->count + 1) > s->cap) {
        size_t cap = s->cap ? 2 * s->cap : FIRST_SLOTS;
        void **slot = ARENA_ARRAY(s->arena, void *, cap);
        uint64_t *hashes = ARENA_ARRAY(s->arena, uint64_t, cap);
        if (!slot || !hashes)
            return false;
        for (size_t i = 0; i < s->cap; i++)
            if (s->slot[i])
                set_put(slot, hashes, cap, s->hash[i], s->slot[i]);
        s->slot = slot;
        s->hash = hashes;
        s->cap = cap;
    }
    set_put(s->slot, s->hash, s->cap, hash, entry);
    s->count++;
    return true;
}

void ptrmap_init(PtrMap *m, Arena *a)
{
    *m = (PtrMap){.arena = a};
}

static size_t ptr_slot(const void *const *keys, size_t cap, const void *key)
{
    size_t i = (size_t)hash_mix(1, (uint64_t)(uintptr_t)key) & (cap - 1);
    while (keys[i] && keys[i] != key)
        i = (i + 1) & (cap - 1);
    return i;
}

bool ptrmap_has(const PtrMap *m, const void *key)
{
    return m->cap && m->key[ptr_slot(m->key, m->cap, key)] == key;
}

void *ptrmap_get(const PtrMap *m, const void *key)
{
    if (m->cap == 0)
        return NULL;
    size_t i = ptr_slot(m->key, m->cap, key);
    return m->key[i] ? m->value[i] : NULL;
}

static bool ptrmap_grow(PtrMap *m)
{
    size_t cap = m->cap ? 2 * m->cap : FIRST_SLOTS;
    const void **key = ARENA_ARRAY(m->arena, const void *, cap);
    void **value = ARENA_ARRAY(m->arena, void *, cap);
    if (!key || !value)
        return false;
    for (size_t i = 0; i < m->cap; i++)
        if (m->key[i]) {
            size_t k = ptr_slot(key, cap, m->key[i]);
            key[k] = m->key[i];
            value[k] = m->value[i];
        }
    m->key = key;
    m->value = value;
    m->cap = cap;
    return true;
}

bool ptrmap_put(PtrMap *m, const void *key, void *value)
{
    if (2 * (m->count + 1) > m->cap && !ptrmap_grow(m))
        return false;
    size_t i = ptr_slot(m->key, m->cap, key);
    m->count += m->key[i] == NULL;
    m->key[i] = key;
    m->value[i] = value;
    return true;
}
