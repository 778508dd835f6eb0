/* arrayz.c: what is another for complex numbers, language by language.  Where
 * a real number would have no logarithm or root it is made complex first; what
 * knows larger and smaller takes real parts. */
#include "out/array.h"

/* --- NumPy and JAX */

static const Template numpy_forms[F_COUNT] = {
    [F_IMUNIT] = {"1j", CODE_ATOM},
    [F_CPOW] = {"($1 + 0j)**$.2", CODE_POWER},
    [F_REAL] = {"~real($1)", CODE_ATOM},
    [F_CONJ] = {"~conj($1)", CODE_ATOM},
    [F_H] = {"$.1.conj().T", CODE_ATOM},
    [F_VDOT] = {"~vdot($1, $2)", CODE_ATOM},
    [F_MAX] = {"~maximum(~real($1), ~real($2))", CODE_ATOM},
    [F_MIN] = {"~minimum(~real($1), ~real($2))", CODE_ATOM},
    [F_FILL] = {"~full(($2, $3), $1, dtype=complex)", CODE_ATOM},
    [F_FILL1] = {"~full($2, $1, dtype=complex)", CODE_ATOM},
    [F_CHOL_LOGDET] = {"2 * ~sum(~log(~real(~diag($1))))", CODE_PRODUCT},
    [F_CHOL_DET] = {"~prod(~real(~diag($1)))**2", CODE_POWER},
    [F_LU_HSOLVE] = {"`lu_solve($1, $4, trans=2|)", CODE_ATOM},
    [F_LU_HSOLVE_V] = {"`lu_solve($1, $4, trans=2|)", CODE_ATOM},
    [F_LU_DET] = {"lu_zdet($1)", CODE_ATOM},
    [F_LU_LOG] = {"lu_zlogdet($1)", CODE_ATOM},
    [F_LOG] = {"zlogdet($1)", CODE_ATOM},
    [F_LOWER_H] = {"`solve_triangular($1, $2, trans=2, lower=True|)",
                   CODE_ATOM},
    [F_LOWER_HV] = {"`solve_triangular($1, $2, trans=2, lower=True|)",
                    CODE_ATOM},
    [F_UPPER_H] = {"`solve_triangular($1, $2, trans=2|)", CODE_ATOM},
    [F_UPPER_HV] = {"`solve_triangular($1, $2, trans=2|)", CODE_ATOM},
};

static const char *const numpy_funs[OP_COUNT] = {
    [OP_LOG] = "~log($1 + 0j)",
    [OP_SQRT] = "~sqrt($1 + 0j)",
    [OP_LOG1P] = "~log1p($1 + 0j)",
    [OP_ASIN] = "~arcsin($1 + 0j)",
    [OP_ACOS] = "~arccos($1 + 0j)",
    [OP_SIGN] = "~sign(~real($1))",
    [OP_RELU] = "~maximum(~real($1), 0)",
    [OP_SIGMOID] = "(1 / (1 + ~exp(-($1))))",
    [OP_SOFTPLUS] = "~log(1 + ~exp($1 + 0j))",
    [OP_ERF] = "scipy.special.erf(~real($1))",
};

static const char *const jax_funs[OP_COUNT] = {
    [OP_LOG] = "~log($1 + 0j)",
    [OP_SQRT] = "~sqrt($1 + 0j)",
    [OP_LOG1P] = "~log1p($1 + 0j)",
    [OP_ASIN] = "~arcsin($1 + 0j)",
    [OP_ACOS] = "~arccos($1 + 0j)",
    [OP_SIGN] = "~sign(~real($1))",
    [OP_RELU] = "~maximum(~real($1), 0)",
    [OP_SIGMOID] = "(1 / (1 + ~exp(-($1))))",
    [OP_SOFTPLUS] = "~log(1 + ~exp($1 + 0j))",
    [OP_ERF] = "jax.scipy.special.erf(~real($1))",
};

#define LINES(name) name "(~real($1)) + 1j * " name "(~imag($1))"

static const char *const numpy_matfuns[OP_COUNT] = {
    [OP_LOGM] = "scipy.linalg.logm($1)",
    [OP_SQRTM] = "scipy.linalg.sqrtm($1)",
    [OP_DIAGSUMS] = "(" LINES("diagsums") ")",
    [OP_ANTIDIAGSUMS] = "(" LINES("antidiagsums") ")",
    [OP_CIRCSUMS] = "(" LINES("circsums") ")",
};

static const char *const jax_matfuns[OP_COUNT] = {
    [OP_SQRTM] = "jax.scipy.linalg.sqrtm($1)",
    [OP_DIAGSUMS] = "(" LINES("diagsums") ")",
    [OP_ANTIDIAGSUMS] = "(" LINES("antidiagsums") ")",
    [OP_CIRCSUMS] = "(" LINES("circsums") ")",
};

static const FoldForms numpy_folds[] = {
    {"~sum($1)", "~sum($1)", "~sum($1, axis=0)", NULL, "~sum($1, axis=1)",
     NULL},
    {"~prod($1)", "~prod($1)", "~prod($1, axis=0)", NULL, "~prod($1, axis=1)",
     NULL},
    {"~max(~real($1))", "~max(~real($1))", "~max(~real($1), axis=0)", NULL,
     "~max(~real($1), axis=1)", NULL},
    {"~min(~real($1))", "~min(~real($1))", "~min(~real($1), axis=0)", NULL,
     "~min(~real($1), axis=1)", NULL},
};

#define PRINCIPAL "    \"\"\"The principal logarithm of the determinant.\"\"\"\n"

#define LU_DET(np)                                                            \
    "\n\ndef lu_zdet(lu):\n"                                                  \
    "    swaps = " np ".sum(lu[1] != " np ".arange(lu[1].size))\n"            \
    "    return " np ".prod(" np ".diag(lu[0])) * (-1.0) ** swaps\n"

#define LU_LOG(np)                                                            \
    "\n\ndef lu_zlogdet(lu):\n" PRINCIPAL                                     \
    "    d = " np ".diag(lu[0])\n"                                            \
    "    swaps = " np ".sum(lu[1] != " np ".arange(d.size))\n"                \
    "    phase = " np ".prod(d / " np ".abs(d)) * (-1.0) ** swaps\n"          \
    "    return " np ".sum(" np ".log(" np ".abs(d))) + " np                  \
    ".log(phase + 0j)\n"

#define LOG_DET(np)                                                           \
    "\n\ndef zlogdet(A):\n" PRINCIPAL                                         \
    "    sign, size = " np ".linalg.slogdet(A)\n"                             \
    "    return size + " np ".log(sign + 0j)\n"

static const Need numpy_needs[] = {{"lu_zdet(", LU_DET("np")},
                                   {"lu_zlogdet(", LU_LOG("np")},
                                   {"zlogdet(", LOG_DET("np")},
                                   {NULL, NULL}};

static const Need jax_needs[] = {{"lu_zdet(", LU_DET("jnp")},
                                 {"lu_zlogdet(", LU_LOG("jnp")},
                                 {"zlogdet(", LOG_DET("jnp")},
                                 {NULL, NULL}};

const ArrayComplex complex_numpy = {numpy_forms, numpy_funs, numpy_matfuns,
                                    numpy_folds, numpy_needs};
const ArrayComplex complex_jax = {numpy_forms, jax_funs, jax_matfuns,
                                  numpy_folds, jax_needs};

/* --- PyTorch, whose products take numbers of one type: all are complex */

static const Template torch_forms[F_COUNT] = {
    [F_IMUNIT] = {"torch.tensor(1j, **like)", CODE_ATOM},
    [F_CPOW] = {"($1 + 0j)**$.2", CODE_POWER},
    [F_REAL] = {"torch.real($1)", CODE_ATOM},
    [F_PROMOTE] = {"$1 + 0j", CODE_SUM},
    [F_CONJ] = {"torch.conj($1)", CODE_ATOM},
    [F_H] = {"$.1.mH", CODE_ATOM},
    /* not dot and vdot: Debian's are 0 of complex numbers */
    [F_DOT] = {"torch.sum($*1 * $^2)", CODE_ATOM},
    [F_VDOT] = {"torch.sum(torch.conj($1) * $^2)", CODE_ATOM},
    [F_MAX] = {"torch.maximum(torch.real($1), torch.real($2)) + 0j",
               CODE_SUM},
    [F_MIN] = {"torch.minimum(torch.real($1), torch.real($2)) + 0j",
               CODE_SUM},
    [F_MAX_NUM] = {"torch.clamp(torch.real($1), min=$2) + 0j", CODE_SUM},
    [F_MIN_NUM] = {"torch.clamp(torch.real($1), max=$2) + 0j", CODE_SUM},
    [F_NORM] = {"torch.linalg.norm($1) + 0j", CODE_SUM},
    [F_NORM_V] = {"torch.linalg.norm($1) + 0j", CODE_SUM},
    [F_CHOL_LOGDET] = {"2 * torch.sum(torch.log(torch.diagonal($1)))",
                       CODE_PRODUCT},
    [F_LU_TSOLVE] = {"torch.conj(torch.linalg.lu_solve(*$1, torch.conj($4), "
                     "adjoint=True))", CODE_ATOM},
    [F_LU_TSOLVE_V] = {"torch.conj(torch.linalg.lu_solve(*$1, "
                       "torch.conj($4)[:, None], adjoint=True))[:, 0]",
                       CODE_ATOM},
    [F_LU_HSOLVE] = {"torch.linalg.lu_solve(*$1, $4, adjoint=True)",
                     CODE_ATOM},
    [F_LU_HSOLVE_V] = {"torch.linalg.lu_solve(*$1, $.4[:, None], "
                       "adjoint=True)[:, 0]", CODE_ATOM},
    [F_LU_LOGDET] = {"torch.sum(torch.log(torch.abs(torch.diagonal($1.LU))))"
                     " + 0j", CODE_SUM},
    [F_LU_DET] = {"lu_zdet($1)", CODE_ATOM},
    [F_LU_LOG] = {"lu_zlogdet($1)", CODE_ATOM},
    [F_LOGDET] = {"torch.linalg.slogdet($1)[1] + 0j", CODE_SUM},
    [F_LOG] = {"zlogdet($1)", CODE_ATOM},
    [F_LOWER_H] = {"torch.linalg.solve_triangular($.1.mH, $2, upper=True)",
                   CODE_ATOM},
    [F_LOWER_HV] = {"torch.linalg.solve_triangular($.1.mH, $.2[:, None], "
                    "upper=True)[:, 0]", CODE_ATOM},
    [F_UPPER_H] = {"torch.linalg.solve_triangular($.1.mH, $2, upper=False)",
                   CODE_ATOM},
    [F_UPPER_HV] = {"torch.linalg.solve_triangular($.1.mH, $.2[:, None], "
                    "upper=False)[:, 0]", CODE_ATOM},
};

static const char *const torch_funs[OP_COUNT] = {
    [OP_ABS] = "(torch.abs($1) + 0j)",
    [OP_REAL] = "(torch.real($1) + 0j)",
    [OP_IMAG] = "(torch.imag($1) + 0j)",
    [OP_SIGN] = "(torch.sign(torch.real($1)) + 0j)",
    [OP_RELU] = "(torch.relu(torch.real($1)) + 0j)",
    [OP_ERF] = "(torch.erf(torch.real($1)) + 0j)",
    [OP_SIGMOID] = "(1 / (1 + torch.exp(-($1))))",
    [OP_SOFTPLUS] = "torch.log(1 + torch.exp($1))",
    [OP_LOG1P] = "torch.log(1 + $1)",
    [OP_EXPM1] = "(torch.exp($1) - 1)",
};

static const char *const torch_matfuns[OP_COUNT] = {
    [OP_EIG] = "(torch.linalg.eigvalsh($1) + 0j)",
    [OP_SVD] = "(torch.linalg.svdvals($1) + 0j)",
    [OP_NORMSPEC] = "(torch.linalg.matrix_norm($1, 2) + 0j)",
    [OP_NORMNUC] = "(torch.linalg.matrix_norm($1, 'nuc') + 0j)",
};

static const FoldForms torch_folds[] = {
    {"torch.sum($1)", "torch.sum($1)", "torch.sum($1, 0)", NULL,
     "torch.sum($1, 1)", NULL},
    {"torch.prod($1)", "torch.prod($1)", "torch.prod($1, 0)", NULL,
     "torch.prod($1, 1)", NULL},
    {"(torch.max(torch.real($1)) + 0j)", "(torch.max(torch.real($1)) + 0j)",
     "(torch.amax(torch.real($1), 0) + 0j)", NULL,
     "(torch.amax(torch.real($1), 1) + 0j)", NULL},
    {"(torch.min(torch.real($1)) + 0j)", "(torch.min(torch.real($1)) + 0j)",
     "(torch.amin(torch.real($1), 0) + 0j)", NULL,
     "(torch.amin(torch.real($1), 1) + 0j)", NULL},
};

#define TORCH_SWAPS                                                           \
    "    rows = torch.arange(1, 1 + lu.pivots.shape[0], "                      \
    "device=lu.pivots.device)\n"                                              \
    "    swaps = torch.sum(lu.pivots != rows)\n"

static const Need torch_needs[] = {
    {"lu_zdet(",
     "\n\ndef lu_zdet(lu):\n" TORCH_SWAPS
     "    return torch.prod(torch.diagonal(lu.LU)) * (-1) ** swaps\n"},
    {"lu_zlogdet(",
     "\n\ndef lu_zlogdet(lu):\n" PRINCIPAL TORCH_SWAPS
     "    d = torch.diagonal(lu.LU)\n"
     "    phase = torch.prod(d / torch.abs(d)) * (-1) ** swaps\n"
     "    return torch.sum(torch.log(torch.abs(d))) + "
     "torch.log(phase + 0j)\n"},
    {"zlogdet(",
     "\n\ndef zlogdet(A):\n" PRINCIPAL
     "    sign, size = torch.linalg.slogdet(A)\n"
     "    return size + torch.log(sign + 0j)\n"},
    {NULL, NULL}};

const ArrayComplex complex_torch = {torch_forms, torch_funs, torch_matfuns,
                                    torch_folds, torch_needs};

/* --- Julia */

static const Template julia_forms[F_COUNT] = {
    [F_IMUNIT] = {"im", CODE_ATOM},
    [F_CPOW] = {"complex($1) .^ $.2", CODE_POWER},
    [F_REAL] = {"real($1)", CODE_ATOM},
    [F_CONJ] = {"conj($1)", CODE_ATOM},
    [F_T] = {"transpose($1)", CODE_ATOM},
    [F_VT] = {"transpose($1)", CODE_ATOM},
    [F_H] = {"$.1'", CODE_ATOM},
    [F_DOT] = {"sum($*1 .* $^2)", CODE_ATOM},
    [F_VDOT] = {"dot($1, $2)", CODE_ATOM},
    [F_MAX] = {"max.(real($1), real($2))", CODE_ATOM},
    [F_MIN] = {"min.(real($1), real($2))", CODE_ATOM},
    [F_CHOL] = {"cholesky(Hermitian($1, :L))", CODE_ATOM},
    [F_CHOL_ONCE] = {"cholesky(Hermitian($1, :L))", CODE_ATOM},
    [F_POSSOLVE] = {"cholesky(Hermitian($1, :L)) \\ $^2", CODE_SUM},
    [F_POSSOLVE_V] = {"cholesky(Hermitian($1, :L)) \\ $^2", CODE_SUM},
    [F_LU_TSOLVE] = {"transpose($1) \\ $^4", CODE_SUM},
    [F_LU_TSOLVE_V] = {"transpose($1) \\ $^4", CODE_SUM},
    [F_LU_HSOLVE] = {"$.1' \\ $^4", CODE_SUM},
    [F_LU_HSOLVE_V] = {"$.1' \\ $^4", CODE_SUM},
    [F_LU_LOG] = {"zlogdet($1)", CODE_ATOM},
    [F_LOG] = {"zlogdet($1)", CODE_ATOM},
    [F_LOWER_T] = {"transpose(LowerTriangular($1)) \\ $^2", CODE_SUM},
    [F_LOWER_TV] = {"transpose(LowerTriangular($1)) \\ $^2", CODE_SUM},
    [F_LOWER_H] = {"LowerTriangular($1)' \\ $^2", CODE_SUM},
    [F_LOWER_HV] = {"LowerTriangular($1)' \\ $^2", CODE_SUM},
    [F_UPPER_T] = {"transpose(UpperTriangular($1)) \\ $^2", CODE_SUM},
    [F_UPPER_TV] = {"transpose(UpperTriangular($1)) \\ $^2", CODE_SUM},
    [F_UPPER_H] = {"UpperTriangular($1)' \\ $^2", CODE_SUM},
    [F_UPPER_HV] = {"UpperTriangular($1)' \\ $^2", CODE_SUM},
};

static const char *const julia_funs[OP_COUNT] = {
    [OP_LOG] = "log.(complex($1))",
    [OP_SQRT] = "sqrt.(complex($1))",
    [OP_LOG1P] = "log1p.(complex($1))",
    [OP_ASIN] = "asin.(complex($1))",
    [OP_ACOS] = "acos.(complex($1))",
    [OP_SIGN] = "sign.(real($1))",
    [OP_RELU] = "max.(real($1), 0)",
    [OP_ERF] = "erf.(real($1))",
    [OP_SOFTPLUS] = "log.(1 .+ exp.(complex($1)))",
};

static const char *const julia_matfuns[OP_COUNT] = {
    [OP_LOGM] = "log($1)",
    [OP_SQRTM] = "sqrt($1)",
    [OP_EIG] = "eigvals(Hermitian($1))",
    [OP_DIAGSUMS] = "(diagsums(real($1)) + im * diagsums(imag($1)))",
    [OP_ANTIDIAGSUMS] = "(antidiagsums(real($1)) + "
                        "im * antidiagsums(imag($1)))",
    [OP_CIRCSUMS] = "(circsums(real($1)) + im * circsums(imag($1)))",
};

static const FoldForms julia_folds[] = {
    {"sum($1)", "sum($1)", "sum($1, dims=1)", "vec(sum($1, dims=1))",
     "vec(sum($1, dims=2))", "transpose(sum($1, dims=2))"},
    {"prod($1)", "prod($1)", "prod($1, dims=1)", "vec(prod($1, dims=1))",
     "vec(prod($1, dims=2))", "transpose(prod($1, dims=2))"},
    {"maximum(real($1))", "maximum(real($1))", "maximum(real($1), dims=1)",
     "vec(maximum(real($1), dims=1))", "vec(maximum(real($1), dims=2))",
     "maximum(real($1), dims=2)'"},
    {"minimum(real($1))", "minimum(real($1))", "minimum(real($1), dims=1)",
     "vec(minimum(real($1), dims=1))", "vec(minimum(real($1), dims=2))",
     "minimum(real($1), dims=2)'"},
};

static const Need julia_needs[] = {
    {"zlogdet(",
     "\n# The principal logarithm of the determinant.\n"
     "function zlogdet(A)\n    size, phase = logabsdet(A)\n"
     "    return size + log(complex(phase))\nend\n"},
    {NULL, NULL}};

const ArrayComplex complex_julia = {julia_forms, julia_funs, julia_matfuns,
                                    julia_folds, julia_needs};

/* --- MATLAB and Octave */

static const Template matlab_forms[F_COUNT] = {
    [F_IMUNIT] = {"1i", CODE_ATOM},
    [F_CPOW] = {"$.1.^$.2", CODE_POWER},
    [F_REAL] = {"real($1)", CODE_ATOM},
    [F_CONJ] = {"conj($1)", CODE_ATOM},
    [F_T] = {"$.1.'", CODE_ATOM},
    [F_VT] = {"$.1.'", CODE_ATOM},
    [F_H] = {"$.1'", CODE_ATOM},
    [F_DOT] = {"$.1.' * $^2", CODE_MATMUL},
    [F_VDOT] = {"$.1' * $^2", CODE_MATMUL},
    [F_MAX] = {"max(real($1), real($2))", CODE_ATOM},
    [F_MIN] = {"min(real($1), real($2))", CODE_ATOM},
    [F_CHOL_LOGDET] = {"2 * sum(log(real(diag($1))))", CODE_PRODUCT},
    [F_CHOL_DET] = {"prod(real(diag($1)))^2", CODE_POWER},
    [F_LU_TSOLVE] = {"$3' * ($1.' \\ ($2.' \\ $^4))", CODE_PRODUCT},
    [F_LU_TSOLVE_V] = {"$3' * ($1.' \\ ($2.' \\ $^4))", CODE_PRODUCT},
    [F_LU_HSOLVE] = {"$3' * ($1' \\ ($2' \\ $^4))", CODE_PRODUCT},
    [F_LU_HSOLVE_V] = {"$3' * ($1' \\ ($2' \\ $^4))", CODE_PRODUCT},
    [F_LU_LOG] = {"lu_zlogdet($2, $3)", CODE_ATOM},
    [F_LOG] = {"zlogdet($1)", CODE_ATOM},
    [F_LOWER_T] = {"$.1.' \\ $^2", CODE_PRODUCT},
    [F_LOWER_TV] = {"$.1.' \\ $^2", CODE_PRODUCT},
    [F_LOWER_H] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_LOWER_HV] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_UPPER_T] = {"$.1.' \\ $^2", CODE_PRODUCT},
    [F_UPPER_TV] = {"$.1.' \\ $^2", CODE_PRODUCT},
    [F_UPPER_H] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_UPPER_HV] = {"$.1' \\ $^2", CODE_PRODUCT},
};

static const char *const matlab_funs[OP_COUNT] = {
    [OP_SIGN] = "sign(real($1))",
    [OP_RELU] = "max(real($1), 0)",
    [OP_ERF] = "erf(real($1))",
    [OP_LOG1P] = "log(1 + ($1))",
    [OP_EXPM1] = "(exp($1) - 1)",
    [OP_SOFTPLUS] = "log(1 + exp($1))",
};

static const char *const matlab_matfuns[OP_COUNT] = {
    [OP_LOGM] = "logm($1)",
    [OP_SQRTM] = "sqrtm($1)",
    [OP_DIAGSUMS] = "(diagsums(real($1)) + 1i * diagsums(imag($1)))",
    [OP_ANTIDIAGSUMS] = "(antidiagsums(real($1)) + "
                        "1i * antidiagsums(imag($1)))",
    [OP_CIRCSUMS] = "(circsums(real($1)) + 1i * circsums(imag($1)))",
};

static const FoldForms matlab_folds[] = {
    {"sum($1)", "sum(sum($1))", "sum($1, 1)", "sum($1, 1).'", "sum($1, 2)",
     "sum($1, 2).'"},
    {"prod($1)", "prod(prod($1))", "prod($1, 1)", "prod($1, 1).'",
     "prod($1, 2)", "prod($1, 2).'"},
    {"max(real($1))", "max(max(real($1)))", "max(real($1), [], 1)",
     "max(real($1), [], 1)'", "max(real($1), [], 2)",
     "max(real($1), [], 2)'"},
    {"min(real($1))", "min(min(real($1)))", "min(real($1), [], 1)",
     "min(real($1), [], 1)'", "min(real($1), [], 2)",
     "min(real($1), [], 2)'"},
};

#define MATLAB_LU_LOG                                                         \
    "\nfunction y = lu_zlogdet(U, P)\n"                                       \
    "    % The principal log(det(A)) for P*A = L*U.\n"                        \
    "    d = diag(U);\n    phase = det(P) * prod(d ./ abs(d));\n"             \
    "    y = sum(log(abs(d))) + log(phase);\nend\n"

static const Need matlab_needs[] = {
    {"zlogdet(", "\nfunction y = zlogdet(A)\n"
                 "    [~, U, P] = lu(A);\n    y = lu_zlogdet(U, P);\nend\n"
                 MATLAB_LU_LOG},
    {"lu_zlogdet(", MATLAB_LU_LOG},
    {NULL, NULL}};

const ArrayComplex complex_matlab = {matlab_forms, matlab_funs,
                                     matlab_matfuns, matlab_folds,
                                     matlab_needs};
