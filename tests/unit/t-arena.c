/* t-arena.c: memory: zeroed, aligned, limited, and failing on request. */
#include "base-test.h"

#include "base/ctx.h"
#include "base/hash.h"

#include <stdlib.h>

typedef struct Count {
    long live, total, allow;
} Count;

static void *count_alloc(void *user, size_t size)
{
    Count *c = user;
    if (c->total == c->allow)
        return NULL;
    c->live++;
    c->total++;
    return malloc(size);
}

static void count_release(void *user, void *p)
{
    ((Count *)user)->live--;
    free(p);
}

static void memory_is_zeroed_and_aligned(void **state)
{
    Arena *a = arena_new(NULL, 1u << 24);
    (void)state;
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    arena_reset(a);
    const unsigned char *again = arena_alloc(a, 4096);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(again[i], 0);
    arena_free(a);
}

static void the_limit_holds(void **state)
{
    Arena *a = arena_new(NULL, 1u << 20);
    size_t got = 0;
    (void)state;
    while (arena_alloc(a, 1000))
        got += 1000;
    assert_true(got > 1u << 18);
    assert_true(arena_used(a) <= 1u << 20);
    assert_true(arena_failed(a));
    assert_null(arena_alloc(a, 1));
    arena_reset(a);
    assert_false(arena_failed(a));
    assert_non_null(arena_alloc(a, 1));
    arena_free(a);
}

static void products_do_not_wrap(void **state)
{
    Arena *a = arena_new(NULL, 1u << 20);
    (void)state;
    assert_null(arena_array(a, SIZE_MAX / 4, 8));
    assert_true(arena_failed(a));
    arena_reset(a);
    assert_null(arena_alloc(a, SIZE_MAX));
    arena_free(a);
}

static void the_nth_request_fails(void **state)
{
    Arena *a = arena_new(NULL, 1u << 20);
    (void)state;
    arena_fail_at(a, 3);
    assert_non_null(arena_alloc(a, 8));
    assert_non_null(arena_alloc(a, 8));
    assert_null(arena_alloc(a, 8));
    assert_null(arena_alloc(a, 8));
    arena_free(a);
}

/* Every block comes from the hook and goes back to it, also when it refuses
 * in the middle. */
static void the_hook_gets_all_back(void **state)
{
    (void)state;
    for (long allow = 0; allow < 6; allow++) {
        Count c = {0, 0, allow};
        AllocHook h = {count_alloc, count_release, &c};
        Ctx *ctx = ctx_new(&h, NULL);
        for (int i = 0; ctx && i < 1000; i++)
            arena_alloc(ctx->arena, 1000);
        assert_true(!ctx || ctx_failed(ctx));
        assert_true(!ctx || ctx->diag.code == ERR_MEMORY);
        ctx_free(ctx);
        assert_int_equal(c.live, 0);
    }
}

static void the_first_error_wins(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    (void)state;
    ctx_fail(c, ERR_LANGUAGE, (Span){1, 2}, "mend", "one %d", 1);
    ctx_fail(c, ERR_INTERNAL, (Span){3, 4}, NULL, "two");
    assert_int_equal(c->diag.code, ERR_LANGUAGE);
    assert_string_equal(c->diag.message, "one 1");
    ctx_reset(c);
    assert_false(ctx_failed(c));
    ctx_free(c);
}

static void equal_names_are_one_pointer(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    char text[16];
    (void)state;
    const char *first = ctx_intern(c, "n17", 3);
    for (int i = 0; i < 2000; i++) {
        int n = 1;
        text[0] = 'n';
        for (int k = i; k; k /= 10)
            text[n++] = (char)('0' + k % 10);
        assert_non_null(ctx_intern(c, text, (size_t)n));
    }
    assert_ptr_equal(ctx_intern(c, "n17 and more", 3), first);
    assert_ptr_not_equal(ctx_intern(c, "n1", 2), first);
    ctx_free(c);
}

static void a_map_keeps_what_it_got(void **state)
{
    Arena *a = arena_new(NULL, 1u << 24);
    PtrMap m;
    static char key[5000];
    (void)state;
    ptrmap_init(&m, a);
    assert_null(ptrmap_get(&m, key));
    for (size_t i = 0; i < sizeof key; i++)
        assert_true(ptrmap_put(&m, &key[i], &key[sizeof key - 1 - i]));
    for (size_t i = 0; i < sizeof key; i++)
        assert_ptr_equal(ptrmap_get(&m, &key[i]), &key[sizeof key - 1 - i]);
    assert_int_equal(m.count, sizeof key);
    ptrmap_put(&m, key, NULL);
    assert_true(ptrmap_has(&m, key));
    assert_null(ptrmap_get(&m, key));
    assert_int_equal(m.count, sizeof key);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(products_do_not_wrap),
        cmocka_unit_test(the_nth_request_fails),
        cmocka_unit_test(the_hook_gets_all_back),
        cmocka_unit_test(the_first_error_wins),
        cmocka_unit_test(equal_names_are_one_pointer),
        cmocka_unit_test(a_map_keeps_what_it_got),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
