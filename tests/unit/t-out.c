/* t-out.c: the printers: brackets where precedence asks for them and nowhere
 * else; text that reads back to the very same tree; shared parts once. */
#include "lang-test.h"

#include "out/out.h"

static const char decl[] =
    "A: [n,n]; B: [n,n]; X: [n,m]; x: [n]; y: [n]; t: scalar; s: scalar; "
    "k: integer; alpha: scalar; W_in: [n,n]; x0: [n]; T1: scalar";

typedef struct Row {
    const char *text, *unicode, *latex;
} Row;

/* Each text is what the printer gives, so it must come back unchanged. */
static const Row rows[] = {
    {"x'*A*x", "xᵀ·A·x", "x^{\\top} A x"},
    {"(A + B)*x", "(A + B)·x", "\\left(A + B\\right) x"},
    {"A*(B - A)*x", NULL, NULL},
    {"A - (B + A)", NULL, NULL},
    {"-2*x", "-2·x", "-2 x"},
    {"-(A + B)", NULL, "-\\left(A + B\\right)"},
    {"(-t)^2", "(-t)²", "\\left(-t\\right)^{2}"},
    {"-t^2", "-t²", "-t^{2}"},
    {"(1/2)^k", NULL, NULL},
    {"1/2*x", "1/2·x", "\\frac{1}{2} x"},
    {"t/(s*t)", NULL, "\\frac{t}{s t}"},
    {"t/s/t", NULL, NULL},
    {"(t^k)^2", NULL, NULL},
    {"X'*X", "Xᵀ·X", "X^{\\top} X"},
    {"(X*X')'", "(X·Xᵀ)ᵀ", "\\left(X X^{\\top}\\right)^{\\top}"},
    {"A^k'", "(A^k)ᵀ", "\\left(A^{k}\\right)^{\\top}"},
    {"A^(k-1)", "A^(k-1)", "A^{k-1}"},
    {"inv(A)*x", "A⁻¹·x", "A^{-1} x"},
    {"inv(A + B)", "(A + B)⁻¹", "\\left(A + B\\right)^{-1}"},
    {"inv(A)'", NULL, "\\left(A^{-1}\\right)^{\\top}"},
    {"x.*y./x", NULL, NULL},
    {"x./(y.*x)", NULL, NULL},
    {"x.^2", NULL, "x^{\\odot 2}"},
    {"A .+ t", "A .+ t", "A + t \\mathbf{1}_{n \\times n}"},
    {"A .- (t + s)", NULL, NULL},
    {"kron(A,B)", "(A ⊗ B)", NULL},
    {"norm(x - y)", "‖x - y‖", "\\lVert x - y\\rVert_2"},
    {"sqrt(t)", "√(t)", "\\sqrt{t}"},
    {"alpha*W_in*x0", "α·W_in·x0", "\\alpha W_{in} x_{0}"},
    {"sum(X,1)", NULL, NULL},
    {"sum(X,2)", NULL, NULL},
    {"sum(r=0:k-1, A^r*B)", NULL, "\\sum_{r=0}^{k-1} A^{r} B"},
    {"sum(i, x[i])", NULL, "\\sum_{i} x_{i}"},
    {"A[i,:]*x", NULL, NULL},
    {"eye(n) + ones(n,n)", NULL, NULL},
    {"zeros(n,m)", "zeros(n,m)", "\\mathbf{0}_{n\\times m}"},
    {"J(i,j,n,n)*x", NULL, NULL},
    {"e(i,n)", NULL, "\\mathrm{e}_{i}^{n}"},
    {"delta(i,j)*t", NULL, NULL},
    {"diag(x)*A", NULL, NULL},
    {"n*t", NULL, NULL},
    {"(n + 1)*t", NULL, NULL},
    {"reshape(vec(X),n,m)", NULL, NULL},
};

static void as(Ctx *c, const Tree *t, Dialect d, const char *want)
{
    const char *got = out_print(c, t, d);
    assert_non_null(got);
    if (want)
        assert_string_equal(got, want);
}

static void each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Ctx *c = ctx_new(NULL, NULL);
        Scope *s = scope_new(c);
        const Tree *t = shaped(c, s, decl, rows[i].text);
        if (!t)
            fail_msg("%s: %s", rows[i].text, c->diag.message);
        as(c, t, OUT_TEXT, rows[i].text);
        as(c, t, OUT_UNICODE, rows[i].unicode);
        as(c, t, OUT_LATEX, rows[i].latex);
        /* each reading makes its own index of a sum */
        const Tree *again = shaped(c, s, "", rows[i].text);
        as(c, again, OUT_TEXT, rows[i].text);
        if (again != t && strncmp(rows[i].text, "sum(", 4) != 0)
            fail_msg("%s reads back to another tree", rows[i].text);
        ctx_free(c);
    }
}

static Ctx *ctx;
static Scope *scope;

static int start(void **state)
{
    (void)state;
    ctx = ctx_new(NULL, NULL);
    scope = scope_new(ctx);
    return !scope || !scope_declare(scope, decl, strlen(decl));
}

static int end(void **state)
{
    (void)state;
    ctx_free(ctx);
    return 0;
}

static const Tree *node(OpId op, uint32_t n, const Tree *a, const Tree *b)
{
    const Tree *kid[2] = {a, b};
    return tree_shaped(ctx, op, n, kid, a->rows, a->cols, (Span){0, 0});
}

/* Twice as many uses at each of 60 levels: as a tree, 2^60 nodes. */
static void shared_parts_are_printed_once(void **state)
{
    const Tree *t = shaped(ctx, scope, "", "tanh(A*x + y)");
    (void)state;
    for (int i = 0; i < 60; i++)
        t = node(OP_HAD, 2, node(OP_TANH, 1, t, NULL),
                 node(OP_SIN, 1, t, NULL));
    const char *text = out_print(ctx, t, OUT_TEXT);
    assert_non_null(text);
    assert_true(strlen(text) < 5000);
    assert_non_null(strstr(text, " where "));
    assert_non_null(out_print(ctx, t, OUT_LATEX));
    assert_non_null(out_print(ctx, t, OUT_UNICODE));
    assert_ptr_equal(shaped(ctx, scope, "", text), t);
}

/* A part is not called by a name that the answer uses. */
static void parts_get_names_of_their_own(void **state)
{
    const Tree *t = shaped(ctx, scope, "", "T1*tanh(A*x + y)");
    (void)state;
    for (int i = 0; i < 60; i++)
        t = node(OP_HAD, 2, node(OP_TANH, 1, t, NULL),
                 node(OP_SIN, 1, t, NULL));
    const char *text = out_print(ctx, t, OUT_TEXT);
    assert_null(strstr(text, "T1 = "));
    assert_ptr_equal(shaped(ctx, scope, "", text), t);
}

static void deep_nesting_is_named(void **state)
{
    const Tree *t = shaped(ctx, scope, "", "x");
    (void)state;
    for (int i = 0; i < 3000; i++)
        t = node(OP_TANH, 1, t, NULL);
    const char *text = out_print(ctx, t, OUT_TEXT);
    assert_non_null(text);
    assert_ptr_equal(shaped(ctx, scope, "", text), t);
}

static void limits_are_errors(void **state)
{
    const Tree *t = shaped(ctx, scope, "", "x");
    (void)state;
    for (int i = 0; i < 200; i++)
        t = node(OP_ADD, 2, t, shaped(ctx, scope, "", "y"));
    ctx->limits.output = 100;
    assert_null(out_print(ctx, t, OUT_TEXT));
    assert_int_equal(ctx->diag.code, ERR_LIMIT);
    assert_null(out_print(ctx, NULL, OUT_TEXT));
}

/* Whichever request for memory fails, the text is whole or there is none. */
static void no_memory_is_no_text(void **state)
{
    const Tree *t = shaped(ctx, scope, "", "T1*tanh(A*x + 1/3*y)");
    const char *whole = NULL;
    (void)state;
    for (int i = 0; i < 30; i++)
        t = node(OP_HAD, 2, node(OP_TANH, 1, t, NULL),
                 node(OP_SIN, 1, t, NULL));
    whole = out_print(ctx, t, OUT_TEXT);
    for (uint64_t n = 1;; n++) {
        Ctx *c = ctx_new(NULL, NULL);
        arena_fail_at(c->arena, n);
        const char *text = out_print(c, t, OUT_TEXT);
        bool failed = arena_failed(c->arena);
        if (text)
            assert_string_equal(text, whole);
        else
            assert_true(failed && ctx_failed(c) &&
                        c->diag.code == ERR_MEMORY);
        ctx_free(c);
        if (!failed)
            break;
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        TEST(shared_parts_are_printed_once),
        TEST(parts_get_names_of_their_own),
        TEST(deep_nesting_is_named),
        TEST(limits_are_errors),
        TEST(no_memory_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
