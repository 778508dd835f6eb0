/* t-dump.c: dumps are read back: every network that the corpus makes on its
 * way, and its parsed, shaped and raised trees, is the pointer that it was. */
#include "lang-test.h"

#include "api/context.h"
#include "cases.h"
#include "nabla.h"
#include "net/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_SYMS = 256 };

static unsigned nets_read, trees_read, questions, wrong;

/* --- nets */

typedef struct Symbols {
    const Sym *sym[MOST_SYMS];
    size_t n;
} Symbols;

static void note_symbol(Symbols *s, const Sym *y)
{
    const Sym *x = y->conj_of ? y->conj_of : y;
    for (size_t i = 0; i < s->n; i++)
        if (s->sym[i] == x)
            return;
    assert_true(s->n < MOST_SYMS);
    s->sym[s->n++] = x;
}

static void net_symbols(Symbols *s, PtrMap *seen, const Net *n)
{
    if (ptrmap_has(seen, n))
        return;
    ptrmap_put(seen, n, seen);
    for (uint32_t i = 0; i < n->nterms; i++)
        for (uint32_t j = 0; j < n->term[i].nfactors; j++) {
            const Atom *a = n->term[i].factor[j].atom;
            if (a->sym)
                note_symbol(s, a->sym);
            for (unsigned k = 0; k < a->nargs; k++)
                net_symbols(s, seen, a->arg[k]);
        }
}

static void report(Ctx *ctx, const char *name, const char *before,
                   const char *after)
{
    if (wrong++ < 5)
        print_error("%s:\n%sis read as\n%s%s\n", name, before,
                    after ? after : "",
                    ctx->diag.message ? ctx->diag.message : "");
    ctx->diag = (Diag){0};
}

static void reads_net(Ctx *ctx, const char *name, const Net *n)
{
    Symbols s = {.n = 0};
    PtrMap seen;
    ptrmap_init(&seen, ctx->arena);
    net_symbols(&s, &seen, n);
    const char *text = net_dump(ctx, n);
    const Net *m = net_read(ctx, text, s.sym, s.n);
    nets_read++;
    if (m != n)
        report(ctx, name, text, m ? net_dump(ctx, m) : NULL);
}

static void reads_nets(Ctx *ctx, const char *name)
{
    const HashSet *all = &net_store(ctx)->nets;
    size_t n = 0;
    const Net **net = malloc((all->count + 1) * sizeof *net);
    assert_non_null(net);
    for (size_t i = 0; i < all->cap; i++)
        if (all->slot[i])
            net[n++] = all->slot[i];
    for (size_t i = 0; i < n; i++)
        reads_net(ctx, name, net[i]);
    free(net);
}

/* --- trees */

static void tree_symbols(Symbols *s, PtrMap *seen, const Tree *t)
{
    if (ptrmap_has(seen, t))
        return;
    ptrmap_put(seen, t, seen);
    if (t->sym)
        note_symbol(s, t->sym);
    for (uint32_t i = 0; i < t->nkids; i++)
        tree_symbols(s, seen, t->kid[i]);
}

static void reads_tree(Ctx *ctx, const char *name, const Tree *t)
{
    Symbols s = {.n = 0};
    PtrMap seen;
    if (!t)
        return;
    ptrmap_init(&seen, ctx->arena);
    tree_symbols(&s, &seen, t);
    const char *text = tree_dump(ctx, t);
    const Tree *u = tree_read(ctx, text, s.sym, s.n);
    trees_read++;
    if (u != t)
        report(ctx, name, text, u ? tree_dump(ctx, u) : NULL);
}

/* --- the suite */

static void run_case(const Case *k)
{
    const char *let = value_of(k, "let"), *name = value_of(k, "case");
    if (!is_derivative(k))
        return;
    CaseRequest *q = case_request(k);
    nb_context *c = nb_context_new(NULL);
    assert_non_null(q);
    assert_non_null(c);
    q->q.unverified = 1;
    const nb_result *r =
        !let || nb_declare(c, let) ? nb_derive(c, &q->q) : NULL;
    c->ctx->diag = (Diag){0};
    reads_nets(c->ctx, name);
    for (unsigned i = 0; r && i < r->a->outcome.nitems; i++) {
        reads_tree(c->ctx, name, r->a->outcome.item[i].answer);
        reads_tree(c->ctx, name, r->a->outcome.item[i].claim.input);
    }
    const char *text = q->q.expression;
    reads_tree(c->ctx, name, lang_parse(c->ctx, text, strlen(text)));
    questions++;
    nb_context_free(c);
    free(q);
}

static void corpus_is_read_back(void **state)
{
    DIR *d = opendir("tests/corpus");
    char path[512];
    (void)state;
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        snprintf(path, sizeof path, "tests/corpus/%s", e->d_name);
        if (strstr(path, ".cases"))
            assert_int_equal(cases_read(path, run_case), 0);
    }
    closedir(d);
    printf("%u cases: %u nets, %u trees\n", questions, nets_read,
           trees_read);
    assert_true(nets_read > 10 * questions && trees_read > questions);
    assert_int_equal(wrong, 0);
}

/* What no dump has is an error that says what was expected. */
static void not_a_dump(void **state)
{
    static const char *const nets[] = {
        "#2 []\n", "#1 [n\n", "#1 [n]\n    A[0]\n", "#1 [n]\n    1 A[0]\n",
        "#1 [n]\n    1 x[1]\n", "#1 [n]\n    1 x\n", "#1 [m]\n    1 x[0]\n",
        "#1 [n]\n    1 x[0,0]\n", "#1 []\n    1 exp(#1)\n",
        "#1 []\n    1 nothing()\n", "#1 []\n    1 int(n+)\n",
        "#1 [n]\n    1 x[0]\n#2 [n]\n    1 #1\n", "x", "#"};
    static const char *const trees[] = {
        "", "NOTHING", "SYM y [n,1]\n", "NUM x [1,1]\n", "#1\n",
        "TRANSPOSE [1,n]\n  SYM x [n,1]\nSYM x [n,1]\n", "INV [n,n] #2\n",
        "SUMI x [n,1]\n  SYM x [n,1]\n", "TRANSPOSE [1,n\n"};
    (void)state;
    for (size_t i = 0; i < sizeof nets / sizeof *nets +
                               sizeof trees / sizeof *trees; i++) {
        size_t t = i - sizeof nets / sizeof *nets;
        Ctx *c = ctx_new(NULL, NULL);
        Scope *s = scope_new(c);
        assert_non_null(shaped(c, s, "x: [n]", "x"));
        const Sym *x = scope_find(s, ctx_intern(c, "x", 1));
        if (i < sizeof nets / sizeof *nets)
            assert_null(net_read(c, nets[i], &x, 1));
        else
            assert_null(tree_read(c, trees[t], &x, 1));
        assert_int_equal(c->diag.code, ERR_LANGUAGE);
        ctx_free(c);
    }
}

/* A text changed by hand is a net like any other: simplified, canonical. */
static void by_hand(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    Scope *s = scope_new(c);
    (void)state;
    assert_non_null(shaped(c, s, "x: [n]", "x"));
    const Sym *x = scope_find(s, ctx_intern(c, "x", 1));
    const Net *a = net_read(c, "#1 [n]\n    1 {n} delta()[0,1] x[1]\n"
                               "    1/2 x[0]\n", &x, 1);
    const Net *b = net_read(c, "#1 [n]\n    3/2 x[0]\n", &x, 1);
    assert_non_null(a);
    assert_ptr_equal(a, b);
    ctx_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_is_read_back),
        cmocka_unit_test(not_a_dump),
        cmocka_unit_test(by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
