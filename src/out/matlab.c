/* matlab.c: MATLAB and Octave. */
#include "out/array.h"

static const char *const matlab_reserved[] = {
    "break case catch classdef continue else elseif end for function global "
    "if otherwise parfor persistent return spmd switch try while do until "
    "endif endfor endfunction endwhile endswitch end_try_catch "
    "unwind_protect unwind_protect_cleanup end_unwind_protect endparfor "
    "methods properties events enumeration endclassdef endmethods "
    "endproperties endevents endenumeration arguments",
    "pi Inf NaN i j e inf nan NA eps ans true false nargin nargout varargin "
    "varargout ones zeros eye size numel sum prod max min exp log sqrt abs "
    "sign sin cos tan asin acos atan sinh cosh tanh log1p expm1 erf sigmoid "
    "softplus trace diag kron tril triu inv det chol lu reshape pinv eig svd "
    "conj imag zlogdet lu_zlogdet norm logdet lu_logdet expm logm sqrtm real "
    "sort eigvecs real_eigenvalues svdu svdv eval feval "
    "clear", NULL};

static const Template matlab_forms[F_COUNT] = {
    [F_ADD] = {"$1 + $*2", CODE_SUM},
    [F_SUB] = {"$1 - $*2", CODE_SUM},
    [F_HAD] = {"$*1 * $^2", CODE_PRODUCT},
    [F_EDIV] = {"$*1 / $^2", CODE_PRODUCT},
    [F_EPOW] = {"$.1^$.2", CODE_POWER},
    [F_NEG] = {"-$*1", CODE_MINUS},
    [F_SQUARE] = {"$.1^2", CODE_POWER},
    [F_BHAD] = {"$*1 .* $^2", CODE_PRODUCT},
    [F_BEDIV] = {"$*1 ./ $^2", CODE_PRODUCT},
    [F_BEPOW] = {"$.1.^$.2", CODE_POWER},
    [F_MAX] = {"max($1, $2)", CODE_ATOM},
    [F_MIN] = {"min($1, $2)", CODE_ATOM},
    [F_PI] = {"pi", CODE_ATOM},
    [F_MATMUL] = {"$@1 * $^2", CODE_MATMUL},
    [F_DOT] = {"$.1' * $^2", CODE_MATMUL},
    [F_OUTER] = {"$@1 * $^2", CODE_MATMUL},
    [F_KRON] = {"kron($1, $2)", CODE_ATOM},
    [F_NORM] = {"norm($1, 'fro')", CODE_ATOM},
    [F_NORM_V] = {"norm($1)", CODE_ATOM},
    [F_T] = {"$.1'", CODE_ATOM},
    [F_VT] = {"$.1'", CODE_ATOM},
    [F_FILL] = {"zeros($2, $3) + $*1", CODE_SUM},
    [F_ZEROS] = {"zeros($1, $2)", CODE_ATOM},
    [F_ZEROS1] = {"zeros($1, 1)", CODE_ATOM},
    [F_EYE] = {"eye($1)", CODE_ATOM},
    [F_EYES] = {"eye($1, $2)", CODE_ATOM},
    [F_ONES] = {"ones($1, $2)", CODE_ATOM},
    [F_TRIL] = {"tril($1, $2)", CODE_ATOM},
    [F_TRIU] = {"triu($1, $2)", CODE_ATOM},
    [F_TRIL0] = {"tril($1)", CODE_ATOM},
    [F_TRIU0] = {"triu($1)", CODE_ATOM},
    [F_DIAGM] = {"diag($1)", CODE_ATOM},
    [F_TRACE] = {"trace($1)", CODE_ATOM},
    [F_DIAGV] = {"diag($1)", CODE_ATOM},
    [F_VEC] = {"reshape($1, [], 1)", CODE_ATOM},
    [F_RESHAPE] = {"reshape($1, $2, $3)", CODE_ATOM},
    [F_COPY] = {"", CODE_ATOM},
    [F_SLICE_COL] = {"$.1($2, $3)", CODE_ATOM},
    [F_SLICE_ROW] = {"$.1($2, $3)", CODE_ATOM},
    [F_SLICE_ONE] = {"$.1($2, $3)", CODE_ATOM},
    [F_ENTRY_OF_VEC] = {"$.1($2)", CODE_ATOM},
    [F_UNIT] = {"double((1:$1)' == $2)", CODE_ATOM},
    [F_SAME] = {"double($1 == $2)", CODE_ATOM},
    [F_COMMUTE] = {"reshape(permute(reshape($1, $2, $3, []), [2 1 3]), "
                   "$*2 * $*3, [])", CODE_ATOM},
    [F_COMMUTE_RIGHT] = {"reshape(permute(reshape($1, [], $3, $2), "
                         "[1 3 2]), [], $*2 * $*3)", CODE_ATOM},
    [F_SIZE] = {"size($1, $2)", CODE_ATOM},
    [F_SIZE1] = {"numel($1)", CODE_ATOM},
    [F_CHOL] = {"chol($1, 'lower')", CODE_ATOM},
    [F_CHOL_SOLVE] = {"$.1' \\ ($.1 \\ $^2)", CODE_PRODUCT},
    [F_CHOL_SOLVE_V] = {"$.1' \\ ($.1 \\ $^2)", CODE_PRODUCT},
    [F_CHOL_RSOLVE] = {"$@2 / $.1' / $.1", CODE_MATMUL},
    [F_CHOL_INV] = {"$.1' \\ ($.1 \\ eye($2))", CODE_PRODUCT},
    [F_CHOL_LOGDET] = {"2 * sum(log(diag($1)))", CODE_PRODUCT},
    [F_CHOL_DET] = {"prod(diag($1))^2", CODE_POWER},
    [F_CHOL_LOWER] = {"", CODE_ATOM},
    [F_CHOL_ONCE] = {"chol($1, 'lower')", CODE_ATOM},
    [F_LU_SET] = {"[$1, $2, $3] = lu($4);", CODE_ATOM},
    [F_LU_SOLVE] = {"$2 \\ ($1 \\ ($3 * $^4))", CODE_PRODUCT},
    [F_LU_SOLVE_V] = {"$2 \\ ($1 \\ ($3 * $^4))", CODE_PRODUCT},
    [F_LU_TSOLVE] = {"$3' * ($1' \\ ($2' \\ $^4))", CODE_PRODUCT},
    [F_LU_TSOLVE_V] = {"$3' * ($1' \\ ($2' \\ $^4))", CODE_PRODUCT},
    [F_LU_INV] = {"$2 \\ ($1 \\ $3)", CODE_PRODUCT},
    [F_LU_LOGDET] = {"sum(log(abs(diag($2))))", CODE_ATOM},
    [F_LU_LOG] = {"lu_logdet($2, $3)", CODE_ATOM},
    [F_LU_DET] = {"det($3) * prod(diag($2))", CODE_PRODUCT},
    [F_SOLVE] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_SOLVE_V] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_POSSOLVE] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_POSSOLVE_V] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_INV] = {"inv($1)", CODE_ATOM},
    [F_LOGDET] = {"sum(log(abs(diag(lu($1)))))", CODE_ATOM},
    [F_LOG] = {"logdet($1)", CODE_ATOM},
    [F_DET] = {"det($1)", CODE_ATOM},
    [F_LOWER] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_LOWER_V] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_LOWER_T] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_LOWER_TV] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_UPPER] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_UPPER_V] = {"$.1 \\ $^2", CODE_PRODUCT},
    [F_UPPER_T] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_UPPER_TV] = {"$.1' \\ $^2", CODE_PRODUCT},
    [F_ASSIGN] = {"$1 = $2;", CODE_ATOM},
};

static const FoldForms matlab_folds[] = {
    {"sum($1)", "sum(sum($1))", "sum($1, 1)", "sum($1, 1)'", "sum($1, 2)",
     "sum($1, 2)'"},
    {"prod($1)", "prod(prod($1))", "prod($1, 1)", "prod($1, 1)'",
     "prod($1, 2)", "prod($1, 2)'"},
    {"max($1)", "max(max($1))", "max($1, [], 1)", "max($1, [], 1)'",
     "max($1, [], 2)", "max($1, [], 2)'"},
    {"min($1)", "min(min($1))", "min($1, [], 1)", "min($1, [], 1)'",
     "min($1, [], 2)", "min($1, [], 2)'"},
};

static const char *const matlab_funs[OP_COUNT] = {
    [OP_RELU] = "max($1, 0)",
};

static const char *const matlab_matfuns[OP_COUNT] = {
    [OP_PINV] = "pinv($1)",
    [OP_EXPM] = "expm($1)",
    [OP_LOGM] = "real(logm($1))",
    [OP_SQRTM] = "real(sqrtm($1))",
    [OP_SINM] = "imag(expm(1i * $*1))",
    [OP_COSM] = "real(expm(1i * $*1))",
    [OP_EIG] = "eig(($1 + $.1') / 2)",
    [OP_EIGVAL] = "real_eigenvalues($1)",
    [OP_SVD] = "svd($1)",
    [OP_SVDU] = "svdu($1)",
    [OP_SVDV] = "svdv($1)",
    [OP_NORMSPEC] = "norm($1)",
    [OP_NORMNUC] = "sum(svd($1))",
    [OP_POW] = "$.1^$.2",
    [OP_DIAGSUMS] = "diagsums($1)",
    [OP_ANTIDIAGSUMS] = "antidiagsums($1)",
    [OP_CIRCSUMS] = "circsums($1)",
    [OP_NORM] = "norm($1)",
    [OP_NORMF] = "norm($1, 'fro')",
    [OP_EIGVECS] = "eigvecs($1)",
};

#define LU_LOGDET                                                             \
    "\nfunction y = lu_logdet(U, P)\n"                                        \
    "    % log(det(A)) for P*A = L*U; NaN where det(A) is negative.\n"        \
    "    d = diag(U);\n    y = sum(log(abs(d)));\n"                            \
    "    if det(P) * prod(sign(d)) < 0\n        y = NaN;\n    end\nend\n"

/* Sums along the lines on which d is the same. */
#define LINE_SUMS(name, d)                                                    \
    {name "(",                                                                \
     "\nfunction S = " name "(A)\n    n = size(A, 1);\n"                      \
     "    [i, j] = ndgrid(1:n);\n    d = " d ";\n"                            \
     "    s = accumarray(d(:), A(:));\n    S = reshape(s(d), n, n);\nend\n"}

/* What stands below the function; the needs print above it. */
static const Need matlab_below[] = {
    {"sigmoid(", "\nfunction y = sigmoid(x)\n"
                 "    y = 1 ./ (1 + exp(-x));\nend\n"},
    {"softplus(", "\nfunction y = softplus(x)\n"
                  "    y = max(x, 0) + log1p(exp(-abs(x)));\nend\n"},
    {"logdet(", "\nfunction y = logdet(A)\n"
                "    [~, U, P] = lu(A);\n    y = lu_logdet(U, P);\nend\n"
                LU_LOGDET},
    {"lu_logdet(", LU_LOGDET},
    {"eigvecs(", "\nfunction V = eigvecs(A)\n"
                 "    [V, ~] = eig((A + A') / 2);\nend\n"},
    {"real_eigenvalues(",
     "\nfunction w = real_eigenvalues(A)\n"
     "    % Ascending, NaN for those that are not real.\n"
     "    z = eig(A);\n    w = real(z);\n    w(imag(z) ~= 0) = NaN;\n"
     "    w = sort(w);\nend\n"},
    {"svdu(", "\nfunction U = svdu(A)\n"
              "    [U, ~, ~] = svd(A, 'econ');\nend\n"},
    {"svdv(", "\nfunction V = svdv(A)\n"
              "    [~, ~, V] = svd(A, 'econ');\nend\n"},
    LINE_SUMS("diagsums", "i - j + n"),
    LINE_SUMS("antidiagsums", "i + j"),
    LINE_SUMS("circsums", "mod(i - j, n) + 1"),
    {NULL, NULL}};

static void matlab_frame(ArrayCode *c, Buf *b)
{
    const char *one = c->plan->nouts == 1 ? c->out[0] : NULL;
    Buf outs;
    buf_init(&outs, c->ctx->arena);
    for (uint32_t k = 0; k < c->plan->nouts; k++)
        buf_printf(&outs, "%s%s", k ? ", " : "", c->out[k]);
    array_head(c, b, ctx_printf(c->ctx, one ? "function %s = %s(%s)"
                                            : "function [%s] = %s(%s)",
                                buf_text(&outs), c->function,
                                array_inputs(c)));
    code_comment(b, "% ", c->task->about ? c->task->about
                                         : "Written by Nabla.");
    array_about(c, b, "%   ");
    array_sizes(c, b);
    if (one) /* the result is the last statement */
        array_assign(c, one, c->result[0]);
    buf_add(b, buf_text(&c->body));
    buf_add(b, "end\n");
    array_needs(c, matlab_below, b);
    if (c->plan->complex)
        array_needs(c, complex_matlab.needs, b);
}

static const ArrayDialect matlab = {
    .name = "MATLAB", .prefix = "", .linalg = "", .more = " ...", .many = "",
    .complex = &complex_matlab,
    .form = matlab_forms, .fun = matlab_funs, .matfun = matlab_matfuns,
    .reserved = matlab_reserved, .fold = matlab_folds, .needs = NULL,
    .frame = matlab_frame,
    .repeat = "for $1 = $2:$3", .again = "end",
    .put = "$1($2, $3) = $1($2, $3) + $4;",
    .put_entry = "$1($2) = $1($2) + $4;"};

const char *code_matlab(Ctx *ctx, const CodeTask *task)
{
    return array_print(ctx, task, &matlab);
}
