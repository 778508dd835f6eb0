/* t-shape.c: what is inferred, shapes of results, and sharing a scope. */
#include "lang-test.h"

/* The declarations that follow from use, and the shape of the value. */
static void infers(const char *text, const char *names, const char *shape)
{
    Ctx *c = ctx_new(NULL, NULL);
    Scope *s = scope_new(c);
    const Tree *t = shaped(c, s, "", text);
    size_t n = 0;
    const Sym *const *sym = scope_symbols(s, &n);
    Buf b;
    buf_init(&b, c->arena);
    for (size_t i = 0; i < n; i++)
        if (sym[i]->kind != SYM_DIMENSION)
            buf_printf(&b, "%s%s", b.len ? "; " : "",
                       sym_declaration(c, sym[i]));
    if (c->diag.message)
        print_error("%s: %s\n", text, c->diag.message);
    assert_non_null(t);
    assert_string_equal(buf_text(&b), names);
    assert_string_equal(ctx_printf(c, "%s,%s", dim_text(c, t->rows),
                                   dim_text(c, t->cols)),
                        shape);
    ctx_free(c);
}

static void inference(void **state)
{
    (void)state;
    infers("x'*A*x", "x: [n]; A: [n,n]", "1,1");
    infers("tr(A*X*B*X'*C)", "A: [n,m]; X: [m,p]; B: [p,p]; C: [m,n]", "1,1");
    infers("log(sum(exp(A*x+b)))", "A: [n,m]; x: [m]; b: [n]", "1,1");
    infers("a'*X^k*b", "a: [n]; X: [n,n]; k: integer; b: [n]", "1,1");
    infers("c*x", "c: scalar; x: [n]", "n,1");
    infers("tanh(W*x+b)", "W: [n,m]; x: [m]; b: [n]", "n,1");
    infers("alpha*A", "alpha: scalar; A: [n,m]", "n,m");
    infers("X*eye(n)", "X: [m,n]", "m,n");
    infers("vec(X)'*kron(A,B)*vec(X)", "X: [n,m]; A: [n,n]; B: [m,m]", "1,1");
    infers("tr(adj(X)*dX)", "X: [n,n]; dX: [n,n]", "1,1");
    infers("X[i,j]", "X: [n,m]; i: index; j: index", "1,1");
    infers("sum(i, x[i]^2)", "x: [n]", "1,1");
    infers("sum(r=0:k-1, X^r)", "k: integer; X: [n,n]", "n,n");
    infers("x'*x + vector(1)'*x", "x: [n]", "1,1");
    infers("A*I*x", "A: [n,m]; x: [m]", "n,1");
}

static void shape_is(const char *text, const char *shape)
{
    Ctx *c = ctx_new(NULL, NULL);
    const Tree *t = shaped(c, scope_new(c),
                           "A: [n,n]; B: [n,m]; x: [n]; y: [m]; t: scalar",
                           text);
    if (c->diag.message)
        print_error("%s: %s\n", text, c->diag.message);
    assert_non_null(t);
    assert_string_equal(ctx_printf(c, "%s,%s", dim_text(c, t->rows),
                                   dim_text(c, t->cols)),
                        shape);
    ctx_free(c);
}

static void shapes(void **state)
{
    (void)state;
    shape_is("sum(B,1)", "1,m");
    shape_is("sum(B,2)", "n,1");
    shape_is("B[i,:]", "1,m");
    shape_is("B[:,j]", "n,1");
    shape_is("B[1,j]", "1,1");
    shape_is("kron(A,B)", "n*n,m*n");
    shape_is("vec(B)", "m*n,1");
    shape_is("reshape(vec(B),m,n)", "m,n");
    shape_is("diag(x)", "n,n");
    shape_is("diag(A)", "n,1");
    shape_is("pinv(B)", "m,n");
    shape_is("x.*B", "n,m");
    shape_is("x.+y'", "n,m");
    shape_is("J(i,j,n,m)", "n,m");
    shape_is("e(i,n)", "n,1");
    shape_is("d(x'*A*x,x)", "n,1");
    shape_is("d(B*y,y)", "n,m");
    shape_is("d(t*B,t)", "n,m");
    shape_is("d(x'*A*x,x,x)", "n,n");
    shape_is("d(A,A[i,j])", "n,n");
    shape_is("sum(x)/n", "1,1");
    shape_is("ones(n,m) + zeros(n,m)", "n,m");
    shape_is("softmax(x)", "n,1");
}

/* A later text sees what an earlier one said. */
static void one_scope(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    Scope *s = scope_new(c);
    (void)state;
    assert_non_null(shaped(c, s, "", "x'*A*x"));
    const Sym *x = scope_find(s, ctx_intern(c, "x", 1));
    const Tree *t = shaped(c, s, "", "(A+A')*x");
    assert_non_null(t);
    assert_ptr_equal(t->rows, x->rows);
    assert_ptr_equal(t->kid[1]->sym, x);
    Sym *dx = scope_fresh(s, "dx", SYM_QUANTITY, x->rows, x->cols);
    assert_string_equal(dx->name, "dx");
    assert_string_equal(scope_fresh(s, "dx", SYM_QUANTITY, x->rows, x->cols)
                            ->name,
                        "dx2");
    t = shaped(c, s, "", "A*dx");
    assert_non_null(t);
    assert_ptr_equal(t->kid[1]->sym, dx);
    ctx_free(c);
}

/* Deep and wide expressions cost neither stack nor time. */
static void large(void **state)
{
    enum { N = 2000 };
    Ctx *c = ctx_new(NULL, NULL);
    Buf b;
    (void)state;
    buf_init(&b, c->arena);
    for (int i = 0; i < N; i++)
        buf_add(&b, "tanh(W*");
    buf_char(&b, 'x');
    for (int i = 0; i < N; i++)
        buf_add(&b, "+b)");
    assert_non_null(shaped(c, scope_new(c), "", buf_text(&b)));
    buf_init(&b, c->arena);
    for (int i = 0; i < N; i++)
        buf_printf(&b, "%sx%d'*A%d*x%d", i ? "+" : "", i, i, i);
    assert_non_null(shaped(c, scope_new(c), "", buf_text(&b)));
    buf_init(&b, c->arena);
    for (unsigned i = 0; i <= c->limits.depth; i++)
        buf_add(&b, "f(");
    assert_null(shaped(c, scope_new(c), "", buf_text(&b)));
    assert_int_equal(c->diag.code, ERR_LIMIT);
    ctx_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inference), cmocka_unit_test(shapes),
        cmocka_unit_test(one_scope), cmocka_unit_test(large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
