/* chelp.c: what stands above the function in a C file, where it is called:
 * prototypes of CBLAS and LAPACK, stable functions of numbers, factorisations
 * and solves with the arguments that a reader expects. */
#include "out/cfile.h"

#include <string.h>

const char *const c_reserved[] = {
    "auto break case char const continue default do double else enum extern "
    "float for goto if inline int long register restrict return short signed "
    "sizeof static struct switch typedef union unsigned void volatile while "
    "alignas alignof asm bool complex imaginary noreturn static_assert "
    "thread_local typeof true false nullptr constexpr linux unix i386 I "
    "near far",
    /* C++, so that the file can be included there */
    "and and_eq bitand bitor catch class compl concept const_cast decltype "
    "delete dynamic_cast explicit export friend mutable namespace new "
    "noexcept not not_eq operator or or_eq private protected public "
    "reinterpret_cast requires static_cast template this throw try typeid "
    "typename using virtual wchar_t xor xor_eq",
    /* macros and types of the headers, and of those that they may include */
    "NULL NAN INFINITY errno stdin stdout stderr offsetof size_t ptrdiff_t "
    "intptr_t uintptr_t max_align_t int*_t uint*_t float_t double_t EOF "
    "*_MAX *_MIN *_DIG *_MANT_DIG *_EPSILON INT*_C UINT*_C FP_* M_* HUGE_* "
    "MATH_* FLT_* DBL_* LDBL_* CHAR_BIT math_errhandling isfinite isinf "
    "isnan isnormal signbit fpclassify isgreater* isless* isunordered "
    "DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS",
    /* functions of the library, which compilers know */
    "exp+ exp2+ exp10+ expm1+ log+ log2+ log10+ log1p+ logb+ sqrt+ fabs+ "
    "sin+ sinh+ sincos+ cos+ cosh+ tan+ tanh+ asin+ asinh+ acos+ acosh+ "
    "atan+ atan2+ atanh+ pow+ pow10+ erf+ erfc+ cbrt+ ceil+ floor+ round+ "
    "roundeven+ trunc+ rint+ lrint+ llrint+ lround+ llround+ fmod+ "
    "remainder+ remquo+ nearbyint+ nextafter+ nexttoward+ nextup+ nextdown+ "
    "scalb+ scalbn+ scalbln+ ldexp+ frexp+ ilogb+ fmax+ fmin+ fdim+ fma+ "
    "hypot+ tgamma+ lgamma+ lgamma_r gamma+ gamma_r signgam j0+ j1+ jn+ y0+ "
    "y1+ yn+ copysign+ nan+ modf+ significand+ drem+ finite+ isinf+ isnan+ "
    "abs labs llabs imaxabs main abort exit malloc calloc realloc free "
    "printf fprintf sprintf snprintf vprintf vsnprintf scanf sscanf vscanf "
    "puts fputs putc fputc putchar fwrite read write open close memcpy "
    "memmove memset memcmp memchr mempcpy strlen strcpy strncpy strcat "
    "strncat strcmp strncmp strchr strrchr strspn strcspn strstr strpbrk "
    "strdup strndup strcasecmp strncasecmp strfmon strftime stpcpy stpncpy "
    "strcoll strxfrm strtok strerror strsep strsignal memrchr memmem memccpy "
    "basename ffsl ffsll "
    "index rindex bcmp bcopy bzero ffs system signal alloca fork execl execv "
    "execle execve execlp execvp toupper tolower isalpha isdigit isspace "
    "isupper islower isalnum iscntrl isprint ispunct isxdigit isgraph isblank "
    "toascii isascii dcgettext dgettext gettext conj+ creal+ cimag+ carg+ "
    "cabs+ cproj+ csqrt+ cexp+ clog+ cpow+ csin+ ccos+ ctan+ csinh+ ccosh+ "
    "ctanh+ cacos+ casin+ catan+ cacosh+ casinh+ catanh+",
    /* what the file itself uses */
    "cblas_* d*_ ColMajor NoTrans Trans Upper Lower NonUnit Unit Left Right "
    "SIMD SIMD_SUM PRAGMA work words cholesky chol_* lu_* mirror transpose "
    "lower both lu_sign log_diagonal zero_diagonal sigmoid softplus relu "
    "sign_of larger smaller norm_spectral norm_nuclear eigen_* singular_values "
    "pseudoinverse swap_columns commute_* *_sums "
    "multiply expm sqrtm logm sinm cosm sine_cosine power *_vectors",
    NULL};

/* z holds for each entry the sum of the line of a that it is on; s has room
 * for 2*n sums. */
#define LINE_SUMS(name, line)                                                 \
    {name "(",                                                                \
     "\nstatic void " name "(size_t n, const double *a, double *z, double "    \
     "*s)\n{\n    for (size_t k = 0; k < 2 * n; k++)\n"                       \
     "        s[k] = 0.0;\n"                                                  \
     "    for (size_t j = 0; j < n; j++)\n"                                   \
     "        for (size_t i = 0; i < n; i++)\n"                               \
     "            s[" line "] += a[i + j * n];\n"                             \
     "    for (size_t j = 0; j < n; j++)\n"                                   \
     "        for (size_t i = 0; i < n; i++)\n"                               \
     "            z[i + j * n] = s[" line "];\n}\n"}

typedef struct Helper {
    const char *word; /* in the code below: the helper is wanted */
    const char *text;
} Helper;

/* In the order of the file: a helper calls those above it. */
static const Helper helpers[] = {
    {"cblas_",
     "\n/* CBLAS, as far as it is called here. */\n"
     "enum { ColMajor = 102, NoTrans = 111, Trans = 112, Upper = 121, "
     "Lower = 122,\n       NonUnit = 131, Unit = 132, Left = 141, "
     "Right = 142 };\n"},
    {"cblas_ddot", "double cblas_ddot(int n, const double *x, int incx, const "
                   "double *y, int incy);\n"},
    {"cblas_dgemv", "void cblas_dgemv(int order, int trans, int m, int n, "
                    "double alpha,\n                 const double *a, int "
                    "lda, const double *x, int incx,\n                 double "
                    "beta, double *y, int incy);\n"},
    {"cblas_dsymv", "void cblas_dsymv(int order, int uplo, int n, double "
                    "alpha, const double *a,\n                 int lda, const "
                    "double *x, int incx, double beta,\n                 "
                    "double *y, int incy);\n"},
    {"cblas_dgemm", "void cblas_dgemm(int order, int ta, int tb, int m, int "
                    "n, int k, double alpha,\n                 const double "
                    "*a, int lda, const double *b, int ldb,\n                 "
                    "double beta, double *c, int ldc);\n"},
    {"cblas_dsyrk", "void cblas_dsyrk(int order, int uplo, int trans, int n, "
                    "int k, double alpha,\n                 const double *a, "
                    "int lda, double beta, double *c, int ldc);\n"},
    {"cblas_dsymm", "void cblas_dsymm(int order, int side, int uplo, int m, "
                    "int n, double alpha,\n                 const double *a, "
                    "int lda, const double *b, int ldb,\n                 "
                    "double beta, double *c, int ldc);\n"},
    {"cblas_dtrsm", "void cblas_dtrsm(int order, int side, int uplo, int "
                    "trans, int diag, int m,\n                 int n, double "
                    "alpha, const double *a, int lda,\n                 "
                    "double *b, int ldb);\n"},
    {"dpotrf_", "\n/* LAPACK: the lengths of texts come last. */\n"
                "void dpotrf_(const char *uplo, const int *n, double *a, "
                "const int *lda,\n             int *info, size_t);\n"},
    {"dpotri_", "void dpotri_(const char *uplo, const int *n, double *a, "
                "const int *lda,\n             int *info, size_t);\n"},
    {"dgetrf_", "void dgetrf_(const int *m, const int *n, double *a, const "
                "int *lda, int *pivot,\n             int *info);\n"},
    {"dgetrs_", "void dgetrs_(const char *trans, const int *n, const int "
                "*nrhs, const double *a,\n             const int *lda, const "
                "int *pivot, double *b, const int *ldb,\n             int "
                "*info, size_t);\n"},
    {"dgetri_", "void dgetri_(const int *n, double *a, const int *lda, const "
                "int *pivot,\n             double *work, const int *lwork, "
                "int *info);\n"},
    {"dsyev_", "void dsyev_(const char *job, const char *uplo, const int *n, "
               "double *a,\n            const int *lda, double *w, double "
               "*work, const int *lwork,\n            int *info, size_t, "
               "size_t);\n"},
    {"dgesvd_", "void dgesvd_(const char *jobu, const char *jobv, const int "
                "*m, const int *n,\n             double *a, const int *lda, "
                "double *s, double *u,\n             const int *ldu, double "
                "*vt, const int *ldvt, double *work,\n             const int "
                "*lwork, int *info, size_t, size_t);\n"},
    {"exp(", NULL}, {"log(", NULL}, {"sin(", NULL}, {"cos(", NULL},
    {"pow(", NULL}, {"tanh(", NULL}, {"log1p(", NULL}, {"expm1(", NULL},
    {"erf(", NULL},
    {"SIMD_SUM",
     "\n/* Sums in any order: for the vector unit. */\n"
     "#ifdef __GNUC__\n#define PRAGMA(x) _Pragma(#x)\n"
     "#define SIMD_SUM(...) PRAGMA(omp simd reduction(+ : __VA_ARGS__))\n"
     "#pragma GCC diagnostic ignored \"-Wunknown-pragmas\"\n"
     "#else\n#define SIMD_SUM(...)\n#endif\n"},
    {"SIMD\n",
     "\n/* The loop's turns do not depend on one another. */\n"
     "#ifdef __GNUC__\n#define SIMD _Pragma(\"omp simd\")\n"
     "#pragma GCC diagnostic ignored \"-Wunknown-pragmas\"\n"
     "#else\n#define SIMD\n#endif\n"},
    {"sigmoid(", "\nstatic inline double sigmoid(double x)\n{\n"
                 "    return 1.0 / (1.0 + exp(-x));\n}\n"},
    {"softplus(", "\nstatic inline double softplus(double x)\n{\n"
                  "    return (x > 0.0 ? x : 0.0 * x) + "
                  "log1p(exp(-fabs(x)));\n}\n"},
    {"relu(", "\nstatic inline double relu(double x)\n{\n"
              "    return x > 0.0 || x != x ? x : 0.0;\n}\n"},
    {"sign_of(", "\nstatic inline double sign_of(double x)\n{\n"
                 "    return x != x ? x : (double)((x > 0.0) - (x < 0.0));\n"
                 "}\n"},
    {"larger(", "\nstatic inline double larger(double a, double b)\n{\n"
                "    return a > b || a != a ? a : b;\n}\n"},
    {"smaller(", "\nstatic inline double smaller(double a, double b)\n{\n"
                 "    return a < b || a != a ? a : b;\n}\n"},
    {"transpose(",
     "\n/* b = a', a is m by n. */\n"
     "static void transpose(size_t m, size_t n, const double *a, double *b)\n"
     "{\n    for (size_t i0 = 0; i0 < m; i0 += 32)\n"
     "        for (size_t j = 0; j < n; j++)\n"
     "            for (size_t i = i0; i < m && i < i0 + 32; i++)\n"
     "                b[j + i * n] = a[i + j * m];\n}\n"},
    {"mirror(",
     "\n/* The upper half of a from the lower. */\n"
     "static void mirror(size_t n, double *a)\n{\n"
     "    for (size_t j0 = 0; j0 < n; j0 += 32)\n"
     "        for (size_t i = j0; i < n; i++)\n"
     "            for (size_t j = j0; j < i && j < j0 + 32; j++)\n"
     "                a[j + i * n] = a[i + j * n];\n}\n"},
    {"lower(",
     "\n/* b = the lower half of a, zeros above. */\n"
     "static void lower(size_t n, const double *a, double *b)\n{\n"
     "    for (size_t j = 0; j < n; j++)\n"
     "        for (size_t i = 0; i < n; i++)\n"
     "            b[i + j * n] = i < j ? 0.0 : a[i + j * n];\n}\n"},
    {"both(",
     "\n/* y = a*x and z = a'*w in one pass over a, m by n. */\n"
     "static void both(size_t m, size_t n, const double *a, const double *x,\n"
     "                 const double *w, double *restrict y,\n"
     "                 double *restrict z)\n{\n    size_t j = 0;\n"
     "    for (size_t i = 0; i < m; i++)\n        y[i] = 0.0;\n"
     "    for (; j + 4 <= n; j += 4) {\n"
     "        const double *a0 = a + j * m, *a1 = a0 + m;\n"
     "        const double *a2 = a1 + m, *a3 = a2 + m;\n"
     "        double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;\n"
     "        SIMD_SUM(s0, s1, s2, s3)\n"
     "        for (size_t i = 0; i < m; i++) {\n"
     "            y[i] += a0[i] * x[j] + a1[i] * x[j + 1] +\n"
     "                    a2[i] * x[j + 2] + a3[i] * x[j + 3];\n"
     "            s0 += a0[i] * w[i];\n            s1 += a1[i] * w[i];\n"
     "            s2 += a2[i] * w[i];\n            s3 += a3[i] * w[i];\n"
     "        }\n        z[j] = s0;\n        z[j + 1] = s1;\n"
     "        z[j + 2] = s2;\n        z[j + 3] = s3;\n    }\n"
     "    for (; j < n; j++) {\n        double s = 0.0;\n"
     "        SIMD_SUM(s)\n        for (size_t i = 0; i < m; i++) {\n"
     "            y[i] += a[i + j * m] * x[j];\n"
     "            s += a[i + j * m] * w[i];\n        }\n"
     "        z[j] = s;\n    }\n}\n"},
    {"commute_rows(",
     "\n/* z = K*a: the columns of a, n of them, are vec of p by q matrices,\n"
     "   those of z of their transposes. */\n"
     "static void commute_rows(size_t p, size_t q, size_t n, const double *a,\n"
     "                         double *z)\n{\n"
     "    for (size_t k = 0; k < n; k++)\n"
     "        for (size_t j = 0; j < q; j++)\n"
     "            for (size_t i = 0; i < p; i++)\n"
     "                z[j + i * q + k * p * q] = a[i + j * p + k * p * q];\n"
     "}\n"},
    {"commute_columns(",
     "\n/* z = a*K, K as in K*vec(X) = vec(X') of a p by q matrix X. */\n"
     "static void commute_columns(size_t p, size_t q, size_t m, const double "
     "*a,\n                            double *z)\n{\n"
     "    for (size_t i = 0; i < p; i++)\n"
     "        for (size_t j = 0; j < q; j++)\n"
     "            memcpy(z + (j * p + i) * m, a + (i * q + j) * m,\n"
     "                   m * sizeof(double));\n}\n"},
    LINE_SUMS("diagonal_sums", "i + n - 1 - j"),
    LINE_SUMS("antidiagonal_sums", "i + j"),
    LINE_SUMS("circulant_sums", "(i + n - j) % n"),
    {"zero_diagonal(",
     "\nstatic int zero_diagonal(size_t n, const double *a)\n{\n"
     "    for (size_t i = 0; i < n; i++)\n"
     "        if (a[i + i * n] == 0.0)\n            return 1;\n"
     "    return 0;\n}\n"},
    {"cholesky(",
     "\n/* The lower factor over the lower half of a; not 0: there is none. */"
     "\nstatic int cholesky(size_t size, double *a)\n{\n"
     "    int n = (int)size, info = 0;\n"
     "    dpotrf_(\"L\", &n, a, &n, &info, 1);\n    return info;\n}\n"},
    {"chol_solve(",
     "\n/* b = inv(l*l')*b, b is m by n. */\n"
     "static void chol_solve(size_t m, size_t n, const double *l, double *b)\n"
     "{\n    cblas_dtrsm(ColMajor, Left, Lower, NoTrans, NonUnit, (int)m, "
     "(int)n, 1.0, l,\n                (int)m, b, (int)m);\n"
     "    cblas_dtrsm(ColMajor, Left, Lower, Trans, NonUnit, (int)m, (int)n, "
     "1.0, l,\n                (int)m, b, (int)m);\n}\n"},
    {"chol_rsolve(",
     "\n/* b = b*inv(l*l'), b is m by n. */\n"
     "static void chol_rsolve(size_t m, size_t n, const double *l, double *b)\n"
     "{\n    cblas_dtrsm(ColMajor, Right, Lower, Trans, NonUnit, (int)m, "
     "(int)n, 1.0, l,\n                (int)n, b, (int)m);\n"
     "    cblas_dtrsm(ColMajor, Right, Lower, NoTrans, NonUnit, (int)m, "
     "(int)n, 1.0,\n                l, (int)n, b, (int)m);\n}\n"},
    {"chol_inverse(",
     "\n/* The lower half of inv(l*l') over l. */\n"
     "static void chol_inverse(size_t size, double *l)\n{\n"
     "    int n = (int)size, info = 0;\n"
     "    dpotri_(\"L\", &n, l, &n, &info, 1);\n}\n"},
    {"chol_det(",
     "\n/* The determinant of l*l'. */\n"
     "static double chol_det(size_t n, const double *l)\n{\n"
     "    double d = 1.0;\n    for (size_t i = 0; i < n; i++)\n"
     "        d *= l[i + i * n] * l[i + i * n];\n    return d;\n}\n"},
    {"lu_factor(",
     "\n/* The factors over a; not 0: it is singular. */\n"
     "static int lu_factor(size_t size, double *a, int *pivot)\n{\n"
     "    int n = (int)size, info = 0;\n"
     "    dgetrf_(&n, &n, a, &n, pivot, &info);\n    return info;\n}\n"},
    {"lu_solve(",
     "\n/* b = inv(op(A))*b from A's factors, b is m by n. */\n"
     "static void lu_solve(char op, size_t m, size_t n, const double *lu,\n"
     "                     const int *pivot, double *b)\n{\n"
     "    int rows = (int)m, cols = (int)n, info = 0;\n"
     "    dgetrs_(&op, &rows, &cols, lu, &rows, pivot, b, &rows, &info, 1);\n"
     "}\n"},
    {"swap_columns(",
     "\nstatic void swap_columns(size_t m, double *x, double *y)\n{\n"
     "    for (size_t i = 0; i < m && x != y; i++) {\n"
     "        double t = x[i];\n        x[i] = y[i];\n        y[i] = t;\n"
     "    }\n}\n"},
    {"lu_rsolve(",
     "\n/* b = b*inv(op(A)) from A's factors, b is m by n. */\n"
     "static void lu_rsolve(char op, size_t m, size_t n, const double *lu,\n"
     "                      const int *pivot, double *b)\n{\n"
     "    int t = op == 'T', rows = (int)m, cols = (int)n;\n"
     "    for (size_t k = 0; t && k < n; k++)\n"
     "        swap_columns(m, b + k * m, b + (size_t)(pivot[k] - 1) * m);\n"
     "    cblas_dtrsm(ColMajor, Right, t ? Lower : Upper, t ? Trans : NoTrans,"
     "\n                t ? Unit : NonUnit, rows, cols, 1.0, lu, cols, b, "
     "rows);\n"
     "    cblas_dtrsm(ColMajor, Right, t ? Upper : Lower, t ? Trans : NoTrans,"
     "\n                t ? NonUnit : Unit, rows, cols, 1.0, lu, cols, b, "
     "rows);\n"
     "    for (size_t k = n; !t && k-- > 0;)\n"
     "        swap_columns(m, b + k * m, b + (size_t)(pivot[k] - 1) * m);\n"
     "}\n"},
    {"lu_inverse(",
     "\n/* inv(A) over A's factors; work holds 64*n numbers. */\n"
     "static void lu_inverse(size_t size, double *lu, const int *pivot,\n"
     "                       double *work)\n{\n"
     "    int n = (int)size, info = 0, lwork = n > INT_MAX / 64 ? n : 64 * n;"
     "\n    dgetri_(&n, lu, &n, pivot, work, &lwork, &info);\n}\n"},
    {"lu_det(",
     "\nstatic double lu_det(size_t n, const double *lu, const int *pivot)\n{\n"
     "    double d = 1.0;\n    for (size_t i = 0; i < n; i++)\n"
     "        d *= pivot[i] == (int)i + 1 ? lu[i + i * n] : -lu[i + i * n];\n"
     "    return d;\n}\n"},
    {"lu_sign(",
     "\n/* The sign of the determinant. */\n"
     "static int lu_sign(size_t n, const double *lu, const int *pivot)\n{\n"
     "    int sign = 1;\n    for (size_t i = 0; i < n; i++)\n"
     "        if ((lu[i + i * n] < 0.0) != (pivot[i] != (int)i + 1))\n"
     "            sign = -sign;\n    return sign;\n}\n"},
    {"log_diagonal(",
     "\n/* The logarithm of the product of a's diagonal, without its sign. */\n"
     "static double log_diagonal(size_t n, const double *a)\n{\n"
     "    double s = 0.0;\n    for (size_t i = 0; i < n; i++)\n"
     "        s += log(fabs(a[i + i * n]));\n    return s;\n}\n"},
    {"eigen_values(",
     "\n/* Eigenvalues of the symmetric a, ascending. */\n"
     "static int eigen_values(size_t size, const double *a, double *w,\n"
     "                        double *work)\n{\n"
     "    int n = (int)size, lwork = n > INT_MAX / 64 ? 3 * n : 64 * n, "
     "info = 0;\n"
     "    memcpy(work, a, size * size * sizeof(double));\n"
     "    dsyev_(\"N\", \"L\", &n, work, &n, w, work + size * size, &lwork, "
     "&info, 1, 1);\n    return info;\n}\n"},
    {"eigen_vectors(",
     "\n/* Unit eigenvectors of the symmetric a, as columns. */\n"
     "static int eigen_vectors(size_t size, const double *a, double *v,\n"
     "                         double *work)\n{\n"
     "    int n = (int)size, lwork = n > INT_MAX / 64 ? 3 * n : 64 * n, "
     "info = 0;\n"
     "    memcpy(v, a, size * size * sizeof(double));\n"
     "    dsyev_(\"V\", \"L\", &n, v, &n, work, work + size, &lwork, &info, 1, "
     "1);\n    return info;\n}\n"},
    {"singular_values(",
     "\n/* Singular values of a, m by n, descending. */\n"
     "static int singular_values(size_t m, size_t n, const double *a, double "
     "*s,\n                           double *work)\n{\n"
     "    int rows = (int)m, cols = (int)n, one = 1, info = 0;\n"
     "    int lwork = (int)(32 * (m + n));\n    double none = 0.0;\n"
     "    memcpy(work, a, m * n * sizeof(double));\n"
     "    dgesvd_(\"N\", \"N\", &rows, &cols, work, &rows, s, &none, &one, "
     "&none, &one,\n            work + m * n, &lwork, &info, 1, 1);\n"
     "    return info;\n}\n"},
    {"norm_spectral(",
     "\nstatic int norm_spectral(size_t m, size_t n, const double *a, double "
     "*norm,\n                         double *work)\n{\n"
     "    double *s = work + m * n + 32 * (m + n);\n"
     "    int info = singular_values(m, n, a, s, work);\n"
     "    *norm = s[0];\n    return info;\n}\n"},
    {"norm_nuclear(",
     "\nstatic int norm_nuclear(size_t m, size_t n, const double *a, double "
     "*norm,\n                        double *work)\n{\n"
     "    double *s = work + m * n + 32 * (m + n);\n"
     "    int info = singular_values(m, n, a, s, work);\n"
     "    *norm = 0.0;\n    for (size_t i = 0; i < (m < n ? m : n); i++)\n"
     "        *norm += s[i];\n    return info;\n}\n"},
    {"pseudoinverse(",
     "\n/* p = pinv(a), a is m by n: by the singular value decomposition. */\n"
     "static int pseudoinverse(size_t m, size_t n, const double *a, double "
     "*p,\n                         double *work)\n{\n"
     "    size_t k = m < n ? m : n;\n"
     "    int rows = (int)m, cols = (int)n, least = (int)k, info = 0;\n"
     "    int lwork = (int)(32 * (m + n));\n"
     "    double *u = work + m * n, *vt = u + m * k, *s = vt + k * n;\n"
     "    memcpy(work, a, m * n * sizeof(double));\n"
     "    dgesvd_(\"S\", \"S\", &rows, &cols, work, &rows, s, u, &rows, vt, "
     "&least, s + k,\n            &lwork, &info, 1, 1);\n"
     "    double cut = (double)(m > n ? m : n) * 2.220446049250313e-16 * s[0];"
     "\n    for (size_t q = 0; q < k; q++)\n"
     "        for (size_t i = 0; i < m; i++)\n"
     "            u[i + q * m] *= s[q] > cut ? 1.0 / s[q] : 0.0;\n"
     "    cblas_dgemm(ColMajor, Trans, Trans, cols, rows, least, 1.0, vt, "
     "least, u,\n                rows, 0.0, p, cols);\n    return info;\n}\n"},
    {"multiply(",
     "\n"
     "/* a = a*b, of n by n matrices; work holds one. */\n"
     "static void multiply(size_t n, double *a, const double *b, double "
     "*work)\n"
     "{\n"
     "    cblas_dgemm(ColMajor, NoTrans, NoTrans, (int)n, (int)n, (int)n, "
     "1.0, a,\n"
     "                (int)n, b, (int)n, 0.0, work, (int)n);\n"
     "    memcpy(a, work, n * n * sizeof(double));\n"
     "}\n"},
    {"expm(",
     "\n"
     "/* z = exp(a): scaling, the [13/13] Pade approximant, squaring. */\n"
     "static int expm(size_t n, const double *a, double *z, double *work)\n"
     "{\n"
     "    static const double c[] = {\n"
     "        64764752532480000.0, 32382376266240000.0, 7771770303897600.0,\n"
     "        1187353796428800.0, 129060195264000.0, 10559470521600.0,\n"
     "        670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, "
     "960960.0,\n"
     "        16380.0, 182.0, 1.0};\n"
     "    const size_t nn = n * n;\n"
     "    double *x = work, *p = x + nn, *u = p + nn, *t = u + nn, norm = "
     "0.0;\n"
     "    int *pivot = (int *)(t + nn), e = 0;\n"
     "    for (size_t j = 0; j < n; j++) {\n"
     "        double s = 0.0;\n"
     "        for (size_t i = 0; i < n; i++)\n"
     "            s += fabs(a[i + j * n]);\n"
     "        norm = larger(norm, s);\n"
     "    }\n"
     "    if (norm - norm != 0.0)\n"
     "        return 1;\n"
     "    if (norm > 5.37)\n"
     "        (void)frexp(norm / 5.37, &e);\n"
     "    for (size_t i = 0; i < nn; i++) {\n"
     "        x[i] = ldexp(a[i], -e);\n"
     "        p[i] = i % (n + 1) == 0 ? 1.0 : 0.0;\n"
     "        u[i] = z[i] = 0.0;\n"
     "    }\n"
     "    for (int k = 0; k < 14; k++) { /* odd powers into u, even ones "
     "into z */\n"
     "        double *to = k % 2 ? u : z;\n"
     "        for (size_t i = 0; i < nn; i++)\n"
     "            to[i] += c[k] / c[0] * p[i];\n"
     "        multiply(n, p, x, t);\n"
     "    }\n"
     "    for (size_t i = 0; i < nn; i++) {\n"
     "        double d = z[i] - u[i];\n"
     "        z[i] += u[i];\n"
     "        u[i] = d;\n"
     "    }\n"
     "    if (lu_factor(n, u, pivot))\n"
     "        return 1;\n"
     "    lu_solve('N', n, n, u, pivot, z);\n"
     "    for (; e > 0; e--)\n"
     "        multiply(n, z, z, t);\n"
     "    return 0;\n"
     "}\n"},
    {"sqrtm(",
     "\n"
     "/* z = the square root of a: the Denman-Beavers iteration for "
     "products. */\n"
     "static int sqrtm(size_t n, const double *a, double *z, double *work)\n"
     "{\n"
     "    const size_t nn = n * n;\n"
     "    double *m = work, *w = m + nn, *t = w + nn, *room = t + nn;\n"
     "    int *pivot = (int *)(room + 64 * n);\n"
     "    double *y = room + 65 * n;\n"
     "    memcpy(m, a, nn * sizeof(double));\n"
     "    memcpy(z, a, nn * sizeof(double));\n"
     "    double off = 0.0;\n"
     "    for (int k = 0; k < 60; k++) {\n"
     "        off = 0.0;\n"
     "        memcpy(w, m, nn * sizeof(double));\n"
     "        if (lu_factor(n, w, pivot))\n"
     "            return 1;\n"
     "        lu_inverse(n, w, pivot, room);\n"
     "        for (size_t i = 0; i < nn; i++) {\n"
     "            double one = i % (n + 1) == 0 ? 1.0 : 0.0;\n"
     "            t[i] = 0.5 * (w[i] + one);\n"
     "            m[i] = 0.25 * (m[i] + w[i]) + 0.5 * one;\n"
     "            off += fabs(m[i] - one);\n"
     "        }\n"
     "        multiply(n, z, t, y);\n"
     "        if (off <= 4.0 * (double)n * 2.220446049250313e-16)\n"
     "            return 0;\n"
     "        if (off - off != 0.0)\n"
     "            return 1;\n"
     "    }\n"
     "    return off > 1.5e-8 * (double)n; /* it wanders: no real root */\n"
     "}\n"},
#include "out/cmatfun.def"
};
enum { NHELPERS = sizeof helpers / sizeof *helpers };

typedef struct VectorFunction {
    const char *name, *glibc; /* since which version, as it is asked there */
} VectorFunction;

/* glibc's vector versions, which gcc uses where it is told of them. */
static void vector_functions(Buf *b, const VectorFunction *f, size_t n,
                             const char *glibc)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(f[i].glibc, glibc) != 0)
            continue;
        if (found++ == 0)
            buf_printf(b, "\n#if defined(__x86_64__) && defined(__GLIBC__) && "
                       "defined(__GNUC__) && \\\n    !defined(__clang__)\n"
                       "#if __GLIBC_PREREQ(%s)\n", glibc);
        buf_printf(b, "__attribute__((simd(\"notinbranch\"), const)) double "
                   "%s(double%s);\n", f[i].name,
                   strcmp(f[i].name, "pow") == 0 ? ", double" : "");
    }
    if (found)
        buf_add(b, "#endif\n#endif\n");
}

void c_helpers(Buf *b, const char *body)
{
    static const VectorFunction vector[] = {
        {"exp", "2, 22"}, {"log", "2, 22"}, {"sin", "2, 22"},
        {"cos", "2, 22"}, {"pow", "2, 22"}, {"tanh", "2, 35"},
        {"log1p", "2, 35"}, {"expm1", "2, 35"}, {"erf", "2, 35"}};
    bool wanted[NHELPERS] = {false};
    VectorFunction used[sizeof vector / sizeof *vector];
    size_t n = 0, v = 0;
    for (size_t k = NHELPERS; k-- > 0;) {
        wanted[k] = code_has(body, helpers[k].word);
        for (size_t m = k + 1; m < NHELPERS && !wanted[k]; m++)
            wanted[k] = wanted[m] && helpers[m].text &&
                        code_has(helpers[m].text, helpers[k].word);
    }
    for (size_t k = 0; k < NHELPERS; k++) {
        if (!helpers[k].text) {
            if (wanted[k])
                used[n++] = vector[v];
            v++;
            continue;
        }
        if (n && helpers[k - 1].text == NULL) {
            vector_functions(b, used, n, "2, 22");
            vector_functions(b, used, n, "2, 35");
        }
        if (wanted[k])
            buf_add(b, helpers[k].text);
    }
}
