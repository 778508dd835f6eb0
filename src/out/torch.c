/* torch.c: PyTorch.  Its solves take matrices alone, so that vectors go in
 * and out of them as a column; new arrays are made as the first input is. */
#include "out/array.h"

static const char *const torch_reserved[] = {
    "False None True and as assert async await break class continue def del "
    "elif else except finally for from global if import in is lambda nonlocal "
    "not or pass raise return try while with yield match case type",
    "abs all any bin bool bytes chr compile complex copyright credits dict "
    "dir eval exec exit filter float format globals hash help hex id input "
    "int iter len license list locals map max min next object oct open ord "
    "pow print quit range repr reversed round set slice sorted str sum super "
    "tuple vars zip self Ellipsis NotImplemented",
    "torch like numpy np math lu_sign lu_det lu_logdet zlogdet lu_zdet "
    "lu_zlogdet sqrtm logm real_eigenvalues", NULL};

static const Template torch_forms[F_COUNT] = {
    [F_ADD] = {"$1 + $*2", CODE_SUM},
    [F_SUB] = {"$1 - $*2", CODE_SUM},
    [F_HAD] = {"$*1 * $^2", CODE_PRODUCT},
    [F_EDIV] = {"$*1 / $^2", CODE_PRODUCT},
    [F_EPOW] = {"$.1**$.2", CODE_POWER},
    [F_NEG] = {"-$*1", CODE_MINUS},
    [F_SQUARE] = {"$.1**2", CODE_POWER},
    [F_MAX] = {"torch.maximum($1, $2)", CODE_ATOM},
    [F_MIN] = {"torch.minimum($1, $2)", CODE_ATOM},
    [F_MAX_NUM] = {"torch.clamp($1, min=$2)", CODE_ATOM},
    [F_MIN_NUM] = {"torch.clamp($1, max=$2)", CODE_ATOM},
    [F_PI] = {"math.pi", CODE_ATOM},
    [F_MATMUL] = {"$@1 @ $^2", CODE_MATMUL},
    [F_DOT] = {"$@1 @ $^2", CODE_MATMUL},
    [F_OUTER] = {"torch.outer($1, $2)", CODE_ATOM},
    [F_KRON] = {"torch.kron($1, $2)", CODE_ATOM},
    [F_NORM] = {"torch.linalg.norm($1)", CODE_ATOM},
    [F_NORM_V] = {"torch.linalg.norm($1)", CODE_ATOM},
    [F_T] = {"$.1.T", CODE_ATOM},
    [F_VT] = {"", CODE_ATOM},
    [F_COLUMN] = {"$.1[:, None]", CODE_ATOM},
    [F_ROW] = {"$.1[None, :]", CODE_ATOM},
    [F_FILL] = {"torch.zeros(($2, $3), **like) + $*1", CODE_SUM},
    [F_FILL1] = {"torch.zeros($2, **like) + $*1", CODE_SUM},
    [F_ZEROS] = {"torch.zeros(($1, $2), **like)", CODE_ATOM},
    [F_ZEROS1] = {"torch.zeros($1, **like)", CODE_ATOM},
    [F_EYE] = {"torch.eye($1, **like)", CODE_ATOM},
    [F_EYES] = {"torch.eye($1, $2, **like)", CODE_ATOM},
    [F_ONES] = {"torch.ones(($1, $2), **like)", CODE_ATOM},
    [F_TRIL] = {"torch.tril($1, $2)", CODE_ATOM},
    [F_TRIU] = {"torch.triu($1, $2)", CODE_ATOM},
    [F_TRIL0] = {"torch.tril($1)", CODE_ATOM},
    [F_TRIU0] = {"torch.triu($1)", CODE_ATOM},
    [F_DIAGM] = {"torch.diag($1)", CODE_ATOM},
    [F_TRACE] = {"torch.trace($1)", CODE_ATOM},
    [F_DIAGV] = {"torch.diagonal($1)", CODE_ATOM},
    [F_VEC] = {"$.1.T.reshape(-1)", CODE_ATOM},
    [F_RESHAPE] = {"$.1.T.reshape(($3, $2)).T", CODE_ATOM},
    [F_RESHAPE1] = {"$.1.reshape(($3, $2)).T", CODE_ATOM},
    [F_DENSE] = {"$.1.contiguous()", CODE_ATOM},
    [F_COPY] = {"$.1.clone()", CODE_ATOM},
    [F_SLICE_COL] = {"$.1[$2, $3]", CODE_ATOM},
    [F_SLICE_ROW] = {"$.1[$2, $3]", CODE_ATOM},
    [F_SLICE_ONE] = {"$.1[$2, $3]", CODE_ATOM},
    [F_ENTRY_OF_VEC] = {"$.1[$2]", CODE_ATOM},
    [F_UNIT] = {"torch.eye($1, **like)[$2]", CODE_ATOM},
    [F_SAME] = {"1.0 * ($1 == $2)", CODE_PRODUCT},
    [F_COMMUTE] = {"$.1.T.reshape((-1, $3, $2)).transpose(1, 2)"
                   ".reshape((-1, $*2 * $*3)).T", CODE_ATOM},
    [F_COMMUTE_RIGHT] = {"$.1.reshape((-1, $2, $3)).transpose(1, 2)"
                         ".reshape((-1, $*2 * $*3))", CODE_ATOM},
    [F_SIZE] = {"$1.shape[$2]", CODE_ATOM},
    [F_SIZE1] = {"$1.shape[0]", CODE_ATOM},
    [F_CHOL] = {"torch.linalg.cholesky($1)", CODE_ATOM},
    [F_CHOL_SOLVE] = {"torch.cholesky_solve($2, $1)", CODE_ATOM},
    [F_CHOL_SOLVE_V] = {"torch.cholesky_solve($.2[:, None], $1)[:, 0]",
                        CODE_ATOM},
    [F_CHOL_INV] = {"torch.cholesky_inverse($1)", CODE_ATOM},
    [F_CHOL_LOGDET] = {"2 * torch.sum(torch.log(torch.diagonal($1)))",
                       CODE_PRODUCT},
    [F_CHOL_DET] = {"torch.prod(torch.diagonal($1))**2", CODE_POWER},
    [F_CHOL_LOWER] = {"", CODE_ATOM},
    [F_CHOL_ONCE] = {"torch.linalg.cholesky($1)", CODE_ATOM},
    [F_LU_SET] = {"$1 = torch.linalg.lu_factor($4)", CODE_SUM},
    [F_LU_SOLVE] = {"torch.linalg.lu_solve(*$1, $4)", CODE_ATOM},
    [F_LU_SOLVE_V] = {"torch.linalg.lu_solve(*$1, $.4[:, None])[:, 0]",
                      CODE_ATOM},
    [F_LU_TSOLVE] = {"torch.linalg.lu_solve(*$1, $4, adjoint=True)",
                     CODE_ATOM},
    [F_LU_TSOLVE_V] = {"torch.linalg.lu_solve(*$1, $.4[:, None], "
                       "adjoint=True)[:, 0]", CODE_ATOM},
    [F_LU_INV] = {"torch.linalg.lu_solve(*$1, torch.eye($4, **like))",
                  CODE_ATOM},
    [F_LU_LOGDET] = {"torch.sum(torch.log(torch.abs(torch.diagonal($1.LU))))",
                     CODE_ATOM},
    [F_LU_LOG] = {"lu_logdet($1)", CODE_ATOM},
    [F_LU_DET] = {"lu_det($1)", CODE_ATOM},
    [F_SOLVE] = {"torch.linalg.solve($1, $2)", CODE_ATOM},
    [F_SOLVE_V] = {"torch.linalg.solve($1, $2)", CODE_ATOM},
    [F_POSSOLVE] = {"torch.linalg.solve($1, $2)", CODE_ATOM},
    [F_POSSOLVE_V] = {"torch.linalg.solve($1, $2)", CODE_ATOM},
    [F_INV] = {"torch.linalg.inv($1)", CODE_ATOM},
    [F_LOGDET] = {"torch.linalg.slogdet($1)[1]", CODE_ATOM},
    [F_LOG] = {"torch.logdet($1)", CODE_ATOM},
    [F_DET] = {"torch.linalg.det($1)", CODE_ATOM},
    [F_LOWER] = {"torch.linalg.solve_triangular($1, $2, upper=False)",
                 CODE_ATOM},
    [F_LOWER_V] = {"torch.linalg.solve_triangular($1, $.2[:, None], "
                   "upper=False)[:, 0]", CODE_ATOM},
    [F_LOWER_T] = {"torch.linalg.solve_triangular($.1.T, $2, upper=True)",
                   CODE_ATOM},
    [F_LOWER_TV] = {"torch.linalg.solve_triangular($.1.T, $.2[:, None], "
                    "upper=True)[:, 0]", CODE_ATOM},
    [F_UPPER] = {"torch.linalg.solve_triangular($1, $2, upper=True)",
                 CODE_ATOM},
    [F_UPPER_V] = {"torch.linalg.solve_triangular($1, $.2[:, None], "
                   "upper=True)[:, 0]", CODE_ATOM},
    [F_UPPER_T] = {"torch.linalg.solve_triangular($.1.T, $2, upper=False)",
                   CODE_ATOM},
    [F_UPPER_TV] = {"torch.linalg.solve_triangular($.1.T, $.2[:, None], "
                    "upper=False)[:, 0]", CODE_ATOM},
    [F_ASSIGN] = {"$1 = $2", CODE_ATOM},
};

static const FoldForms torch_folds[] = {
    {"torch.sum($1)", "torch.sum($1)", "torch.sum($1, 0)", NULL,
     "torch.sum($1, 1)", NULL},
    {"torch.prod($1)", "torch.prod($1)", "torch.prod($1, 0)", NULL,
     "torch.prod($1, 1)", NULL},
    {"torch.max($1)", "torch.max($1)", "torch.amax($1, 0)", NULL,
     "torch.amax($1, 1)", NULL},
    {"torch.min($1)", "torch.min($1)", "torch.amin($1, 0)", NULL,
     "torch.amin($1, 1)", NULL},
};

/* softplus of the library is exact to 2e-9 alone: it cuts at 20 */
static const char *const torch_funs[OP_COUNT] = {
    [OP_SOFTPLUS] = "torch.logaddexp($1, torch.zeros((), **like))",
};

static const char *const torch_matfuns[OP_COUNT] = {
    [OP_PINV] = "torch.linalg.pinv($1)",
    [OP_EXPM] = "torch.linalg.matrix_exp($1)",
    [OP_LOGM] = "logm($1)",
    [OP_SQRTM] = "sqrtm($1)",
    [OP_SINM] = "torch.linalg.matrix_exp(1j * $*1).imag",
    [OP_COSM] = "torch.linalg.matrix_exp(1j * $*1).real",
    [OP_EIG] = "torch.linalg.eigvalsh($1)",
    [OP_EIGVAL] = "real_eigenvalues($1)",
    [OP_EIGVECS] = "torch.linalg.eigh($1)[1]",
    [OP_SVD] = "torch.linalg.svdvals($1)",
    [OP_SVDU] = "torch.linalg.svd($1, full_matrices=False)[0]",
    [OP_SVDV] = "torch.linalg.svd($1, full_matrices=False)[2].T",
    [OP_NORMSPEC] = "torch.linalg.matrix_norm($1, 2)",
    [OP_NORMNUC] = "torch.linalg.matrix_norm($1, 'nuc')",
    [OP_POW] = "torch.linalg.matrix_power($1, $2)",
    [OP_LOGSUMEXP] = "torch.logsumexp($1, 0)",
    [OP_SOFTMAX] = "torch.softmax($1, 0)",
    [OP_DIAGSUMS] = "diagsums($1)",
    [OP_ANTIDIAGSUMS] = "antidiagsums($1)",
    [OP_CIRCSUMS] = "circsums($1)",
    [OP_NORM] = "torch.linalg.vector_norm($1)",
    [OP_NORMF] = "torch.linalg.matrix_norm($1)",
};

#define LU_SIGN                                                               \
    "\n\ndef lu_sign(lu):\n"                                                  \
    "    rows = torch.arange(1, 1 + lu.pivots.shape[0], "                      \
    "device=lu.pivots.device)\n"                                              \
    "    swaps = torch.sum(lu.pivots != rows)\n"                              \
    "    return torch.prod(torch.sign(torch.diagonal(lu.LU))) * (-1) ** "      \
    "swaps\n"

/* Sums along the lines on which d is the same. */
#define LINE_SUMS(name, d)                                                    \
    {name "(",                                                                \
     "\n\ndef " name "(A):\n    n = A.shape[0]\n"                             \
     "    i = torch.arange(n, device=A.device)\n    d = " d "\n"              \
     "    s = torch.zeros(2 * n, dtype=A.dtype, device=A.device)\n"           \
     "    return s.index_add(0, d.reshape(-1), A.reshape(-1))[d]\n"}

static const Need torch_needs[] = {
    {"math.", "import math\n"},
    {"", "import torch\n"},
    {"lu_det(", LU_SIGN
     "\n\ndef lu_det(lu):\n"
     "    return lu_sign(lu) * torch.prod(torch.abs(torch.diagonal(lu.LU)))\n"},
    {"lu_logdet(", LU_SIGN
     "\n\ndef lu_logdet(lu):\n"
     "    \"\"\"log(det), NaN where the determinant is negative.\"\"\"\n"
     "    size = torch.sum(torch.log(torch.abs(torch.diagonal(lu.LU))))\n"
     "    return torch.where(lu_sign(lu) < 0, torch.nan * size, size)\n"},
    {"real_eigenvalues(",
     "\n\ndef real_eigenvalues(A):\n"
     "    \"\"\"Ascending, NaN for those that are not real.\"\"\"\n"
     "    w = torch.linalg.eigvals(A)\n"
     "    return torch.sort(torch.where(w.imag == 0, w.real, "
     "torch.nan)).values\n"},
    {"sqrtm(",
     "\n\ndef sqrtm(A):\n"
     "    \"\"\"The square root, by the Denman-Beavers iteration for "
     "products.\"\"\"\n"
     "    n = A.shape[0]\n"
     "    eye = torch.eye(n, dtype=A.dtype, device=A.device)\n"
     "    M, X = A, A\n"
     "    for _ in range(60):\n"
     "        inverse = torch.linalg.inv(M)\n"
     "        X = X @ (eye + inverse) / 2\n"
     "        M = (M + inverse) / 4 + eye / 2\n"
     "        off = torch.sum(torch.abs(M - eye))\n"
     "        if not off > 4 * n * torch.finfo(A.dtype).eps:\n"
     "            break\n"
     "    wanders = off > n * torch.finfo(A.dtype).eps**0.5\n"
     "    return torch.where(wanders, torch.nan, X)\n"},
    {"logm(",
     "\n\ndef logm(A):\n"
     "    \"\"\"The logarithm: square roots, then Gauss-Legendre "
     "quadrature.\"\"\"\n"
     "    n = A.shape[0]\n"
     "    eye = torch.eye(n, dtype=A.dtype, device=A.device)\n"
     "    Y, k = A - eye, 0\n"
     "    while k < 50 and not torch.linalg.matrix_norm(Y, 1) < 0.05:\n"
     "        Y, k = sqrtm(eye + Y) - eye, k + 1\n"
     "    Z = 0 * Y\n"
     LOGM_POINTS
     "        Z = Z + w * torch.linalg.solve(eye + p * Y, Y)\n"
     "    return (2.0**k if k < 50 else math.nan) * Z\n"},
    LINE_SUMS("diagsums", "i[:, None] + n - 1 - i"),
    LINE_SUMS("antidiagsums", "i[:, None] + i"),
    LINE_SUMS("circsums", "(i[:, None] - i) % n"),
    {NULL, NULL}};

static const ArrayDialect torch = {
    .name = "PyTorch", .flat = true, .prefix = "torch.",
    .linalg = "torch.linalg.", .constants = "math.", .more = "",
    .brackets = true,
    .many = "", .complex = &complex_torch,
    .form = torch_forms,
    .fun = torch_funs, .matfun = torch_matfuns, .reserved = torch_reserved,
    .fold = torch_folds, .needs = torch_needs, .frame = python_frame,
    .repeat = "for $1 in range($2, $3):", .open = true,
    .put = "$1[$2, $3] += $4", .put_entry = "$1[$2] += $4",
    .like = "like = {'dtype': $1.dtype, 'device': $1.device}",
    .like_none = "like = {'dtype': torch.float64}"};

const char *code_torch(Ctx *ctx, const CodeTask *task)
{
    return array_print(ctx, task, &torch);
}
