/* t-net.c: the network: equal is pointer-equal; what always holds is applied;
 * forward and reverse calculus agree; the raised tree lowers to the net. */
#include "lang-test.h"

#include "calc/calc.h"
#include "raise/raise.h"

static const char decl[] =
    "A: [n,n]; B: [n,n]; C: [n,n]; X: [n,n]; S: [n,n] symmetric; "
    "K: [n,n] skew; "
    "Q: [n,n] orthogonal; P: [n,n] idempotent; Z: [n,m]; x: [n]; y: [n]; "
    "t: scalar; k: integer";

typedef struct World {
    Ctx *ctx;
    Scope *scope;
    Lower lower;
} World;

static World world(void)
{
    World w = {.ctx = ctx_new(NULL, NULL)};
    w.scope = scope_new(w.ctx);
    ctx_source(w.ctx, decl, "declaration");
    assert_true(scope_declare(w.scope, decl, strlen(decl)));
    calc_lower_init(&w.lower, w.ctx);
    return w;
}

static const Net *net_of(World *w, const char *text)
{
    const Net *n = lower(&w->lower, shaped(w->ctx, w->scope, "", text));
    if (!n)
        print_error("%s: %s\n", text, w->ctx->diag.message);
    assert_non_null(n);
    return n;
}

static void equal_is_pointer_equal(void **state)
{
    static const char *const pair[][2] = {
        {"tr(A*B*C)", "tr(C*A*B)"},
        {"tr(A*B*C)", "tr((A*B*C)')"},
        {"x'*A*y", "tr(y*x'*A)"},
        {"x'*S*y", "y'*S*x"},
        {"A*B + A*B", "2*A*B"},
        {"A*B - A*B", "zeros(n,n)"},
        {"x'*K*x", "0"},
        {"inv(A)*A", "eye(n)"},
        {"A^k*A^2", "A^(k+2)"},
        {"Q'*Q", "eye(n)"},
        {"inv(Q)", "Q'"},
        {"P*P", "P"},
        {"Z*pinv(Z)*Z", "Z"},
        {"inv(inv(A))", "A"},
        {"inv(A*B)", "inv(B)*inv(A)"},
        {"kron(A,B)*kron(C,X)", "kron(A*C,B*X)"},
        {"reshape(vec(Z),n,m)", "Z"},
        {"vec(Z)'*vec(Z)", "tr(Z'*Z)"},
        {"diag(x)*y", "x.*y"},
        {"tr(A.*eye(n))", "tr(A)"},
        {"tril(tril(A))", "tril(A)"},
        {"tril(A)'", "triu(A')"},
        {"exp(log(t))", "t"},
        {"log(exp(x))", "x"},
        {"sqrt(t)^2", "t"},
        {"sum(i, x[i]*y[i])", "x'*y"},
        {"det(A')", "det(A)"},
        {"adj(A)", "det(A)*inv(A)"},
        {"sum(eig(A))", "tr(A)"},
        {"diagsums(S)", "diagsums(S)'"},
        {"eye(n)[i,j]", "delta(i,j)"}};
    (void)state;
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        World w = world();
        const Net *a = net_of(&w, pair[i][0]), *b = net_of(&w, pair[i][1]);
        if (a != b)
            print_error("%s and %s:\n%s%s", pair[i][0], pair[i][1],
                        net_dump(w.ctx, a), net_dump(w.ctx, b));
        assert_ptr_equal(a, b);
        ctx_free(w.ctx);
    }
}

static void different_is_not(void **state)
{
    static const char *const pair[][2] = {
        {"tr(A*B*C)", "tr(A*C*B)"}, {"A*B", "B*A"}, {"x'*A*y", "y'*A*x"},
        {"kron(A,B)", "kron(B,A)"}, {"tril(A)", "triu(A)"},
        {"inv(A)'", "inv(A)"}, {"diagsums(A)", "diagsums(A')"}};
    (void)state;
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        World w = world();
        assert_ptr_not_equal(net_of(&w, pair[i][0]), net_of(&w, pair[i][1]));
        ctx_free(w.ctx);
    }
}

/* The forward differential, read off, is the reverse derivative. */
static void forward_is_reverse(void **state)
{
    static const char *const row[] = {
        "x'*X*x", "tr(A*X*B*X')", "X*A*X", "X*x", "X.*A", "inv(X)", "det(X)",
        "logdet(X)", "sum(exp(X*x))", "X^3", "kron(X,A)*kron(x,y)",
        "sum(X.^2./(A.^2 .+ 1))", "tr(X)/(1 + sum(X.*X))", "tril(X)*x",
        "diagsums(X)", "diag(X)", "vec(X)", "adj(X)", "prod(X)"};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        World w = world();
        const Net *f = net_of(&w, row[i]);
        const Sym *x = scope_find(w.scope, ctx_intern(w.ctx, "X", 1));
        const Sym *dx = scope_fresh(w.scope, "dX", SYM_QUANTITY, x->rows,
                                    x->cols);
        const Net *d = calc_differential(w.ctx, f, 1, &x, &dx);
        const Net *open = calc_open(w.ctx, d, dx);
        const Net *r = calc_derivative(w.ctx, f, x);
        assert_non_null(open);
        assert_non_null(r);
        const Net *gap = net_expand(w.ctx,
                                    net_add(w.ctx, open,
                                            net_scale(w.ctx, r, rat_int(-1))),
                                    4096);
        if (gap->nterms)
            print_error("%s:\n%s", row[i], net_dump(w.ctx, gap));
        assert_int_equal(gap->nterms, 0);
        ctx_free(w.ctx);
    }
}

static void raised_is_the_same(void **state)
{
    static const char *const row[] = {
        "A*B*C", "A.*B*C", "x'*A*y*B", "kron(A,B)", "sum(A,2)", "A*diag(x)*B",
        "tr(A*B)*C", "J(i,j,n,n)*A", "A[i,:]'", "sum(r=0:k-1, A^r)",
        "x.*y./(x.^2 .+ 1)", "diagsums(A*B)", "A + B*C - inv(A*B + C)"};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        World w = world();
        Raise r;
        raise_init(&r, w.ctx, w.scope);
        const Net *n = net_of(&w, row[i]);
        const Tree *t = raise_net(&r, n);
        assert_non_null(t);
        assert_ptr_equal(lower(&w.lower, t), n);
        ctx_free(w.ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_is_pointer_equal),
        cmocka_unit_test(different_is_not),
        cmocka_unit_test(forward_is_reverse),
        cmocka_unit_test(raised_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
