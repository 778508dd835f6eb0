/* python.c: NumPy with SciPy, JAX, PyTorch.  Vectors have one axis. */
#include "out/array.h"

#include <string.h>

static const char *const reserved[] = {
    "False None True and as assert async await break class continue def del "
    "elif else except finally for from global if import in is lambda nonlocal "
    "not or pass raise return try while with yield match case type",
    "abs all any ascii bin bool breakpoint bytearray bytes callable chr "
    "classmethod compile complex copyright credits delattr dict dir divmod "
    "enumerate eval exec exit filter float format frozenset getattr globals "
    "hasattr hash help hex id input int isinstance issubclass iter len "
    "license list locals map max memoryview min next object oct open ord pow "
    "print property quit range repr reversed round set setattr slice sorted "
    "staticmethod str sum super tuple vars zip self print Ellipsis "
    "NotImplemented",
    "np jnp jax lax scipy torch numpy math like logdet lu_sign lu_det "
    "lu_logdet zlogdet lu_zdet lu_zlogdet cho_solve lu_factor lu_solve solve "
    "solve_triangular logm sqrtm real_eigenvalues", NULL};

/* Of which kind new arrays are, where the code makes some. */
static void python_like(ArrayCode *c, Buf *b)
{
    if (!c->d->like || !array_uses(c, "like"))
        return;
    bool any = c->ninputs > 0;
    Code arg = code_of(any ? c->value[c->input[0]->out].name[0] : "",
                       CODE_ATOM);
    buf_printf(b, "    %s\n",
               array_text(c, any ? c->d->like : c->d->like_none, CODE_ATOM,
                          &arg).text);
}

void python_frame(ArrayCode *c, Buf *b)
{
    buf_add(b, "\n\n");
    array_head(c, b, ctx_printf(c->ctx, "def %s(%s):", c->function,
                                array_inputs(c)));
    buf_add(b, "    r\"\"\"");
    Buf text;
    buf_init(&text, c->ctx->arena);
    code_comment(&text, "    ", c->task->about ? c->task->about
                                               : "Written by Nabla.");
    const char *about = buf_text(&text);
    buf_add(b, about ? about + 4 : NULL);
    buf_add(b, "\n    Vectors have one axis.\n\n");
    array_about(c, b, "    ");
    buf_add(b, "    \"\"\"\n");
    array_sizes(c, b);
    python_like(c, b);
    buf_add(b, buf_text(&c->body));
    array_line(c, b, ctx_printf(c->ctx, "return %s", array_results(c)));
}

/* --- NumPy and JAX: ~ is np. or jnp., ` is jax.scipy.linalg. or nothing */

static const Template numpy_forms[F_COUNT] = {
    [F_ADD] = {"$1 + $*2", CODE_SUM},
    [F_SUB] = {"$1 - $*2", CODE_SUM},
    [F_HAD] = {"$*1 * $^2", CODE_PRODUCT},
    [F_EDIV] = {"$*1 / $^2", CODE_PRODUCT},
    [F_EPOW] = {"$.1**$.2", CODE_POWER},
    [F_NEG] = {"-$*1", CODE_MINUS},
    [F_SQUARE] = {"$.1**2", CODE_POWER},
    [F_MAX] = {"~maximum($1, $2)", CODE_ATOM},
    [F_MIN] = {"~minimum($1, $2)", CODE_ATOM},
    [F_PI] = {"~pi", CODE_ATOM},
    [F_MATMUL] = {"$@1 @ $^2", CODE_MATMUL},
    [F_DOT] = {"$@1 @ $^2", CODE_MATMUL},
    [F_DOTS] = {"~vdot($1, $2)", CODE_ATOM},
    [F_OUTER] = {"~outer($1, $2)", CODE_ATOM},
    [F_KRON] = {"~kron($1, $2)", CODE_ATOM},
    [F_NORM] = {"~linalg.norm($1)", CODE_ATOM},
    [F_NORM_V] = {"~linalg.norm($1)", CODE_ATOM},
    [F_T] = {"$.1.T", CODE_ATOM},
    [F_VT] = {"", CODE_ATOM},
    [F_COLUMN] = {"$.1[:, None]", CODE_ATOM},
    [F_ROW] = {"$.1[None, :]", CODE_ATOM},
    [F_FILL] = {"~full(($2, $3), $1, dtype=float)", CODE_ATOM},
    [F_FILL1] = {"~full($2, $1, dtype=float)", CODE_ATOM},
    [F_ZEROS] = {"~zeros(($1, $2))", CODE_ATOM},
    [F_ZEROS1] = {"~zeros($1)", CODE_ATOM},
    [F_EYE] = {"~eye($1)", CODE_ATOM},
    [F_EYES] = {"~eye($1, $2)", CODE_ATOM},
    [F_ONES] = {"~ones(($1, $2))", CODE_ATOM},
    [F_TRIL] = {"~tril($1, $2)", CODE_ATOM},
    [F_TRIU] = {"~triu($1, $2)", CODE_ATOM},
    [F_TRIL0] = {"~tril($1)", CODE_ATOM},
    [F_TRIU0] = {"~triu($1)", CODE_ATOM},
    [F_DIAGM] = {"~diag($1)", CODE_ATOM},
    [F_TRACE] = {"~trace($1)", CODE_ATOM},
    [F_DIAGV] = {"~diag($1)", CODE_ATOM},
    [F_VEC] = {"$.1.reshape(-1, order='F')", CODE_ATOM},
    [F_RESHAPE] = {"$.1.reshape(($2, $3), order='F')", CODE_ATOM},
    [F_RESHAPE1] = {"$.1.reshape(($2, $3), order='F')", CODE_ATOM},
    [F_COPY] = {"$.1.copy()", CODE_ATOM},
    [F_SLICE_COL] = {"$.1[$2, $3]", CODE_ATOM},
    [F_SLICE_ROW] = {"$.1[$2, $3]", CODE_ATOM},
    [F_SLICE_ONE] = {"$.1[$2, $3]", CODE_ATOM},
    [F_ENTRY_OF_VEC] = {"$.1[$2]", CODE_ATOM},
    [F_UNIT] = {"1.0 * (~arange($1) == $2)", CODE_PRODUCT},
    [F_SAME] = {"1.0 * ($1 == $2)", CODE_PRODUCT},
    [F_COMMUTE] = {"$.1.reshape(($2, $3, -1), order='F').transpose(1, 0, 2)"
                   ".reshape(($*2 * $*3, -1), order='F')", CODE_ATOM},
    [F_COMMUTE_RIGHT] = {"$.1.reshape((-1, $3, $2), order='F')"
                         ".transpose(0, 2, 1)"
                         ".reshape((-1, $*2 * $*3), order='F')", CODE_ATOM},
    [F_SIZE] = {"$1.shape[$2]", CODE_ATOM},
    [F_SIZE1] = {"$1.shape[0]", CODE_ATOM},
    [F_CHOL] = {"~linalg.cholesky($1)", CODE_ATOM},
    [F_CHOL_SOLVE] = {"`cho_solve(($1, True), $2|)", CODE_ATOM},
    [F_CHOL_SOLVE_V] = {"`cho_solve(($1, True), $2|)", CODE_ATOM},
    [F_CHOL_INV] = {"`cho_solve(($1, True), ~eye($2)|)", CODE_ATOM},
    [F_CHOL_LOGDET] = {"2 * ~sum(~log(~diag($1)))", CODE_PRODUCT},
    [F_CHOL_DET] = {"~prod(~diag($1))**2", CODE_POWER},
    [F_CHOL_LOWER] = {"", CODE_ATOM},
    [F_CHOL_ONCE] = {"~linalg.cholesky($1)", CODE_ATOM},
    [F_LU_SET] = {"$1 = `lu_factor($4|)", CODE_SUM},
    [F_LU_SOLVE] = {"`lu_solve($1, $4|)", CODE_ATOM},
    [F_LU_SOLVE_V] = {"`lu_solve($1, $4|)", CODE_ATOM},
    [F_LU_TSOLVE] = {"`lu_solve($1, $4, trans=1|)", CODE_ATOM},
    [F_LU_TSOLVE_V] = {"`lu_solve($1, $4, trans=1|)", CODE_ATOM},
    [F_LU_INV] = {"`lu_solve($1, ~eye($4)|)", CODE_ATOM},
    [F_LU_LOGDET] = {"~sum(~log(~abs(~diag($1[0]))))", CODE_ATOM},
    [F_LU_DET] = {"lu_det($1)", CODE_ATOM},
    [F_LU_LOG] = {"lu_logdet($1)", CODE_ATOM},
    [F_SOLVE] = {"~linalg.solve($1, $2)", CODE_ATOM},
    [F_SOLVE_V] = {"~linalg.solve($1, $2)", CODE_ATOM},
    [F_POSSOLVE] = {"`solve($1, $2, assume_a='pos'|)", CODE_ATOM},
    [F_POSSOLVE_V] = {"`solve($1, $2, assume_a='pos'|)", CODE_ATOM},
    [F_INV] = {"~linalg.inv($1)", CODE_ATOM},
    [F_LOGDET] = {"~linalg.slogdet($1)[1]", CODE_ATOM},
    [F_LOG] = {"logdet($1)", CODE_ATOM},
    [F_DET] = {"~linalg.det($1)", CODE_ATOM},
    [F_LOWER] = {"`solve_triangular($1, $2, lower=True|)", CODE_ATOM},
    [F_LOWER_V] = {"`solve_triangular($1, $2, lower=True|)", CODE_ATOM},
    [F_LOWER_T] = {"`solve_triangular($1, $2, trans=1, lower=True|)",
                   CODE_ATOM},
    [F_LOWER_TV] = {"`solve_triangular($1, $2, trans=1, lower=True|)",
                    CODE_ATOM},
    [F_UPPER] = {"`solve_triangular($1, $2|)", CODE_ATOM},
    [F_UPPER_V] = {"`solve_triangular($1, $2|)", CODE_ATOM},
    [F_UPPER_T] = {"`solve_triangular($1, $2, trans=1|)", CODE_ATOM},
    [F_UPPER_TV] = {"`solve_triangular($1, $2, trans=1|)", CODE_ATOM},
    [F_ASSIGN] = {"$1 = $2", CODE_ATOM},
};

static const FoldForms numpy_folds[] = {
    {"~sum($1)", "~sum($1)", "~sum($1, axis=0)", NULL, "~sum($1, axis=1)",
     NULL},
    {"~prod($1)", "~prod($1)", "~prod($1, axis=0)", NULL, "~prod($1, axis=1)",
     NULL},
    {"~max($1)", "~max($1)", "~max($1, axis=0)", NULL, "~max($1, axis=1)",
     NULL},
    {"~min($1)", "~min($1)", "~min($1, axis=0)", NULL, "~min($1, axis=1)",
     NULL},
};

static const char *const numpy_funs[OP_COUNT] = {
    [OP_ASIN] = "np.arcsin($1)",
    [OP_ACOS] = "np.arccos($1)",
    [OP_ATAN] = "np.arctan($1)",
    [OP_SIGMOID] = "scipy.special.expit($1)",
    [OP_SOFTPLUS] = "np.logaddexp(0, $1)",
    [OP_RELU] = "np.maximum($1, 0)",
    [OP_ERF] = "scipy.special.erf($1)",
};

static const char *const numpy_matfuns[OP_COUNT] = {
    [OP_PINV] = "np.linalg.pinv($1)",
    [OP_EXPM] = "scipy.linalg.expm($1)",
    [OP_LOGM] = "scipy.linalg.logm($1).real",
    [OP_SQRTM] = "scipy.linalg.sqrtm($1).real",
    [OP_SINM] = "scipy.linalg.sinm($1)",
    [OP_COSM] = "scipy.linalg.cosm($1)",
    [OP_EIG] = "np.linalg.eigvalsh($1)",
    [OP_EIGVAL] = "real_eigenvalues($1)",
    [OP_EIGVECS] = "np.linalg.eigh($1)[1]",
    [OP_SVD] = "np.linalg.svd($1, compute_uv=False)",
    [OP_SVDU] = "np.linalg.svd($1, full_matrices=False)[0]",
    [OP_SVDV] = "np.linalg.svd($1, full_matrices=False)[2].T",
    [OP_NORMSPEC] = "np.linalg.norm($1, 2)",
    [OP_NORMNUC] = "np.linalg.norm($1, 'nuc')",
    [OP_POW] = "np.linalg.matrix_power($1, $2)",
    [OP_LOGSUMEXP] = "scipy.special.logsumexp($1)",
    [OP_SOFTMAX] = "scipy.special.softmax($1)",
    [OP_DIAGSUMS] = "diagsums($1)",
    [OP_ANTIDIAGSUMS] = "antidiagsums($1)",
    [OP_CIRCSUMS] = "circsums($1)",
    [OP_NORM] = "np.linalg.norm($1)",
    [OP_NORMF] = "np.linalg.norm($1)",
};

#define LU_SIGN(np)                                                           \
    "\n\ndef lu_sign(lu):\n"                                                  \
    "    swaps = " np ".sum(lu[1] != " np ".arange(lu[1].size))\n"            \
    "    return " np ".prod(" np ".sign(" np ".diag(lu[0]))) * (-1) ** swaps\n"

/* Sums along the lines on which d is the same. */
#define LINE_SUMS(name, np, d, most)                                          \
    {name "(",                                                                \
     "\n\ndef " name "(A):\n    n = A.shape[0]\n    i = " np ".arange(n)\n"    \
     "    d = " d "\n"                                                        \
     "    return " np ".bincount(d.ravel(), A.ravel()" most ")[d]\n"}

#define REAL_EIGENVALUES(np)                                                  \
    {"real_eigenvalues(",                                                     \
     "\n\ndef real_eigenvalues(A):\n"                                         \
     "    \"\"\"Ascending, NaN for those that are not real.\"\"\"\n"           \
     "    w = " np ".linalg.eigvals(A)\n"                                     \
     "    return " np ".sort(" np ".where(w.imag == 0, w.real, " np            \
     ".nan))\n"}

static const Need numpy_needs[] = {
    {"", "import numpy as np\n"},
    {"scipy.linalg.", "import scipy.linalg\n"},
    {"scipy.special.", "import scipy.special\n"},
    {"cho_solve(", "from scipy.linalg import cho_solve\n"},
    {"lu_factor(", "from scipy.linalg import lu_factor\n"},
    {"lu_solve(", "from scipy.linalg import lu_solve\n"},
    {"assume_a", "from scipy.linalg import solve\n"},
    {"solve_triangular(", "from scipy.linalg import solve_triangular\n"},
    {"logdet(",
     "\n\ndef logdet(A):\n"
     "    \"\"\"log(det(A)), NaN where the determinant is negative.\"\"\"\n"
     "    sign, size = np.linalg.slogdet(A)\n"
     "    return np.where(sign < 0, np.nan, size)[()]\n"},
    {"lu_det(", LU_SIGN("np")
     "\n\ndef lu_det(lu):\n"
     "    return lu_sign(lu) * np.prod(np.abs(np.diag(lu[0])))\n"},
    {"lu_logdet(", LU_SIGN("np")
     "\n\ndef lu_logdet(lu):\n"
     "    \"\"\"log(det), NaN where the determinant is negative.\"\"\"\n"
     "    size = np.sum(np.log(np.abs(np.diag(lu[0]))))\n"
     "    return np.where(lu_sign(lu) < 0, np.nan, size)[()]\n"},
    REAL_EIGENVALUES("np"),
    LINE_SUMS("diagsums", "np", "i[:, None] + n - 1 - i", ""),
    LINE_SUMS("antidiagsums", "np", "i[:, None] + i", ""),
    LINE_SUMS("circsums", "np", "(i[:, None] - i) % n", ""),
    {NULL, NULL}};

static const ArrayDialect numpy = {
    .name = "NumPy", .flat = true, .prefix = "np.", .linalg = "",
    .unchecked = ", check_finite=False", .more = "", .brackets = true,
    .many = "", .complex = &complex_numpy,
    .form = numpy_forms, .fun = numpy_funs,
    .matfun = numpy_matfuns, .reserved = reserved, .fold = numpy_folds,
    .needs = numpy_needs, .frame = python_frame,
    .repeat = "for $1 in range($2, $3):", .open = true,
    .put = "$1[$2, $3] += $4", .put_entry = "$1[$2] += $4"};

const char *code_numpy(Ctx *ctx, const CodeTask *task)
{
    return array_print(ctx, task, &numpy);
}

/* --- JAX */

static const char *const jax_funs[OP_COUNT] = {
    [OP_ASIN] = "jnp.arcsin($1)",
    [OP_ACOS] = "jnp.arccos($1)",
    [OP_ATAN] = "jnp.arctan($1)",
    [OP_SIGMOID] = "jax.nn.sigmoid($1)",
    [OP_SOFTPLUS] = "jax.nn.softplus($1)",
    [OP_RELU] = "jax.nn.relu($1)",
    [OP_ERF] = "jax.scipy.special.erf($1)",
};

static const char *const jax_matfuns[OP_COUNT] = {
    [OP_PINV] = "jnp.linalg.pinv($1)",
    [OP_EXPM] = "jax.scipy.linalg.expm($1)",
    [OP_LOGM] = "logm($1)",
    [OP_SQRTM] = "jax.scipy.linalg.sqrtm($1).real",
    [OP_SINM] = "jax.scipy.linalg.expm(1j * $*1).imag",
    [OP_COSM] = "jax.scipy.linalg.expm(1j * $*1).real",
    [OP_EIG] = "jnp.linalg.eigvalsh($1)",
    [OP_EIGVAL] = "real_eigenvalues($1)",
    [OP_EIGVECS] = "jnp.linalg.eigh($1)[1]",
    [OP_SVD] = "jnp.linalg.svd($1, compute_uv=False)",
    [OP_SVDU] = "jnp.linalg.svd($1, full_matrices=False)[0]",
    [OP_SVDV] = "jnp.linalg.svd($1, full_matrices=False)[2].T",
    [OP_NORMSPEC] = "jnp.linalg.norm($1, 2)",
    [OP_NORMNUC] = "jnp.linalg.norm($1, 'nuc')",
    [OP_POW] = "jnp.linalg.matrix_power($1, $2)",
    [OP_LOGSUMEXP] = "jax.scipy.special.logsumexp($1)",
    [OP_SOFTMAX] = "jax.nn.softmax($1)",
    [OP_DIAGSUMS] = "diagsums($1)",
    [OP_ANTIDIAGSUMS] = "antidiagsums($1)",
    [OP_CIRCSUMS] = "circsums($1)",
    [OP_NORM] = "jnp.linalg.norm($1)",
    [OP_NORMF] = "jnp.linalg.norm($1)",
};

static const Need jax_needs[] = {
    {"jax.nn.", "import jax\n"},
    {"", "import jax.numpy as jnp\n"},
    {"lax.", "from jax import lax\n"},
    {"jax.scipy.linalg.", "import jax.scipy.linalg\n"},
    {"jax.scipy.special.", "import jax.scipy.special\n"},
    {"logdet(",
     "\n\ndef logdet(A):\n"
     "    \"\"\"log(det(A)), NaN where the determinant is negative.\"\"\"\n"
     "    sign, size = jnp.linalg.slogdet(A)\n"
     "    return jnp.where(sign < 0, jnp.nan, size)\n"},
    {"lu_det(", LU_SIGN("jnp")
     "\n\ndef lu_det(lu):\n"
     "    return lu_sign(lu) * jnp.prod(jnp.abs(jnp.diag(lu[0])))\n"},
    {"lu_logdet(", LU_SIGN("jnp")
     "\n\ndef lu_logdet(lu):\n"
     "    \"\"\"log(det), NaN where the determinant is negative.\"\"\"\n"
     "    size = jnp.sum(jnp.log(jnp.abs(jnp.diag(lu[0]))))\n"
     "    return jnp.where(lu_sign(lu) < 0, jnp.nan, size)\n"},
    {"logm(",
     "\n\ndef logm(A):\n"
     "    \"\"\"The logarithm: square roots, then Gauss-Legendre "
     "quadrature.\"\"\"\n"
     "    n = A.shape[0]\n"
     "    eye = jnp.eye(n, dtype=A.dtype)\n\n"
     "    def far(state):\n"
     "        k, X = state\n"
     "        return (k < 50) & (jnp.linalg.norm(X - eye, 1) >= 0.05)\n\n"
     "    def root(state):\n"
     "        k, X = state\n"
     "        return k + 1, jax.scipy.linalg.sqrtm(X).real.astype(A.dtype)"
     "\n\n"
     "    k, X = lax.while_loop(far, root, (0, A))\n"
     "    Y = X - eye\n"
     "    Z = 0 * Y\n"
     LOGM_POINTS
     "        Z = Z + w * jnp.linalg.solve(eye + p * Y, Y)\n"
     "    return jnp.where(k < 50, 2.0**k, jnp.nan) * Z\n"},
    REAL_EIGENVALUES("jnp"),
    LINE_SUMS("diagsums", "jnp", "i[:, None] + n - 1 - i", ", length=2 * n"),
    LINE_SUMS("antidiagsums", "jnp", "i[:, None] + i", ", length=2 * n"),
    LINE_SUMS("circsums", "jnp", "(i[:, None] - i) % n", ", length=n"),
    {NULL, NULL}};

static const ArrayDialect jax = {
    .name = "JAX", .flat = true, .prefix = "jnp.",
    .linalg = "jax.scipy.linalg.", .more = "", .brackets = true,
    .many = "", .complex = &complex_jax,
    .form = numpy_forms,
    .fun = jax_funs, .matfun = jax_matfuns, .reserved = reserved,
    .fold = numpy_folds, .needs = jax_needs, .frame = python_frame,
    .repeat = "for $1 in range($2, $3):", .open = true,
    .put = "$1 = $1.at[$2, $3].add($4)",
    .put_entry = "$1 = $1.at[$2].add($4)"};

const char *code_jax(Ctx *ctx, const CodeTask *task)
{
    return array_print(ctx, task, &jax);
}
