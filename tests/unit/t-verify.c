/* t-verify.c: the prover: right claims proved, wrong ones refuted, and what
 * has no value said to have none. */
#include "lang-test.h"

#include "verify/verify.h"

static Report equal_at(const char *decl, const char *a, const char *b,
                       uint64_t seed)
{
    Ctx *ctx = ctx_new(NULL, NULL);
    Scope *s = scope_new(ctx);
    const Tree *x = shaped(ctx, s, decl, a), *y = shaped(ctx, s, "", b);
    assert_non_null(x);
    assert_non_null(y);
    Claim c = {.form = CLAIM_EQUAL, .input = x, .answer = y};
    Report r = verify_claim(ctx, &c, seed);
    assert_int_equal(ctx->diag.code, ERR_NONE);
    ctx_free(ctx);
    return r;
}

static const char decl[] = "A: [n,n]; B: [n,n]; C: [n,n]; x: [n]; y: [n]; "
                           "s: scalar; t: scalar; Z: [n,m]; S: [n,n] posdef";

static void true_ones(void **state)
{
    static const char *const row[][2] = {
        {"tr(A*B)", "tr(B*A)"}, {"det(A*B)", "det(A)*det(B)"},
        {"exp(s + t)", "exp(s)*exp(t)"}, {"sin(s)^2 + cos(s)^2", "1"},
        {"inv(A*B)", "inv(B)*inv(A)"}, {"norm(x)^2", "x'*x"},
        {"vec(A*B*C)", "kron(C',A)*vec(B)"}, {"logdet(S)", "sum(log(eig(S)))"},
        {"chol(S)*chol(S)'", "S"}, {"sqrtm(S)*sqrtm(S)", "S"},
        {"expm(logm(S))", "S"}, {"normF(Z)^2", "sum(Z.^2)"}};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        for (uint64_t seed = 1; seed < 4; seed++) {
            Report r = equal_at(decl, row[i][0], row[i][1], seed);
            if (r.verdict != PROVED)
                print_error("%s == %s: %d\n", row[i][0], row[i][1],
                            r.verdict);
            assert_int_equal(r.verdict, PROVED);
        }
}

/* Among them what holds for n = 1, or n = 2, or for one sign only. */
static void false_ones(void **state)
{
    static const char *const row[][2] = {
        {"A*B", "B*A"}, {"A", "A'"}, {"x'*A*y", "y'*A*x"},
        {"tr(A*B*C)", "tr(A*C*B)"}, {"adj(A)", "tr(A)*eye(n) - A"},
        {"A^2", "tr(A)*A - det(A)*eye(n)"}, {"det(-A)", "det(A)"},
        {"det(-A)", "-det(A)"}, {"det(A - A')", "0"}, {"sqrt(s^2)", "s"},
        {"abs(s)", "s"}, {"exp(s*t)", "exp(s)*exp(t)"},
        {"kron(A,B)", "kron(B,A)"}, {"sum(Z,2)", "Z*ones(m)/2"},
        {"A*100000000000000000000 + B", "A*100000000000000000000"}};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        for (uint64_t seed = 1; seed < 9; seed++) {
            Report r = equal_at(decl, row[i][0], row[i][1], seed);
            if (r.verdict != REFUTED)
                print_error("%s == %s: %d, seed %d\n", row[i][0], row[i][1],
                            r.verdict, (int)seed);
            assert_int_equal(r.verdict, REFUTED);
        }
}

static void without_a_value(void **state)
{
    (void)state;
    assert_int_equal(equal_at(decl, "log(-x'*x)", "s", 1).verdict, UNDEFINED);
    assert_int_equal(equal_at(decl, "inv(x*x' - x*x')", "A", 1).verdict,
                     UNDEFINED);
}

static void counter_examples_are_small(void **state)
{
    Ctx *ctx = ctx_new(NULL, NULL);
    Scope *s = scope_new(ctx);
    Counter k;
    (void)state;
    Claim c = {.form = CLAIM_EQUAL, .input = shaped(ctx, s, decl, "A*B"),
               .answer = shaped(ctx, s, "", "B*A")};
    assert_true(verify_counter(ctx, &c, 1, &k));
    assert_non_null(strstr(k.point, "n = 2"));
    assert_true(verify_at_size(ctx, &c, 1, 1));
    assert_false(verify_at_size(ctx, &c, 1, 2));
    ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_ones),
        cmocka_unit_test(false_ones),
        cmocka_unit_test(without_a_value),
        cmocka_unit_test(counter_examples_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
