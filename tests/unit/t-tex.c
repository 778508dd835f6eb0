/* t-tex.c: LaTeX as papers write it is the expression that they mean. */
#include "lang-test.h"

static const char decl[] =
    "A: [n,n]; B: [n,n]; X: [n,n]; Y: [n,n]; S: [n,n] posdef; x: [n]; y: [n]; "
    "b: [n]; beta: [n]; mu: [n]; mu_0: [n]; x_hat: [n]; x0: [n]; t: scalar; "
    "n1: scalar; f(u: [n]): scalar; lambda: scalar; z: [n]";

static void same(const char *latex, const char *text)
{
    Ctx *c = ctx_new(NULL, NULL);
    Scope *sc = scope_new(c);
    c->latex = true;
    const Tree *a = shaped(c, sc, decl, latex);
    c->latex = false;
    const Tree *b = shaped(c, sc, "", text);
    const char *da = tree_dump(c, a), *db = tree_dump(c, b);
    bool equal = a && b && strcmp(da, db) == 0; /* bound names differ */
    if (c->diag.message || !equal)
        print_error("%s and %s: %s\n%s%s", latex, text,
                    c->diag.message ? c->diag.message : "", da, db);
    assert_true(equal);
    ctx_free(c);
}

static void products(void **state)
{
    (void)state;
    same("X^\\top A X", "X'*A*X");
    same("X^{\\top}AX", "X'*A*X");
    same("X^T A X", "X'*A*X");
    same("X^{\\mathsf T} A X", "X'*A*X");
    same("\\mathbf{X}^\\intercal \\mathbf{A}", "X'*A");
    same("A(B+X)", "A*(B+X)");
    same("2 t x", "2*t*x");
    same("A \\cdot B", "A*B");
    same("A \\odot B", "A.*B");
    same("A \\circ B", "A.*B");
    same("A \\oslash B", "A./B");
    same("A \\otimes B", "kron(A,B)");
    same("x^\\top\\!\\left( A + B \\right) x", "x'*(A+B)*x");
    same("\\bigl( A + B \\bigr) x", "(A+B)*x");
    same("\\boldsymbol{\\beta}^\\top x", "beta'*x");
    same("\\langle x, y \\rangle", "tr(x'*y)");
}

static void powers(void **state)
{
    (void)state;
    same("X^{-1}", "inv(X)");
    same("X^{-\\top}", "inv(X)'");
    same("X^{-T} b", "inv(X)'*b");
    same("X^2", "X^2");
    same("X^\\dagger", "pinv(X)");
    same("(A X)^{+}", "pinv(A*X)");
    same("t^{1/2}", "t^(1/2)");
    same("A^{\\odot 2}", "A.^2");
    same("\\sqrt{t}", "sqrt(t)");
    same("\\sqrt[3]{t}", "t^(1/3)");
    same("\\frac{1}{2} x", "(1/2)*x");
    same("\\frac12 x", "(1/2)*x");
    same("\\tfrac{x}{t}", "x/t");
}

static void functions(void **state)
{
    (void)state;
    same("\\log\\det(X^\\top A X)", "log(det(X'*A*X))");
    same("\\ln\\det X", "log(det(X))");
    same("\\operatorname{tr}(A X)", "tr(A*X)");
    same("\\mathrm{tr}\\, A X", "tr(A*X)");
    same("\\operatorname{Tr} A X + t", "tr(A*X) + t");
    same("\\log(t)\\, t", "log(t)*t");
    same("\\exp t \\, \\sin t", "exp(t)*sin(t)");
    same("\\sin^2 t", "sin(t)^2");
    same("\\operatorname{diag}(x) y", "diag(x)*y");
    same("\\log|S|", "log(det(S))");
    same("\\left|t\\right|", "abs(t)");
    same("\\log\\left|S\\right|", "log(det(S))");
    same("\\|x\\|_2^2", "norm(x)^2");
    same("\\lVert x \\rVert^2", "norm(x)^2");
    same("\\left\\|A x - b\\right\\|_2", "norm(A*x - b)");
    same("\\|X\\|_F^2", "normF(X)^2");
    same("\\|X\\|_{\\mathrm{F}}", "normF(X)");
    same("\\|X\\|_*", "norm(X,'nuc')");
    same("\\|x\\|_1", "norm1(x)");
    same("\\|x\\|^2_2", "norm(x)^2");
    same("||x||_2", "norm(x)");
    same("tr(A X)", "tr(A*X)");
    same("e^{t} x", "exp(t)*x");
    same("\\operatorname{ReLU}(x)", "relu(x)");
    same("f(Ax + b)", "f(A*x + b)");
    same("\\overline{t}", "conj(t)");
}

static void names_and_entries(void **state)
{
    (void)state;
    same("X_{ij}", "X[i,j]");
    same("X_{i,j}", "X[i,j]");
    same("X_{1,2}", "X[1,2]");
    same("x_i", "x[i]");
    same("x_{i+1}", "x[i+1]");
    same("X_{:,j}", "X[:,j]");
    same("(A X)_{i,j}", "(A*X)[i,j]");
    same("x_0", "x0");
    same("\\hat{x}", "x_hat");
    same("\\mathit{beta}", "beta");
    same("\\sum_{i} x_i y_i", "sum(i, x[i]*y[i])");
    same("\\sum_{i=1}^{n} x_i^2 + t", "sum(i=1:n, x[i]^2) + t");
    same("I_{n}", "eye(n)");
    same("A + t I", "A + t*I");
    same("\\mathbf{1}_{n}^\\top x", "ones(n)'*x");
    same("\\delta_{ij}", "delta(i,j)");
    same("X_{1j}", "X[1,j]");
    same("\\sum_{i,j} X_{ij}", "sum(i, sum(j, X[i,j]))");
    same("\\sum_a x_a", "sum(a, x[a])");
    same("$x^\\top y$ % the inner product", "x'*y");
    same("\\lambda \\|x\\|^2", "lambda*norm(x)^2");
}

static void wrong(const char *latex, const char *message, uint32_t at)
{
    Ctx *c = ctx_new(NULL, NULL);
    c->latex = true;
    assert_null(lang_parse(c, latex, strlen(latex)));
    assert_non_null(c->diag.message);
    if (!strstr(c->diag.message, message) || c->diag.span.start != at)
        print_error("%s: %s at %u\n", latex, c->diag.message,
                    c->diag.span.start);
    assert_non_null(strstr(c->diag.message, message));
    assert_int_equal(c->diag.span.start, at);
    ctx_free(c);
}

static void errors(void **state)
{
    (void)state;
    wrong("\\foo{x}", "no command", 0);
    wrong("\\log(x", "never closed", 4);
    wrong("\\frac{1}{x", "never closed", 8);
    wrong("x + ", "missing after +", 2);
    wrong("\\|x\\|_7", "no such norm", 0);
    wrong("x^*", "more than one meaning", 1);
    wrong("\\sum_{i=1} x_i", "no end", 0);
    wrong("x_{2 \\cdot i}", "index cannot be read", 1);
}

/* Any bytes: an answer or an error, nothing more. */
static void hostile(void **state)
{
    static const char *const parts[] = {
        "\\", "{", "}", "^", "_", "(", ")", "\\frac", "\\left|", "|", "x",
        "\\sum", "\\|", "\\log", "\\mathbf", "12", "\\partial", "\\rangle",
        "\\langle", ",", "\xff", "\\sqrt[", "'", "\\delta_", "\\mathrm{J}_"};
    uint64_t seed = 1;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[256] = "";
        for (int i = 0; i < 12; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            strcat(text, parts[(seed >> 33) % (sizeof parts / sizeof *parts)]);
        }
        Ctx *c = ctx_new(NULL, NULL);
        c->latex = true;
        const Tree *t = lang_parse(c, text, strlen(text));
        assert_true(t != NULL || c->diag.message != NULL);
        if (c->diag.span.end > strlen(text) + 1)
            print_error("%s: %s\n", text, c->diag.message);
        assert_true(c->diag.span.end <= strlen(text) + 1);
        ctx_free(c);
    }
}

static void as_papers_write(void **state)
{
    (void)state;
    same("x^\\mathsf{T} A x", "x'*A*x");
    same("x^{\\mathsf T} A x", "x'*A*x");
    same("x^{\\!\\top} A x", "x'*A*x");
    same("e^{A t} x", "expm(A*t)*x");
    same("e^{-x}", "exp(-x)");
    same("\\mathrm{e}^{t}", "exp(t)");
    same("\\lambda_{\\max}(S)", "max(eig(S))");
    same("\\lambda_i(A^\\top A)", "eig(A'*A)[i]");
    same("\\sigma_{1}(\\mathbf{A})", "svd(A)[1]");
    same("\\sigma_{\\min}(A)", "min(svd(A))");
    same("\\frac{\\partial}{\\partial x} x^\\top A x", "d(x'*A*x, x)");
    same("\\frac{\\partial x^\\top A x}{\\partial x}", "d(x'*A*x, x)");
    same("\\nabla_x x^\\top A x + y", "d(x'*A*x, x) + y");
    same("\\nabla_{\\mathbf{x}} \\|A\\mathbf{x}\\|^2", "d(norm(A*x)^2, x)");
    same("\\frac{d}{dt} t^2", "d(t^2, t)");
    same("\\max\\{t, n1\\}", "max(t, n1)");
    same("\\log_2 t", "log(t)/log(2)");
    same("{\\bf X}^T {\\bf y}", "X'*y");
    same("{\\rm tr}(AB)", "tr(A*B)");
    same("\\mathop{\\mathrm{tr}}(AB)", "tr(A*B)");
    same("\\mathbf{\\hat{x}}^\\top y", "x_hat'*y");
    same("\\hat{\\mathbf{x}}^\\top y", "x_hat'*y");
    same("1_n^\\top x", "ones(n)'*x");
    same("\\text{ReLU}(x)", "relu(x)");
}

static void declared(const char *latex, const char *text)
{
    Ctx *c = ctx_new(NULL, NULL);
    Scope *a = scope_new(c), *b = scope_new(c);
    size_t na = 0, nb = 0;
    bool ok = scope_declare(a, latex, strlen(latex)) &&
              scope_declare(b, text, strlen(text));
    const Sym *const *x = scope_symbols(a, &na), *const *y =
                                                     scope_symbols(b, &nb);
    if (!ok)
        print_error("%s: %s\n", latex, c->diag.message);
    assert_true(ok);
    assert_int_equal(na, nb);
    for (size_t i = 0; i < na; i++)
        assert_string_equal(sym_declaration(c, x[i]), sym_declaration(c, y[i]));
    ctx_free(c);
}

static void declarations(void **state)
{
    (void)state;
    declared("X \\in \\mathbb{R}^{n\\times m}", "X: [n,m]");
    declared("A \\in \\mathbb{S}^n_{++}", "A: [n,n] posdef");
    declared("A, B \\in \\mathcal{S}^{n}", "A, B: [n,n] symmetric");
    declared("x\\in\\mathbb{C}^n; \\lambda \\in \\mathbb{R}",
             "x: [n] complex; lambda: scalar");
    declared("$\\mathbf{x} \\in \\R^n$, $t \\in \\mathbb{R}_{+}$",
             "x: [n]; t: scalar");
    declared("t \\in \\mathbb{R}_{++} \\text{ and } x_0 \\in \\mathbb{R}^{3}",
             "t: scalar positive; x0: [3]");
    declared("H \\in \\mathbb{H}^n; Z \\in \\mathbb{C}^{2n \\times nm}",
             "H: [n,n] hermitian; Z: [2*n,n*m] complex");
    declared("Q \\in \\mathrm{O}(n), U \\in \\mathrm{U}(n)",
             "Q: [n,n] orthogonal; U: [n,n] unitary");
    declared("G \\in GL_n(\\mathbb{R})", "G: [n,n] invertible");
    declared("t \\in \\mathbb{R}; Y(t) \\in \\mathbb{R}^{n \\times n}",
             "t: scalar; Y(t): [n,n]");
    declared("f: \\mathbb{R}^n \\to \\mathbb{R}", "f(u: [n]): scalar");
    declared("f \\colon \\mathbb{R}^n \\times \\mathbb{R} \\to \\mathbb{R}^m",
             "f(u: [n]; v: scalar): [m]");
    declared("A \\in \\mathbb{R}^{n \\times n} \\text{ circulant}\\\\ "
             "\\hat{x} \\in \\mathbb R^n",
             "A: [n,n] circulant; x_hat: [n]");
    declared("A \\in \\mathbb{R}^{n \\times n} \\text{ symmetric, positive "
             "definite}",
             "A: [n,n] symmetric posdef");
    declared("k \\in \\mathbb{N}; x \\colon [n]", "k: integer; x: [n]");
    declared("X ∈ ℝⁿˣᵐ; A ∈ ℝ^{n×n} symmetric", "X: [n,m]; A: [n,n] symmetric");
}

static void not_read(const char *latex, const char *what)
{
    Ctx *c = ctx_new(NULL, NULL);
    c->latex = true;
    assert_null(shaped(c, scope_new(c), "", latex));
    assert_non_null(strstr(c->diag.message, what));
    ctx_free(c);
}

static void more_than_one_meaning(void **state)
{
    (void)state;
    not_read("z^{\\ast}", "more than one meaning");
    not_read("x^{(1)}", "a label or a power");
    not_read("\\lambda_1(A)", "largest or the smallest");
    not_read("\\prod_{i=1}^{n} x_i", "not in the language");
}

static void bad_declaration(const char *latex, const char *what)
{
    Ctx *c = ctx_new(NULL, NULL);
    assert_false(scope_declare(scope_new(c), latex, strlen(latex)));
    assert_non_null(strstr(c->diag.message, what));
    assert_true(c->diag.span.end <= strlen(latex) + 1);
    ctx_free(c);
}

static void bad_declarations(void **state)
{
    (void)state;
    bad_declaration("X \\in \\mathbb{Q}^n", "no space");
    bad_declaration("X \\in \\mathbb{S}", "size is missing");
    bad_declaration("X \\in \\mathbb{R}^{n \\times m", "never closed");
    bad_declaration("X \\in \\mathbb{R}^{n ! m}", "cannot be read");
    bad_declaration("X \\in \\mathrm{O}(n", "never closed");
    bad_declaration("\\in \\mathbb{R}", "");
    bad_declaration("f: \\mathbb{R} + \\to \\mathbb{R}", "arrow is missing");
    bad_declaration("X \\in \\mathbb{R}^n \\text{ round}", "no property");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products),  cmocka_unit_test(powers),
        cmocka_unit_test(functions), cmocka_unit_test(names_and_entries),
        cmocka_unit_test(errors),    cmocka_unit_test(hostile),
        cmocka_unit_test(as_papers_write),
        cmocka_unit_test(declarations),
        cmocka_unit_test(bad_declarations),
        cmocka_unit_test(more_than_one_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
