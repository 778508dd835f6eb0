/* czhelp.c: what stands above the function in a C file of complex numbers,
 * where it is called.  The header of complex numbers is not included: its
 * macros are names that others may have. */
#include "out/czfile.h"

#include <string.h>

const char cz_reserved[] =
    "z*_ one zero number above larger smaller sign_of power chol_* lu_* "
    "ConjTrans swap_rows";

typedef struct Helper {
    const char *word; /* in the code below: the helper is wanted */
    const char *text;
} Helper;

#define FUNCTION(type, name)                                                  \
    {#name "(", #type " " #name "(double _Complex);\n"}

/* In the order of the file: a helper calls those above it. */
static const Helper helpers[] = {
    FUNCTION(double, creal), FUNCTION(double, cimag), FUNCTION(double, cabs),
    FUNCTION(double, carg), FUNCTION(double _Complex, conj),
    FUNCTION(double _Complex, cexp), FUNCTION(double _Complex, clog),
    FUNCTION(double _Complex, csqrt), FUNCTION(double _Complex, csin),
    FUNCTION(double _Complex, ccos), FUNCTION(double _Complex, ctan),
    FUNCTION(double _Complex, csinh), FUNCTION(double _Complex, ccosh),
    FUNCTION(double _Complex, ctanh), FUNCTION(double _Complex, casin),
    FUNCTION(double _Complex, cacos), FUNCTION(double _Complex, catan),
    {"cblas_",
     "\n/* CBLAS, as far as it is called here. */\n"
     "enum { ColMajor = 102, NoTrans = 111, Trans = 112, ConjTrans = 113, "
     "Upper = 121,\n       Lower = 122, NonUnit = 131, Unit = 132, Left = 141, "
     "Right = 142 };\n"},
    {"cblas_zgemv",
     "void cblas_zgemv(int order, int trans, int m, int n, const void *alpha,\n"
     "                 const void *a, int lda, const void *x, int incx,\n"
     "                 const void *beta, void *y, int incy);\n"},
    {"cblas_zgemm",
     "void cblas_zgemm(int order, int ta, int tb, int m, int n, int k,\n"
     "                 const void *alpha, const void *a, int lda,\n"
     "                 const void *b, int ldb, const void *beta, void *c,\n"
     "                 int ldc);\n"},
    {"cblas_zherk",
     "void cblas_zherk(int order, int uplo, int trans, int n, int k,\n"
     "                 double alpha, const void *a, int lda, double beta,\n"
     "                 void *c, int ldc);\n"},
    {"cblas_zhemm",
     "void cblas_zhemm(int order, int side, int uplo, int m, int n,\n"
     "                 const void *alpha, const void *a, int lda,\n"
     "                 const void *b, int ldb, const void *beta, void *c,\n"
     "                 int ldc);\n"},
    {"cblas_ztrsm",
     "void cblas_ztrsm(int order, int side, int uplo, int trans, int diag,\n"
     "                 int m, int n, const void *alpha, const void *a,\n"
     "                 int lda, void *b, int ldb);\n"},
    {"zpotrf_", "\n/* LAPACK: the lengths of texts come last. */\n"
                "void zpotrf_(const char *uplo, const int *n, double _Complex "
                "*a,\n             const int *lda, int *info, size_t);\n"},
    {"zpotri_", "void zpotri_(const char *uplo, const int *n, double _Complex "
                "*a,\n             const int *lda, int *info, size_t);\n"},
    {"zgetrf_", "void zgetrf_(const int *m, const int *n, double _Complex *a,\n"
                "             const int *lda, int *pivot, int *info);\n"},
    {"zgetri_", "void zgetri_(const int *n, double _Complex *a, const int "
                "*lda,\n             const int *pivot, double _Complex *work, "
                "const int *lwork,\n             int *info);\n"},
    {"zheev_", "void zheev_(const char *job, const char *uplo, const int *n,\n"
               "            double _Complex *a, const int *lda, double *w,\n"
               "            double _Complex *work, const int *lwork, double "
               "*rwork,\n            int *info, size_t, size_t);\n"},
    {"zgesvd_", "void zgesvd_(const char *jobu, const char *jobv, const int "
                "*m,\n             const int *n, double _Complex *a, const int "
                "*lda, double *s,\n             double _Complex *u, const int "
                "*ldu, double _Complex *vt,\n             const int *ldvt, "
                "double _Complex *work, const int *lwork,\n             "
                "double *rwork, int *info, size_t, size_t);\n"},
    {"zero", "\nstatic const double _Complex zero = 0.0;\n"},
    {"one", "\nstatic const double _Complex one = 1.0;\n"},
    {"number(",
     "\nstatic inline double _Complex number(double re, double im)\n{\n"
     "    const double part[2] = {re, im};\n    double _Complex z;\n"
     "    memcpy(&z, part, sizeof z);\n    return z;\n}\n"},
    {"above(",
     "\n/* -0 for an imaginary part would be below the cut. */\n"
     "static inline double _Complex above(double _Complex z)\n{\n"
     "    return number(creal(z), cimag(z) + 0.0);\n}\n"},
    {"power(",
     "\n/* The principal value; of small whole powers by products. */\n"
     "static double _Complex power(double _Complex a, double _Complex b)\n{\n"
     "    const double k = creal(b);\n    double _Complex z = 1.0;\n"
     "    if (cimag(b) == 0.0 && k == floor(k) && fabs(k) <= 64.0) {\n"
     "        for (int n = (int)fabs(k); n > 0; n--)\n            z *= a;\n"
     "        return k < 0.0 ? 1.0 / z : z;\n    }\n"
     "    if (a == 0.0)\n        return k > 0.0 ? 0.0 : NAN;\n"
     "    return cexp(b * clog(above(a)));\n}\n"},
    {"larger(", "\n/* Of what is real. */\nstatic inline double larger(double "
                "_Complex a, double _Complex b)\n{\n"
                "    const double x = creal(a), y = creal(b);\n"
                "    return x > y || x != x ? x : y;\n}\n"},
    {"smaller(", "\n/* Of what is real. */\nstatic inline double smaller("
                 "double _Complex a, double _Complex b)\n{\n"
                 "    const double x = creal(a), y = creal(b);\n"
                 "    return x < y || x != x ? x : y;\n}\n"},
    {"sign_of(", "\n/* Of what is real. */\nstatic inline double sign_of("
                 "double _Complex z)\n{\n    const double x = creal(z);\n"
                 "    return x != x ? x : (double)((x > 0.0) - (x < 0.0));\n"
                 "}\n"},
    {"transpose(",
     "\n/* b = a transposed, a is m by n. */\n"
     "static void transpose(size_t m, size_t n, const double _Complex *a,\n"
     "                      double _Complex *b)\n{\n"
     "    for (size_t i0 = 0; i0 < m; i0 += 16)\n"
     "        for (size_t j = 0; j < n; j++)\n"
     "            for (size_t i = i0; i < m && i < i0 + 16; i++)\n"
     "                b[j + i * n] = a[i + j * m];\n}\n"},
    {"mirror(",
     "\n/* The upper half of a from the lower, conjugated. */\n"
     "static void mirror(size_t n, double _Complex *a)\n{\n"
     "    for (size_t i = 0; i < n; i++)\n"
     "        for (size_t j = 0; j < i; j++)\n"
     "            a[j + i * n] = conj(a[i + j * n]);\n}\n"},
    {"lower(",
     "\n/* b = the lower half of a, zeros above. */\n"
     "static void lower(size_t n, const double _Complex *a, double _Complex "
     "*b)\n{\n    for (size_t j = 0; j < n; j++)\n"
     "        for (size_t i = 0; i < n; i++)\n"
     "            b[i + j * n] = i < j ? 0.0 : a[i + j * n];\n}\n"},
    {"commute_rows(",
     "\n/* z = K*a: the columns of a, n of them, are vec of p by q matrices,\n"
     "   those of z of their transposes. */\n"
     "static void commute_rows(size_t p, size_t q, size_t n,\n"
     "                         const double _Complex *a, double _Complex *z)\n"
     "{\n    for (size_t k = 0; k < n; k++)\n"
     "        for (size_t j = 0; j < q; j++)\n"
     "            for (size_t i = 0; i < p; i++)\n"
     "                z[j + i * q + k * p * q] = a[i + j * p + k * p * q];\n"
     "}\n"},
    {"commute_columns(",
     "\n/* z = a*K, K*vec(X) = vec of X transposed, X p by q. */\n"
     "static void commute_columns(size_t p, size_t q, size_t m,\n"
     "                            const double _Complex *a, double _Complex "
     "*z)\n{\n    for (size_t i = 0; i < p; i++)\n"
     "        for (size_t j = 0; j < q; j++)\n"
     "            memcpy(z + (j * p + i) * m, a + (i * q + j) * m,\n"
     "                   m * sizeof *z);\n}\n"},
    {"zero_diagonal(",
     "\nstatic int zero_diagonal(size_t n, const double _Complex *a)\n{\n"
     "    for (size_t i = 0; i < n; i++)\n"
     "        if (a[i + i * n] == 0.0)\n            return 1;\n"
     "    return 0;\n}\n"},
    {"chol_factor(",
     "\n/* The lower factor over the lower half of a; not 0: there is none. */"
     "\nstatic int chol_factor(size_t size, double _Complex *a)\n{\n"
     "    int n = (int)size, info = 0;\n"
     "    zpotrf_(\"L\", &n, a, &n, &info, 1);\n    return info;\n}\n"},
    {"chol_solve(",
     "\n/* b = inv(l*l')*b, b is m by n. */\n"
     "static void chol_solve(size_t m, size_t n, const double _Complex *l,\n"
     "                       double _Complex *b)\n{\n"
     "    cblas_ztrsm(ColMajor, Left, Lower, NoTrans, NonUnit, (int)m, (int)n,"
     "\n                &one, l, (int)m, b, (int)m);\n"
     "    cblas_ztrsm(ColMajor, Left, Lower, ConjTrans, NonUnit, (int)m, "
     "(int)n,\n                &one, l, (int)m, b, (int)m);\n}\n"},
    {"chol_rsolve(",
     "\n/* b = b*inv(l*l'), b is m by n. */\n"
     "static void chol_rsolve(size_t m, size_t n, const double _Complex *l,\n"
     "                        double _Complex *b)\n{\n"
     "    cblas_ztrsm(ColMajor, Right, Lower, ConjTrans, NonUnit, (int)m, "
     "(int)n,\n                &one, l, (int)n, b, (int)m);\n"
     "    cblas_ztrsm(ColMajor, Right, Lower, NoTrans, NonUnit, (int)m, (int)n,"
     "\n                &one, l, (int)n, b, (int)m);\n}\n"},
    {"chol_inverse(",
     "\n/* The lower half of inv(l*l') over l. */\n"
     "static void chol_inverse(size_t size, double _Complex *l)\n{\n"
     "    int n = (int)size, info = 0;\n"
     "    zpotri_(\"L\", &n, l, &n, &info, 1);\n}\n"},
    {"chol_det(",
     "\nstatic double chol_det(size_t n, const double _Complex *l)\n{\n"
     "    double d = 1.0;\n    for (size_t i = 0; i < n; i++)\n"
     "        d *= creal(l[i + i * n]) * creal(l[i + i * n]);\n"
     "    return d;\n}\n"},
    {"lu_factor(",
     "\n/* LU factors over a, with pivots; not 0: a is singular. */\n"
     "static int lu_factor(size_t size, double _Complex *a, int *pivot)\n{\n"
     "    int n = (int)size, info = 0;\n"
     "    zgetrf_(&n, &n, a, &n, pivot, &info);\n    return info;\n}\n"},
    {"swap_rows(",
     "\n/* The rows of b, `across` apart by columns, as they were pivoted. */\n"
     "static void swap_rows(size_t n, const int *pivot, int back, size_t "
     "count,\n                      size_t down, size_t across, double "
     "_Complex *b)\n{\n    for (size_t q = 0; q < n; q++) {\n"
     "        const size_t i = back ? n - 1 - q : q;\n"
     "        const size_t k = (size_t)pivot[i] - 1;\n"
     "        for (size_t j = 0; j < count; j++) {\n"
     "            const double _Complex keep = b[i * down + j * across];\n"
     "            b[i * down + j * across] = b[k * down + j * across];\n"
     "            b[k * down + j * across] = keep;\n        }\n    }\n}\n"},
    {"lu_solve(",
     "\n/* b = inv(op(a))*b, b is m by n. */\n"
     "static void lu_solve(int op, size_t m, size_t n, const double _Complex "
     "*a,\n                     const int *pivot, double _Complex *b)\n{\n"
     "    const int plain = op == NoTrans;\n"
     "    if (plain)\n        swap_rows(m, pivot, 0, n, 1, m, b);\n"
     "    cblas_ztrsm(ColMajor, Left, plain ? Lower : Upper, op,\n"
     "                plain ? Unit : NonUnit, (int)m, (int)n, &one, a, (int)m,"
     "\n                b, (int)m);\n"
     "    cblas_ztrsm(ColMajor, Left, plain ? Upper : Lower, op,\n"
     "                plain ? NonUnit : Unit, (int)m, (int)n, &one, a, (int)m,"
     "\n                b, (int)m);\n"
     "    if (!plain)\n        swap_rows(m, pivot, 1, n, 1, m, b);\n}\n"},
    {"lu_rsolve(",
     "\n/* b = b*inv(op(a)), b is m by n. */\n"
     "static void lu_rsolve(int op, size_t m, size_t n, const double _Complex "
     "*a,\n                      const int *pivot, double _Complex *b)\n{\n"
     "    const int plain = op == NoTrans;\n"
     "    if (!plain)\n        swap_rows(n, pivot, 0, m, m, 1, b);\n"
     "    cblas_ztrsm(ColMajor, Right, plain ? Upper : Lower, op,\n"
     "                plain ? NonUnit : Unit, (int)m, (int)n, &one, a, (int)n,"
     "\n                b, (int)m);\n"
     "    cblas_ztrsm(ColMajor, Right, plain ? Lower : Upper, op,\n"
     "                plain ? Unit : NonUnit, (int)m, (int)n, &one, a, (int)n,"
     "\n                b, (int)m);\n"
     "    if (plain)\n        swap_rows(n, pivot, 1, m, m, 1, b);\n}\n"},
    {"lu_inverse(",
     "\n/* inv(a) over its factors; room is for 64 rows. */\n"
     "static void lu_inverse(size_t size, double _Complex *a, const int "
     "*pivot,\n                       double _Complex *room)\n{\n"
     "    int n = (int)size, info = 0;\n    const int most = 64 * n;\n"
     "    zgetri_(&n, a, &n, pivot, room, &most, &info);\n}\n"},
    {"log_diagonal(",
     "\n/* The logarithm of the size of the product of the diagonal. */\n"
     "static double log_diagonal(size_t n, const double _Complex *a)\n{\n"
     "    double s = 0.0;\n    for (size_t i = 0; i < n; i++)\n"
     "        s += log(cabs(a[i + i * n]));\n    return s;\n}\n"},
    {"lu_phase(",
     "\n/* The imaginary part of the logarithm of the determinant. */\n"
     "static double _Complex lu_phase(size_t n, const double _Complex *a,\n"
     "                                const int *pivot)\n{\n"
     "    double _Complex p = 1.0;\n    for (size_t i = 0; i < n; i++) {\n"
     "        const double _Complex d = a[i + i * n];\n"
     "        p *= (pivot[i] == (int)i + 1 ? d : -d) / cabs(d);\n    }\n"
     "    return number(0.0, carg(above(p)));\n}\n"},
    {"lu_det(",
     "\nstatic double _Complex lu_det(size_t n, const double _Complex *a,\n"
     "                              const int *pivot)\n{\n"
     "    double _Complex d = 1.0;\n    for (size_t i = 0; i < n; i++)\n"
     "        d *= pivot[i] == (int)i + 1 ? a[i + i * n] : -a[i + i * n];\n"
     "    return d;\n}\n"},
    {"eigen_values(",
     "\n/* Those of a hermitian matrix, ascending. */\n"
     "static int eigen_values(size_t n, size_t cols, const double _Complex *a,"
     "\n                        double _Complex *w, double _Complex *room)\n"
     "{\n    int size = (int)cols, most = 33 * size, info = 0;\n"
     "    double _Complex *work = room + n * n, *rest = work + 33 * n;\n"
     "    double *values = (double *)rest;\n"
     "    memcpy(room, a, n * n * sizeof *a);\n"
     "    zheev_(\"N\", \"L\", &size, room, &size, values, work, &most,\n"
     "           values + n, &info, 1, 1);\n"
     "    for (size_t i = 0; i < n; i++)\n        w[i] = values[i];\n"
     "    return info;\n}\n"},
    {"zsvd(",
     "\n/* Singular values into s, descending; with u and vt the vectors, k of "
     "them. */\n"
     "static int zsvd(size_t m, size_t n, const double _Complex *a, double "
     "*s,\n                double _Complex *u, double _Complex *vt,\n"
     "                double _Complex *room)\n{\n"
     "    const size_t k = m < n ? m : n, all = 33 * (m + n);\n"
     "    int rows = (int)m, cols = (int)n, few = (int)k, info = 0;\n"
     "    const int most = (int)all;\n"
     "    double _Complex *work = room + m * n;\n"
     "    memcpy(room, a, m * n * sizeof *a);\n"
     "    zgesvd_(u ? \"S\" : \"N\", u ? \"S\" : \"N\", &rows, &cols, room, "
     "&rows, s,\n            u ? u : room, &rows, u ? vt : room, &few, work, "
     "&most,\n            (double *)(work + all), &info, 1, 1);\n"
     "    return info;\n}\n"},
    {"singular_values(",
     "\nstatic int singular_values(size_t m, size_t n, const double _Complex "
     "*a,\n                           double _Complex *w, double _Complex "
     "*room)\n{\n    const size_t k = m < n ? m : n;\n"
     "    double *s = (double *)room;\n"
     "    const int info = zsvd(m, n, a, s, NULL, NULL, room + k);\n"
     "    for (size_t i = 0; i < k; i++)\n        w[i] = s[i];\n"
     "    return info;\n}\n"},
    {"norm_spectral(",
     "\nstatic int norm_spectral(size_t m, size_t n, const double _Complex *a,"
     "\n                         double _Complex *z, double _Complex *room)\n"
     "{\n    double *s = (double *)room;\n"
     "    const int info = zsvd(m, n, a, s, NULL, NULL, room + m);\n"
     "    z[0] = s[0];\n    return info;\n}\n"},
    {"norm_nuclear(",
     "\nstatic int norm_nuclear(size_t m, size_t n, const double _Complex *a,"
     "\n                        double _Complex *z, double _Complex *room)\n"
     "{\n    double *s = (double *)room;\n"
     "    const int info = zsvd(m, n, a, s, NULL, NULL, room + m);\n"
     "    z[0] = 0.0;\n"
     "    for (size_t i = 0; i < (m < n ? m : n); i++)\n"
     "        z[0] += s[i];\n    return info;\n}\n"},
    {"pseudoinverse(",
     "\n/* V*inv(S)*U', without the values that are zero. */\n"
     "static int pseudoinverse(size_t m, size_t n, const double _Complex *a,\n"
     "                         double _Complex *z, double _Complex *room)\n"
     "{\n    const size_t k = m < n ? m : n;\n"
     "    double *s = (double *)room;\n"
     "    double _Complex *u = room + k, *vt = u + m * k;\n"
     "    const int info = zsvd(m, n, a, s, u, vt, vt + k * n);\n"
     "    const double least = 2.3e-16 * (double)(m > n ? m : n) * s[0];\n"
     "    for (size_t i = 0; i < k; i++)\n"
     "        for (size_t j = 0; j < m; j++)\n"
     "            u[j + i * m] *= s[i] > least ? 1.0 / s[i] : 0.0;\n"
     "    cblas_zgemm(ColMajor, ConjTrans, ConjTrans, (int)n, (int)m, (int)k, "
     "&one, vt,\n                (int)k, u, (int)m, &zero, z, (int)n);\n"
     "    return info;\n}\n"},
};
enum { NHELPERS = sizeof helpers / sizeof *helpers };

void cz_helpers(Buf *b, const char *body)
{
    bool wanted[NHELPERS];
    for (size_t k = NHELPERS; k-- > 0;) {
        wanted[k] = code_has(body, helpers[k].word);
        for (size_t m = k + 1; m < NHELPERS && !wanted[k]; m++)
            wanted[k] = wanted[m] &&
                        code_has(helpers[m].text, helpers[k].word);
    }
    for (size_t k = 0; k < NHELPERS; k++)
        if (wanted[k])
            buf_add(b, helpers[k].text);
}
