/* mtx.c: Matrix Market files: `array` lists all entries by columns,
 * `coordinate` those that are not zero with their places; of a symmetric,
 * skew-symmetric or Hermitian matrix only the lower half is listed. */
#include "data/file.h"

#include <math.h>
#include <string.h>

typedef enum Field { REAL, INTEGER, COMPLEX, PATTERN } Field;
typedef enum Half { GENERAL, SYMMETRIC, SKEW, HERMITIAN } Half;

typedef struct Market {
    File *f;
    const char *s, *end; /* what is not read yet */
    const char *from, *to; /* the line */
    size_t line;
    bool coordinate;
    Field field;
    Half half;
    int64_t rows, cols;
    uint64_t count; /* of the entries listed */
    unsigned char *seen; /* a bit an entry, for coordinates */
    Array *out;
} Market;

static bool bad_line(Market *m, const char *what, const char *mend)
{
    return file_fail(m->f, ERR_LANGUAGE, mend, "line %zu: %s", m->line, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next line with something in it, comments left out. */
static bool next_line(Market *m)
{
    while (m->s < m->end) {
        const char *e = memchr(m->s, '\n', (size_t)(m->end - m->s));
        m->from = m->s;
        m->to = e ? e : m->end;
        m->s = e ? e + 1 : m->end;
        m->line++;
        while (m->from < m->to && is_blank(*m->from))
            m->from++;
        if (m->from < m->to && (*m->from != '%' || m->line == 1))
            return true;
    }
    m->line++;
    return false;
}

/* The next word of the line; 0: there is none. */
static size_t next_word(Market *m, const char **word)
{
    while (m->from < m->to && is_blank(*m->from))
        m->from++;
    *word = m->from;
    while (m->from < m->to && !is_blank(*m->from))
        m->from++;
    return (size_t)(m->from - *word);
}

static bool read_count(Market *m, int64_t least, int64_t most, int64_t *n,
                       const char *what)
{
    const char *w;
    size_t k = next_word(m, &w);
    *n = 0;
    for (size_t i = 0; i < k; i++) {
        if (w[i] < '0' || w[i] > '9' || *n > (INT64_MAX - 9) / 10)
            return bad_line(m, what, NULL);
        *n = 10 * *n + (w[i] - '0');
    }
    return (k && *n >= least && *n <= most) || bad_line(m, what, NULL);
}

/* Which of the names the next word is. */
static bool read_name(Market *m, const char *const *names, unsigned n,
                      unsigned *which, const char *mend)
{
    const char *w;
    size_t k = next_word(m, &w);
    for (*which = 0; *which < n; ++*which)
        if (same_word(w, k, names[*which]))
            return true;
    return bad_line(m, "this kind of file is not known", mend);
}

static bool read_kind(Market *m)
{
    static const char *const first[] = {"%%matrixmarket"};
    static const char *const second[] = {"matrix"};
    static const char *const formats[] = {"array", "coordinate"};
    static const char *const fields[] = {"real", "integer", "complex",
                                         "pattern", "double"};
    static const char *const halves[] = {"general", "symmetric",
                                         "skew-symmetric", "hermitian"};
    unsigned k, format, field, half;
    next_line(m);
    if (!read_name(m, first, 1, &k, "it begins with %%MatrixMarket") ||
        !read_name(m, second, 1, &k, "a matrix is read") ||
        !read_name(m, formats, 2, &format, "array or coordinate") ||
        !read_name(m, fields, 5, &field, "real, integer, complex, pattern") ||
        !read_name(m, halves, 4, &half,
                   "general, symmetric, skew-symmetric, hermitian"))
        return false;
    m->coordinate = format == 1;
    m->field = field == 4 ? REAL : (Field)field;
    m->half = (Half)half;
    if ((m->field == PATTERN && (!m->coordinate || m->half > SYMMETRIC)) ||
        (m->half == HERMITIAN && m->field != COMPLEX))
        return bad_line(m, "these words do not go together", NULL);
    return true;
}

/* How many entries the file may list; false: too many to count. */
static bool most_entries(const Market *m, uint64_t *most)
{
    uint64_t n = (uint64_t)m->rows;
    if (!size_mul(n, (uint64_t)m->cols, most) || *most > INT64_MAX)
        return false;
    *most = m->half == GENERAL ? *most
            : m->half == SKEW  ? (*most - n) / 2
                               : (*most - n) / 2 + n;
    return true;
}

/* rows cols, and with coordinates how many entries. */
static bool read_sizes(Market *m)
{
    static const char what[] = "the sizes cannot be read, or are wrong";
    const char *w;
    int64_t n = 0;
    if (!next_line(m))
        return bad_line(m, "the file ends before the sizes", NULL);
    if (!read_count(m, 1, INT64_MAX, &m->rows, what) ||
        !read_count(m, 1, INT64_MAX, &m->cols, what))
        return false;
    if (m->half != GENERAL && m->rows != m->cols)
        return bad_line(m, "half a matrix that is not square", NULL);
    if (!most_entries(m, &m->count))
        return bad_line(m, "the sizes are too large", NULL);
    if (m->coordinate) {
        if (!read_count(m, 0, (int64_t)m->count, &n,
                        "the number of entries cannot be read, or is too "
                        "large"))
            return false;
        m->count = (uint64_t)n;
    }
    if (next_word(m, &w))
        return bad_line(m, what, NULL);
    /* an entry is a byte and the end of its line, at least */
    if (m->count > ((uint64_t)(m->end - m->s) + 1) / 2)
        return bad_line(m, "there are more entries than the file has room "
                           "for", "the file was cut short");
    return array_make(m->f, m->out,
                      m->field == COMPLEX ? ARRAY_C128 : ARRAY_F64, m->rows,
                      m->cols, true);
}

static bool read_value(Market *m, double v[2])
{
    const char *w;
    v[0] = 1;
    v[1] = 0;
    for (int part = 0; part < (m->field == COMPLEX) + (m->field != PATTERN);
         part++) {
        size_t k = next_word(m, &w);
        if (!k || number_read(w, k, &v[part]) != k)
            return bad_line(m, "a number is missing or cannot be read",
                            NULL);
        if (m->field == INTEGER && !(fabs(v[part]) <= 9007199254740992.0 &&
                                     v[part] == floor(v[part])))
            return bad_line(m, "this is no integer of at most 53 bits",
                            "the field may be real");
    }
    return !next_word(m, &w) ||
           bad_line(m, "there is more than an entry", NULL);
}

static void store(Market *m, int64_t i, int64_t j, const double v[2],
                  double re, double im)
{
    double *p = m->out->data;
    int64_t k = i + j * m->rows;
    if (m->field != COMPLEX) {
        p[k] = re * v[0];
        return;
    }
    p[2 * k] = re * v[0];
    p[2 * k + 1] = im * v[1];
}

/* Entry (i,j) and its mirror image. */
static bool take_entry(Market *m, int64_t i, int64_t j)
{
    double v[2];
    if (!read_value(m, v))
        return false;
    if (i == j && m->half == HERMITIAN && v[1] != 0)
        return bad_line(m, "the diagonal of a Hermitian matrix is real",
                        NULL);
    store(m, i, j, v, 1, 1);
    if (m->half != GENERAL && i != j)
        store(m, j, i, v, m->half == SKEW ? -1 : 1,
              m->half == SYMMETRIC ? 1 : -1);
    return true;
}

static bool take_place(Market *m)
{
    int64_t i, j;
    if (!read_count(m, 1, m->rows, &i, "the row is out of range") ||
        !read_count(m, 1, m->cols, &j, "the column is out of range"))
        return false;
    if (m->half != GENERAL && (i < j || (m->half == SKEW && i == j)))
        return bad_line(m, i < j ? "an entry above the diagonal"
                                 : "an entry on the diagonal",
                        "half a matrix lists what is below its diagonal");
    uint64_t k = (uint64_t)(i - 1) + (uint64_t)(j - 1) * (uint64_t)m->rows;
    if (m->seen[k / 8] >> (k % 8) & 1)
        return bad_line(m, "this entry is there twice",
                        "add the two into one");
    m->seen[k / 8] |= (unsigned char)(1u << (k % 8));
    return take_entry(m, i - 1, j - 1);
}

static bool fail_end(Market *m, uint64_t have)
{
    return file_fail(m->f, ERR_LANGUAGE, "the file was cut short",
                     "line %zu: the file ends after %llu of %llu entries",
                     m->line, (unsigned long long)have,
                     (unsigned long long)m->count);
}

static bool read_coordinates(Market *m)
{
    uint64_t n = (uint64_t)m->rows * (uint64_t)m->cols;
    m->seen = arena_alloc(m->f->scratch, n / 8 + 1);
    if (!m->seen)
        return file_fail(m->f, ERR_MEMORY, NULL, "out of memory");
    for (uint64_t k = 0; k < m->count; k++)
        if (!next_line(m))
            return fail_end(m, k);
        else if (!take_place(m))
            return false;
    return true;
}

static bool read_columns(Market *m)
{
    uint64_t k = 0;
    for (int64_t j = 0; j < m->cols; j++) {
        int64_t first = m->half == GENERAL ? 0 : j + (m->half == SKEW);
        for (int64_t i = first; i < m->rows; i++, k++)
            if (!next_line(m))
                return fail_end(m, k);
            else if (!take_entry(m, i, j))
                return false;
    }
    return true;
}

static bool read_market(Market *m)
{
    if (!read_kind(m) || !read_sizes(m) ||
        !(m->coordinate ? read_coordinates(m) : read_columns(m)))
        return false;
    return !next_line(m) || bad_line(m, "there are more entries than the "
                                        "sizes say", NULL);
}

bool mtx_read(File *f, Array *out)
{
    const char *text = file_text(f);
    if (!text)
        return false;
    Market m = {.f = f, .s = text, .end = text + f->size, .from = text,
                .to = text, .out = out};
    Locale l = locale_enter();
    bool ok = read_market(&m);
    locale_leave(l);
    return ok;
}
