/* t-parse.c: two spellings of one thing are one tree. */
#include "lang-test.h"

/* Equal after shaping with the same declarations. */
static void same(const char *a, const char *b)
{
    static const char decl[] =
        "A: [n,n]; B: [n,n]; C: [n,n]; x: [n]; y: [n]; s: scalar; t: scalar; "
        "k: integer; T: [n,n]";
    Ctx *c = ctx_new(NULL, NULL);
    Scope *sc = scope_new(c);
    const Tree *ta = shaped(c, sc, decl, a), *tb = shaped(c, sc, "", b);
    if (c->diag.message)
        print_error("%s\n", c->diag.message);
    if (ta != tb)
        print_error("%s and %s:\n%s%s", a, b, tree_dump(c, ta),
                    tree_dump(c, tb));
    assert_non_null(ta);
    assert_ptr_equal(ta, tb);
    ctx_free(c);
}

static void precedence(void **state)
{
    (void)state;
    same("A+B*C", "A+(B*C)");
    same("-A*B", "-(A*B)");
    same("-t^2", "-(t^2)");
    same("A^k'", "(A^k)'");
    same("A^-1", "inv(A)");
    same("A*B/t", "(A*B)/t");
    same("A.*B+C", "(A.*B)+C");
    same("2^3^2", "(2^3)^2");
    same("A-B-C", "(A-B)-C");
    same("s/t*A", "(s/t)*A");
}

static void spellings(void **state)
{
    (void)state;
    same("A.T@B", "A'*B");
    same("A^T*B", "A'*B");
    same("A^H*B", "A'*B");
    same("t**2", "t^2");
    same("Aᵀ·B", "A'*B");
    same("A⁻¹*x", "inv(A)*x");
    same("A\\x", "inv(A)*x");
    same("B/A", "B*inv(A)");
    same("‖x‖₂²", "norm(x)^2");
    same("½*t", "1/2*t");
    same("√t", "sqrt(t)");
    same("A ⊗ B", "kron(A,B)");
    same("A∘B−C", "A.*B - C");
    same("max(x,0)", "relu(x)");
    same("transpose(A)", "A'");
    same("norm(A,'fro')", "normF(A)");
    same("0.25*t", "1/4*t");
}

static void flat(void **state)
{
    (void)state;
    same("(A*B)*C", "A*B*C");
    same("A*(B*C)", "A*B*C");
    same("(A+B)+C", "A+(B+C)");
    same("x'*y*A", "(x'*y)*A");
    same("t'", "t");
}

static void definitions(void **state)
{
    (void)state;
    same("T1*T2 where T1 = A+T2; T2 = B", "(A+B)*B");
    same("T1*x where T2 = A; T1 = T2'", "A'*x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precedence),
        cmocka_unit_test(spellings),
        cmocka_unit_test(flat),
        cmocka_unit_test(definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
