/* numbers.c: every expression and every answer of the corpus as numbers: by
 * its plan, in double and float, by columns and by rows, against the same in
 * multi-precision.
 *
 *   numbers FILE.cases ...
 *
 * What is called PLAN-... must have a plan.
 * Ends "N passed, N failed". */
#include "api/compile.h"
#include "base/rng.h"
#include "nabla.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 8192, MAX_IN = 48 };

static unsigned passed, failed, planned, exact_only, undefined, unread;

static double draw(Rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* A matrix with the properties of its symbol, positive where that may be
 * needed. */
static void draw_value(Rng *r, const Sym *s, int64_t m, int64_t n, double *x)
{
    uint32_t p = s->props;
    double lo = draw(r) < 0.5 ? 0.1 : -1;
    for (int64_t k = 0; k < m * n; k++)
        x[k] = lo + (1.0 - lo) * draw(r);
    if (m != n || m == 1) {
        if (p & PROP_POSITIVE)
            for (int64_t k = 0; k < m * n; k++)
                x[k] = fabs(x[k]) + 0.1;
        return;
    }
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < n; i++) {
            double *a = &x[j * n + i], *b = &x[i * n + j];
            if (p & (PROP_SYMMETRIC | PROP_POSDEF) && i < j)
                *a = *b;
            if (p & PROP_SKEW)
                *a = i < j ? -*b : i == j ? 0 : *a;
            if ((p & PROP_DIAGONAL && i != j) || (p & PROP_LOWER && i < j) ||
                (p & PROP_UPPER && i > j))
                *a = 0;
            if (p & PROP_TRIDIAGONAL && (i > j + 1 || j > i + 1))
                *a = 0;
        }
    for (int64_t i = 0; i < n; i++)
        if (p & (PROP_POSDEF | PROP_INVERTIBLE) ||
            (i < n && !(p & PROP_SKEW) && draw(r) < 0.9))
            x[i * n + i] += 1.5 * (double)n;
    if (p & PROP_POSITIVE)
        for (int64_t k = 0; k < m * n; k++)
            x[k] = fabs(x[k]);
    if (p & (PROP_ORTHOGONAL | PROP_IDEMPOTENT)) /* a reflection; x*x'/x'x */
        for (int64_t j = n - 1; j >= 0; j--)
            for (int64_t i = 0; i < n; i++) {
                double e = i == j, w = 1.0 / (double)n;
                x[j * n + i] = p & PROP_ORTHOGONAL ? e - 2 * w : w;
            }
    if (p & (PROP_TOEPLITZ | PROP_HANKEL | PROP_CIRCULANT))
        for (int64_t j = 0; j < n; j++)
            for (int64_t i = 0; i < n; i++)
                x[j * n + i] = p & PROP_CIRCULANT
                                   ? sin((double)((i - j + n) % n))
                               : p & PROP_HANKEL ? sin((double)(i + j) + 1)
                               : p & PROP_SYMMETRIC
                                   ? cos((double)llabs(i - j))
                                   : sin((double)(i - j) + 0.3);
}

/* The reflection along (1, i, -1, -i, ...): pairs. */
static void draw_unitary(int64_t n, double *z)
{
    static const double v[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < n; i++) {
            const double *a = v[i % 4], *b = v[j % 4];
            double *x = &z[2 * (j * n + i)], w = 2.0 / (double)n;
            x[0] = (i == j) - w * (a[0] * b[0] + a[1] * b[1]);
            x[1] = -w * (a[1] * b[0] - a[0] * b[1]);
        }
}

/* Pairs: of a hermitian matrix the imaginary part is skew. */
static void draw_complex(Rng *r, const Sym *s, int64_t m, int64_t n, double *z)
{
    Sym part = *s;
    bool hermitian = s->props & (PROP_HERMITIAN | PROP_POSDEF);
    size_t k = (size_t)(m * n);
    double *x = calloc(k + 1, sizeof *x);
    for (int im = 0; im < 2; im++) {
        part.props = s->props & ~(uint32_t)(PROP_POSDEF | PROP_POSITIVE);
        if (hermitian)
            part.props = im ? PROP_SKEW : s->props | PROP_SYMMETRIC;
        draw_value(r, &part, m, n, x);
        for (size_t i = 0; i < k; i++)
            z[2 * i + (size_t)im] = im && hermitian && m == 1 ? 0 : x[i];
    }
    if (s->props & PROP_UNITARY)
        draw_unitary(n, z);
    free(x);
}

typedef struct Data {
    nb_array in[MAX_IN];
    int64_t rows[MAX_IN], cols[MAX_IN];
    int width[MAX_IN]; /* doubles in a number */
    double *x[MAX_IN];
    size_t n;
} Data;

static int64_t size_at(const char *name, const PlanSize *size, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (size[i].name == name)
            return size[i].size;
    return 3;
}

/* What an index drawn as v is, in its range. */
static int64_t in_range(const Compiled *c, const char *name,
                        const PlanSize *size, int64_t v)
{
    for (unsigned i = 0; i < c->nindices; i++) {
        int64_t lo = 1, hi = 1;
        const Sym *s = c->index[i];
        if (s->name == name && s->lo && s->hi &&
            plan_dim(s->lo, size, c->nsizes, &lo) &&
            plan_dim(s->hi, size, c->nsizes, &hi) && hi >= lo)
            return lo + v % (hi - lo + 1);
    }
    return v;
}

/* Input k of f, a size or an index that no array tells. */
static int64_t free_size(const nb_function *f, size_t k, const PlanSize *size)
{
    const Compiled *c = function_compiled(f);
    const char *name = nb_function_input(f, k, NULL);
    return in_range(c, name, size, size_at(name, size, c->nsizes));
}

static int make_data(const nb_function *f, Rng *r, Data *d)
{
    const Compiled *c = function_compiled(f);
    PlanSize size[PROGRAM_SIZES];
    for (unsigned i = 0; i < c->nsizes; i++)
        size[i] = (PlanSize){c->size[i], 2 + (int64_t)rng_below(r, 5)};
    memset(d, 0, sizeof *d);
    for (d->n = 0; nb_function_input(f, d->n, NULL); d->n++) {
        size_t k = d->n;
        int64_t m = 1, n = 1;
        if (k == MAX_IN)
            return 0;
        if (k < c->ninputs &&
            (!plan_dim(c->input[k]->rows, size, c->nsizes, &m) ||
             !plan_dim(c->input[k]->cols, size, c->nsizes, &n) || m < 1 ||
             n < 1))
            return 0;
        bool complex = k < c->ninputs && c->input[k]->props & PROP_COMPLEX;
        d->width[k] = complex ? 2 : 1;
        d->x[k] = calloc(2 * (size_t)(m * n) + 1, sizeof(double));
        if (complex)
            draw_complex(r, c->input[k], m, n, d->x[k]);
        else if (k < c->ninputs)
            draw_value(r, c->input[k], m, n, d->x[k]);
        else
            d->x[k][0] = (double)free_size(f, k, size);
        d->rows[k] = m;
        d->cols[k] = n;
        d->in[k] = (nb_array){complex ? NB_C128 : NB_F64, 2, {m, n}, {0, 0},
                              d->x[k]};
    }
    return 1;
}

static void free_data(Data *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->x[i]);
}

/* The transpose, of numbers of w doubles. */
static void turn(const double *x, int64_t m, int64_t n, int w, double *y)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            memcpy(y + (i * n + j) * w, x + (j * m + i) * w,
                   (size_t)w * sizeof *y);
}

/* The value by its plan, by rows or by columns: numbers of w doubles. */
static int value(nb_function *f, const Data *d, int rows, int w, double *out,
                 int64_t m, int64_t n, nb_status *st)
{
    nb_array in[MAX_IN], o = {w == 2 ? NB_C128 : NB_F64, 2, {m, n}, {0, 0},
                              NULL};
    double *copy[MAX_IN] = {NULL};
    double *y = calloc((size_t)(m * n * w) + 1, sizeof *y);
    for (size_t k = 0; k < d->n; k++) {
        in[k] = d->in[k];
        if (!rows)
            continue;
        copy[k] = calloc((size_t)(d->rows[k] * d->cols[k] * 2) + 1,
                         sizeof(double));
        turn(d->x[k], d->rows[k], d->cols[k], d->width[k], copy[k]);
        in[k].data = copy[k];
        in[k].stride[0] = d->cols[k];
        in[k].stride[1] = 1;
    }
    if (rows) {
        o.stride[0] = n;
        o.stride[1] = 1;
    }
    o.data = y;
    int ok = nb_call(f, in, &o, st);
    if (rows)
        turn(y, n, m, w, out);
    else
        memcpy(out, y, (size_t)(m * n * w) * sizeof *y);
    for (size_t k = 0; k < d->n; k++)
        free(copy[k]);
    free(y);
    return ok;
}

static double distance(const double *x, const double *y, size_t n)
{
    double off = 0, size = 1e-30;
    for (size_t i = 0; i < n; i++) {
        off = fmax(off, fabs(x[i] - y[i]));
        size = fmax(size, fabs(y[i]));
    }
    return off / size;
}

static nb_function *compiled(nb_context *c, const char *text, int rows,
                             nb_dtype t)
{
    nb_program p = {.expression = text, .dtype = t, .row_major = rows};
    return nb_compile(c, &p);
}

static void wrong(const char *name, const char *text, const char *how,
                  double off)
{
    failed++;
    printf("wrong    %s: %s: %s (off by %.2g)   <-- FAILED\n", name, text, how,
           off);
}

static void compare(nb_context *c, const char *name, const char *text,
                    nb_function *f, Data *d)
{
    static const struct {
        int rows;
        nb_dtype t;
        double tolerance;
        const char *how;
    } way[] = {{0, NB_F64, 1e-9, "by columns"},
               {1, NB_F64, 1e-9, "by rows"},
               {0, NB_F32, 1e-2, "float"}};
    int64_t dim[2];
    const Compiled *k = function_compiled(f);
    if (nb_function_shape(f, 0, d->in, dim) < 0) {
        wrong(name, text, "no shape for these sizes", 0);
        return;
    }
    int w = k->task.complex ? 2 : 1;
    size_t n = (size_t)(dim[0] * dim[1] * w);
    double *x = calloc(n + 1, sizeof *x), *y = calloc(n + 1, sizeof *y);
    Compiled kept = *k;
    nb_status st;
    ((Compiled *)(uintptr_t)k)->plan = NULL; /* the same without a plan */
    int truth = value(f, d, 0, w, y, dim[0], dim[1], &st);
    *(Compiled *)(uintptr_t)k = kept;
    undefined += !truth;
    for (size_t i = 0; truth && i < sizeof way / sizeof *way; i++) {
        nb_function *g = way[i].rows || way[i].t != NB_F64
                             ? compiled(c, text, way[i].rows, way[i].t)
                             : f;
        double most = 0;
        for (size_t j = 0; j < n; j++)
            most = fmax(most, fabs(y[j]));
        if (most < 1e-12 || (way[i].t == NB_F32 && most > 1e30))
            continue; /* nothing to compare, or no float */
        if (!g || !value(g, d, way[i].rows, w, x, dim[0], dim[1], &st))
            wrong(name, text, g ? st.message : nb_error(c).message, 0);
        else if (!(distance(x, y, n) <= way[i].tolerance))
            wrong(name, text, way[i].how, distance(x, y, n));
        else
            passed++;
    }
    free(x);
    free(y);
}

static void one(const char *name, const char *let, char **text, int n)
{
    for (int i = 0; i < n; i++) {
        nb_context *c = nb_context_new(NULL);
        Rng r = {strlen(text[i]) * 7919 + 1};
        nb_function *f = NULL;
        if (!let || nb_declare(c, let)) {
            /* read with the others: its names mean what they do there */
            f = compiled(c, text[i], 0, NB_F64);
        }
        Data d;
        if (!f) {
            unread++;
            if (strncmp(name, "PLAN-", 5) == 0)
                wrong(name, text[i], nb_error(c).message, 0);
        }
        else if (!function_compiled(f)->plan) {
            exact_only++;
            printf("# %s: %s %s", name, text[i], nb_function_plan(f));
            if (strncmp(name, "PLAN-", 5) == 0)
                wrong(name, text[i], "it has no plan", 0);
        }
        else if (make_data(f, &r, &d)) {
            planned++;
            compare(c, name, text[i], f, &d);
            free_data(&d);
        }
        nb_context_free(c);
    }
}

static void file(const char *path)
{
    char line[MAX_TEXT], name[128] = "", let[MAX_TEXT] = "", *text[32];
    int n = 0;
    FILE *f = fopen(path, "rb");
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        char *v = strchr(line, ' ');
        if (line[0] == 0) {
            one(name, let[0] ? let : NULL, text, n);
            while (n)
                free(text[--n]);
            let[0] = 0;
        }
        if (line[0] == '#' || !v)
            continue;
        *v++ = 0;
        if (strcmp(line, "case") == 0)
            snprintf(name, sizeof name, "%s", v);
        if (strcmp(line, "let") == 0)
            snprintf(let + strlen(let), sizeof let - strlen(let), "%s; ", v);
        char *wrt = strstr(v, " wrt ");
        if (strcmp(line, "is") == 0 && n < 32)
            text[n++] = strdup(v);
        else if (wrt && n < 32) {
            *wrt = 0;
            text[n++] = strdup(v);
        }
    }
    one(name, let[0] ? let : NULL, text, n);
    while (n)
        free(text[--n]);
    if (f)
        fclose(f);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        file(argv[i]);
    printf("%u planned, %u without a plan, %u undefined at the point, %u not "
           "read\n", planned, exact_only, undefined, unread);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
