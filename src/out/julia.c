/* julia.c: Julia.  Arrays that broadcast have dots. */
#include "out/array.h"

static const char *const julia_reserved[] = {
    "baremodule begin break catch const continue do else elseif end export "
    "false finally for function global if import let local macro module "
    "mutable primitive quote return struct true try using while where type "
    "abstract in isa outer as public",
    "pi im Inf NaN nothing missing ans eps ones zeros size length sum prod "
    "maximum minimum max min exp log sqrt abs sign sin cos tan asin acos atan "
    "sinh cosh tanh log1p expm1 erf sigmoid softplus diag diagm Diagonal I "
    "dot tr kron tril triu inv det logdet logabsdet cholesky lu "
    "LowerTriangular UpperTriangular Symmetric vec reshape copy pinv "
    "eigvals eigvecs real_eigenvalues svd svdvals opnorm norm transpose adjoint fill float "
    "Float64 Int Matrix Vector LinearAlgebra SpecialFunctions Main Base "
    "conj real imag angle complex Hermitian ComplexF64 "
    "Core eval include", NULL};

static const Template julia_forms[F_COUNT] = {
    [F_ADD] = {"$1 + $*2", CODE_SUM},
    [F_SUB] = {"$1 - $*2", CODE_SUM},
    [F_HAD] = {"$*1 * $^2", CODE_PRODUCT},
    [F_EDIV] = {"$*1 / $^2", CODE_PRODUCT},
    [F_EPOW] = {"$.1^$.2", CODE_POWER},
    [F_NEG] = {"-$*1", CODE_MINUS},
    [F_SQUARE] = {"$.1^2", CODE_POWER},
    [F_BADD] = {"$1 .+ $*2", CODE_SUM},
    [F_BSUB] = {"$1 .- $*2", CODE_SUM},
    [F_BHAD] = {"$*1 .* $^2", CODE_PRODUCT},
    [F_BEDIV] = {"$*1 ./ $^2", CODE_PRODUCT},
    [F_BEPOW] = {"$.1 .^ $.2", CODE_POWER},
    [F_MAX] = {"max.($1, $2)", CODE_ATOM},
    [F_MIN] = {"min.($1, $2)", CODE_ATOM},
    [F_PI] = {"pi", CODE_ATOM},
    [F_MATMUL] = {"$@1 * $^2", CODE_MATMUL},
    [F_DOT] = {"dot($1, $2)", CODE_ATOM},
    [F_DOTS] = {"dot($1, $2)", CODE_ATOM},
    [F_OUTER] = {"$@1 * $^2", CODE_MATMUL},
    [F_KRON] = {"kron($1, $2)", CODE_ATOM},
    [F_NORM] = {"norm($1)", CODE_ATOM},
    [F_NORM_V] = {"norm($1)", CODE_ATOM},
    [F_T] = {"$.1'", CODE_ATOM},
    [F_VT] = {"$.1'", CODE_ATOM},
    [F_FILL] = {"zeros($2, $3) .+ $*1", CODE_SUM},
    [F_ZEROS] = {"zeros($1, $2)", CODE_ATOM},
    [F_ZEROS1] = {"zeros($1)", CODE_ATOM},
    [F_EYE] = {"Matrix(1.0I, $1, $1)", CODE_ATOM},
    [F_EYES] = {"Matrix(1.0I, $1, $2)", CODE_ATOM},
    [F_ONES] = {"ones($1, $2)", CODE_ATOM},
    [F_TRIL] = {"tril($1, $2)", CODE_ATOM},
    [F_TRIU] = {"triu($1, $2)", CODE_ATOM},
    [F_TRIL0] = {"tril($1)", CODE_ATOM},
    [F_TRIU0] = {"triu($1)", CODE_ATOM},
    [F_DIAGM] = {"diagm($1)", CODE_ATOM},
    [F_TRACE] = {"tr($1)", CODE_ATOM},
    [F_DIAGV] = {"diag($1)", CODE_ATOM},
    [F_VEC] = {"vec($1)", CODE_ATOM},
    [F_RESHAPE] = {"reshape($1, $2, $3)", CODE_ATOM},
    [F_COPY] = {"copy($1)", CODE_ATOM},
    [F_SLICE_COL] = {"$.1[$2, $3]", CODE_ATOM},
    [F_SLICE_ROW] = {"$.1[$2:$2, $3]", CODE_ATOM},
    [F_SLICE_ONE] = {"$.1[$2, $3]", CODE_ATOM},
    [F_ENTRY_OF_VEC] = {"$.1[$2]", CODE_ATOM},
    [F_UNIT] = {"Float64.((1:$1) .== $2)", CODE_ATOM},
    [F_SAME] = {"Float64($1 == $2)", CODE_ATOM},
    [F_COMMUTE] = {"reshape(permutedims(reshape($1, $2, $3, :), (2, 1, 3)), "
                   "$*2 * $*3, :)", CODE_ATOM},
    [F_COMMUTE_RIGHT] = {"reshape(permutedims(reshape($1, :, $3, $2), "
                         "(1, 3, 2)), :, $*2 * $*3)", CODE_ATOM},
    [F_UNIFORM] = {"I", CODE_ATOM},
    [F_SIZE] = {"size($1, $2)", CODE_ATOM},
    [F_SIZE1] = {"length($1)", CODE_ATOM},
    [F_CHOL] = {"cholesky(Symmetric($1, :L))", CODE_ATOM},
    /* solves in brackets: a sign binds first, and factors have none */
    [F_CHOL_SOLVE] = {"$.1 \\ $^2", CODE_SUM},
    [F_CHOL_SOLVE_V] = {"$.1 \\ $^2", CODE_SUM},
    [F_CHOL_RSOLVE] = {"$@2 / $.1", CODE_MATMUL},
    [F_CHOL_INV] = {"inv($1)", CODE_ATOM},
    [F_CHOL_LOGDET] = {"logdet($1)", CODE_ATOM},
    [F_CHOL_DET] = {"det($1)", CODE_ATOM},
    [F_CHOL_LOWER] = {"$.1.L", CODE_ATOM},
    [F_CHOL_ONCE] = {"cholesky(Symmetric($1, :L))", CODE_ATOM},
    [F_LU_SET] = {"$1 = lu($4)", CODE_SUM},
    [F_LU_SOLVE] = {"$.1 \\ $^4", CODE_SUM},
    [F_LU_SOLVE_V] = {"$.1 \\ $^4", CODE_SUM},
    [F_LU_TSOLVE] = {"$.1' \\ $^4", CODE_SUM},
    [F_LU_TSOLVE_V] = {"$.1' \\ $^4", CODE_SUM},
    [F_LU_INV] = {"inv($1)", CODE_ATOM},
    [F_LU_LOGDET] = {"logabsdet($1)[1]", CODE_ATOM},
    [F_LU_LOG] = {"logdet($1)", CODE_ATOM},
    [F_LU_DET] = {"det($1)", CODE_ATOM},
    [F_SOLVE] = {"$.1 \\ $^2", CODE_SUM},
    [F_SOLVE_V] = {"$.1 \\ $^2", CODE_SUM},
    [F_POSSOLVE] = {"cholesky(Symmetric($1, :L)) \\ $^2", CODE_SUM},
    [F_POSSOLVE_V] = {"cholesky(Symmetric($1, :L)) \\ $^2", CODE_SUM},
    [F_INV] = {"inv($1)", CODE_ATOM},
    [F_LOGDET] = {"logabsdet($1)[1]", CODE_ATOM},
    [F_LOG] = {"logdet($1)", CODE_ATOM},
    [F_DET] = {"det($1)", CODE_ATOM},
    [F_LOWER] = {"LowerTriangular($1) \\ $^2", CODE_SUM},
    [F_LOWER_V] = {"LowerTriangular($1) \\ $^2", CODE_SUM},
    [F_LOWER_T] = {"LowerTriangular($1)' \\ $^2", CODE_SUM},
    [F_LOWER_TV] = {"LowerTriangular($1)' \\ $^2", CODE_SUM},
    [F_UPPER] = {"UpperTriangular($1) \\ $^2", CODE_SUM},
    [F_UPPER_V] = {"UpperTriangular($1) \\ $^2", CODE_SUM},
    [F_UPPER_T] = {"UpperTriangular($1)' \\ $^2", CODE_SUM},
    [F_UPPER_TV] = {"UpperTriangular($1)' \\ $^2", CODE_SUM},
    [F_ASSIGN] = {"$1 = $2", CODE_ATOM},
};

static const FoldForms julia_folds[] = {
    {"sum($1)", "sum($1)", "sum($1, dims=1)", "vec(sum($1, dims=1))",
     "vec(sum($1, dims=2))", "sum($1, dims=2)'"},
    {"prod($1)", "prod($1)", "prod($1, dims=1)", "vec(prod($1, dims=1))",
     "vec(prod($1, dims=2))", "prod($1, dims=2)'"},
    {"maximum($1)", "maximum($1)", "maximum($1, dims=1)",
     "vec(maximum($1, dims=1))", "vec(maximum($1, dims=2))",
     "maximum($1, dims=2)'"},
    {"minimum($1)", "minimum($1)", "minimum($1, dims=1)",
     "vec(minimum($1, dims=1))", "vec(minimum($1, dims=2))",
     "minimum($1, dims=2)'"},
};

static const char *const julia_funs[OP_COUNT] = {
    [OP_RELU] = "max.($1, 0)",
};

static const char *const julia_matfuns[OP_COUNT] = {
    [OP_PINV] = "pinv($1)",
    [OP_EXPM] = "exp($1)",
    [OP_LOGM] = "real(log($1))",
    [OP_SQRTM] = "real(sqrt($1))",
    [OP_SINM] = "sin($1)",
    [OP_COSM] = "cos($1)",
    [OP_EIG] = "eigvals(Symmetric($1))",
    [OP_EIGVAL] = "real_eigenvalues($1)",
    [OP_EIGVECS] = "eigvecs(Symmetric($1))",
    [OP_SVD] = "svdvals($1)",
    [OP_SVDU] = "svd($1).U",
    [OP_SVDV] = "svd($1).V",
    [OP_NORMSPEC] = "opnorm($1)",
    [OP_NORMNUC] = "sum(svdvals($1))",
    [OP_POW] = "$.1^$.2",
    [OP_DIAGSUMS] = "diagsums($1)",
    [OP_ANTIDIAGSUMS] = "antidiagsums($1)",
    [OP_CIRCSUMS] = "circsums($1)",
    [OP_NORM] = "norm($1)",
    [OP_NORMF] = "norm($1)",
};

/* Sums along the lines on which d is the same. */
#define LINE_SUMS(name, d)                                                    \
    {name "(",                                                                \
     "\nfunction " name "(A)\n    n = size(A, 1)\n    s = zeros(2n)\n"         \
     "    for j in 1:n, i in 1:n\n        s[" d "] += A[i, j]\n    end\n"     \
     "    return [s[" d "] for i in 1:n, j in 1:n]\nend\n"}

static const Need julia_needs[] = {
    {"", "using LinearAlgebra\n"},
    {"erf", "using SpecialFunctions\n"},
    {"sigmoid", "\nsigmoid(x) = 1 / (1 + exp(-x))\n"},
    {"softplus", "\nsoftplus(x) = max(x, 0) + log1p(exp(-abs(x)))\n"},
    {"real_eigenvalues(",
     "\nfunction real_eigenvalues(A)\n    w = eigvals(A)\n"
     "    return sort([imag(x) == 0 ? real(x) : NaN for x in w])\nend\n"},
    LINE_SUMS("diagsums", "i - j + n"),
    LINE_SUMS("antidiagsums", "i + j"),
    LINE_SUMS("circsums", "mod(i - j, n) + 1"),
    {NULL, NULL}};

static void julia_frame(ArrayCode *c, Buf *b)
{
    buf_add(b, "\n");
    code_comment(b, "# ", c->task->about ? c->task->about
                                         : "Written by Nabla.");
    array_about(c, b, "#   ");
    array_head(c, b, ctx_printf(c->ctx, "function %s(%s)", c->function,
                                array_inputs(c)));
    array_sizes(c, b);
    buf_add(b, buf_text(&c->body));
    array_line(c, b, ctx_printf(c->ctx, "return %s", array_results(c)));
    buf_add(b, "end\n");
}

static const ArrayDialect julia = {
    .name = "Julia", .prefix = "", .linalg = "", .more = "", .many = ".",
    .complex = &complex_julia,
    .form = julia_forms, .fun = julia_funs, .matfun = julia_matfuns,
    .reserved = julia_reserved, .fold = julia_folds, .needs = julia_needs,
    .frame = julia_frame,
    .repeat = "for $1 in $2:$3", .again = "end",
    .put = "$1[$2, $3] += $4", .put_entry = "$1[$2] += $4",
    .put_row = "$1[$2:$2, $3] += $4"};

const char *code_julia(Ctx *ctx, const CodeTask *task)
{
    return array_print(ctx, task, &julia);
}
