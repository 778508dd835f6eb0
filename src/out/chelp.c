/* chelp.c: what stands above the function in a C file, where it is called:
 * prototypes of CBLAS and LAPACK, stable functions of numbers, here; linear
 * algebra (clinear.c), functions of matrices (cmatfun.c). */
#include "out/chelp.h"

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
    "plus_transpose lower both lu_sign log_diagonal zero_diagonal sigmoid "
    "softplus relu "
    "sign_of larger smaller norm_spectral norm_nuclear eigen_* singular_values "
    "pseudoinverse swap_columns commute_* *_sums "
    "multiply multiply_* expm sqrtm logm sinm cosm sine_cosine power *_vectors "
    "symmetric_* gemm_lower gemv symv axpy dot swap",
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
    {"cblas_dsyr2k", "void cblas_dsyr2k(int order, int uplo, int trans, int "
                     "n, int k,\n                  double alpha, const double "
                     "*a, int lda,\n                  const double *b, int "
                     "ldb, double beta, double *c, int ldc);\n"},
    {"cblas_dsymm", "void cblas_dsymm(int order, int side, int uplo, int m, "
                    "int n, double alpha,\n                 const double *a, "
                    "int lda, const double *b, int ldb,\n                 "
                    "double beta, double *c, int ldc);\n"},
    {"cblas_dtrmm", "void cblas_dtrmm(int order, int side, int uplo, int "
                    "trans, int diag, int m,\n                 int n, double "
                    "alpha, const double *a, int lda,\n                 "
                    "double *b, int ldb);\n"},
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
    {"plus_transpose(",
     "\n/* The lower half of c = beta*c + s*(a*b + (a*b)'), a n by k. */\n"
     "static void plus_transpose(int n, int k, double s, const double *a,\n"
     "                           const double *b, double beta, double *c)\n"
     "{\n    for (int j = 0; j < n; j += 64) {\n"
     "        int w = n - j < 64 ? n - j : 64;\n"
     "        const double *x = a + j, *y = b + (size_t)j * (size_t)k;\n"
     "        double *z = c + (size_t)j * (size_t)n + j;\n"
     "        cblas_dgemm(ColMajor, NoTrans, NoTrans, n - j, w, k, s, x, n, "
     "y, k, beta,\n                    z, n);\n"
     "        cblas_dgemm(ColMajor, Trans, Trans, n - j, w, k, s, y, k, x, n, "
     "1.0, z, n);\n    }\n}\n"},
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
    {NULL, NULL},
};
enum { MOST_HELPERS = 128 };

typedef struct VectorFunction {
    const char *name, *glibc; /* since which version, as it is asked there */
} VectorFunction;

/* glibc's vector versions, which gcc uses where it is told of them. */
static void vectors_since(Buf *b, const VectorFunction *f, size_t n,
                          const char *glibc)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(f[i].glibc, glibc) != 0)
            continue;
        if (found++ == 0)
            buf_printf(b, "#if __GLIBC_PREREQ(%s)\n", glibc);
        buf_printf(b, "__attribute__((simd(\"notinbranch\"), const)) double "
                   "%s(double%s);\n", f[i].name,
                   strcmp(f[i].name, "pow") == 0 ? ", double" : "");
    }
    if (found)
        buf_add(b, "#endif\n");
}

static void vector_functions(Buf *b, const VectorFunction *f, size_t n)
{
    buf_add(b, "\n/* Functions that glibc has for vectors, too. */\n"
               "#if defined(__x86_64__) && defined(__GLIBC__) && "
               "defined(__GNUC__) && \\\n    !defined(__clang__)\n");
    vectors_since(b, f, n, "2, 22");
    vectors_since(b, f, n, "2, 35");
    buf_add(b, "#endif\n");
}

/* All of them, in the order of the file. */
static size_t all_helpers(const Helper **all)
{
    const Helper *list[] = {helpers, c_linear, c_matfun};
    size_t n = 0;
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        for (const Helper *h = list[k]; h->word && n < MOST_HELPERS; h++)
            all[n++] = h;
    return n;
}

void c_helpers(Buf *b, const char *body)
{
    static const VectorFunction vector[] = {
        {"exp", "2, 22"}, {"log", "2, 22"}, {"sin", "2, 22"},
        {"cos", "2, 22"}, {"pow", "2, 22"}, {"tanh", "2, 35"},
        {"log1p", "2, 35"}, {"expm1", "2, 35"}, {"erf", "2, 35"}};
    const Helper *all[MOST_HELPERS];
    bool wanted[MOST_HELPERS] = {false};
    VectorFunction used[sizeof vector / sizeof *vector];
    size_t count = all_helpers(all), n = 0, v = 0;
    for (size_t k = count; k-- > 0;) {
        wanted[k] = code_has(body, all[k]->word);
        for (size_t m = k + 1; m < count && !wanted[k]; m++)
            wanted[k] = wanted[m] && all[m]->text &&
                        code_has(all[m]->text, all[k]->word);
    }
    for (size_t k = 0; k < count; k++) {
        if (!all[k]->text) {
            if (wanted[k])
                used[n++] = vector[v];
            v++;
            continue;
        }
        if (n && all[k - 1]->text == NULL)
            vector_functions(b, used, n);
        if (wanted[k])
            buf_add(b, all[k]->text);
    }
}
