/* npy.c: NumPy's arrays: a header that is a Python dictionary, then the raw
 * numbers.  Integers, truth values and short floats become doubles; what
 * would not keep its value is refused. */
#include "data/file.h"

#include <math.h>
#include <string.h>

enum { HEADER_MOST = 10000, CHUNK = 1 << 14 };

typedef struct Head {
    char kind;     /* b, i, u, f or c */
    unsigned size; /* bytes of a number */
    bool swap;     /* the file's bytes are in the other order */
    bool fortran;
    int ndim;
    int64_t dim[2];
    bool has_type, has_order, has_shape;
} Head;

/* A place in the header's text; `base` is its first byte in the file. */
typedef struct Scan {
    File *f;
    const char *s, *start, *end;
    size_t base;
} Scan;

static bool bad_header(Scan *c, const char *what)
{
    return file_fail(c->f, ERR_LANGUAGE, "write it again with numpy.save",
                     "byte %zu: the header of a .npy file has %s here",
                     c->base + (size_t)(c->s - c->start), what);
}

static void blanks(Scan *c)
{
    while (c->s < c->end && (*c->s == ' ' || *c->s == '\n' || *c->s == '\t'))
        c->s++;
}

static bool accept(Scan *c, const char *word)
{
    size_t n = strlen(word);
    blanks(c);
    if ((size_t)(c->end - c->s) < n || memcmp(c->s, word, n) != 0)
        return false;
    c->s += n;
    return true;
}

/* A string in quotes, cut to `size`; its text without them. */
static bool quoted(Scan *c, char *text, size_t size)
{
    blanks(c);
    char quote = c->s < c->end ? *c->s : 0;
    if (quote != '\'' && quote != '"')
        return false;
    const char *end = memchr(c->s + 1, quote, (size_t)(c->end - c->s - 1));
    if (!end || (size_t)(end - c->s) > size)
        return false;
    memcpy(text, c->s + 1, (size_t)(end - c->s - 1));
    text[end - c->s - 1] = 0;
    c->s = end + 1;
    return true;
}

static bool little(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* descr: "<f8", "|b1", ">c16". */
static bool read_type(Scan *c, Head *h)
{
    static const char *const known[] = {"b1", "i1", "i2", "i4", "i8",
                                        "u1", "u2", "u4", "u8", "f2",
                                        "f4", "f8", "c8", "c16"};
    char text[16] = "";
    Scan before = *c;
    h->has_type = true;
    bool ok = quoted(c, text, sizeof text) && text[0] &&
              strchr("<>|=", text[0]);
    for (size_t i = 0; ok && i < sizeof known / sizeof *known; i++)
        if (strcmp(text + 1, known[i]) == 0) {
            h->kind = known[i][0];
            h->size = known[i][1] == '1' && known[i][2] == '6'
                          ? 16
                          : (unsigned)(known[i][1] - '0');
            h->swap = (text[0] == '>' && little()) ||
                      (text[0] == '<' && !little());
            return true;
        }
    return file_fail(c->f, ERR_UNSUPPORTED,
                     "numbers are read: save a.astype(float) or "
                     "a.astype(complex)",
                     "byte %zu: the type %s is not one of numbers",
                     before.base + (size_t)(before.s - before.start),
                     text[0] ? text : "of objects or records");
}

static bool read_count(Scan *c, int64_t *n)
{
    blanks(c);
    const char *from = c->s;
    *n = 0;
    for (; c->s < c->end && *c->s >= '0' && *c->s <= '9'; c->s++) {
        if (*n > (INT64_MAX - 9) / 10)
            return bad_header(c, "a dimension that is too large");
        *n = 10 * *n + (*c->s - '0');
    }
    if (c->s == from)
        return bad_header(c, "no shape that can be read");
    if (c->s < c->end && *c->s == 'L')
        c->s++; /* Python 2 wrote 3L */
    return true;
}

static bool read_shape(Scan *c, Head *h)
{
    int64_t n;
    h->has_shape = true;
    h->dim[0] = h->dim[1] = 1;
    h->ndim = 0;
    if (!accept(c, "("))
        return bad_header(c, "no shape that can be read");
    while (!accept(c, ")")) {
        if (!read_count(c, &n))
            return false;
        if (h->ndim == 2)
            return file_fail(c->f, ERR_UNSUPPORTED,
                             "save one matrix of it, such as a[0], or "
                             "a.reshape(n,m)",
                             "the array has more than two axes");
        h->dim[h->ndim++] = n;
        if (!accept(c, ",") && (c->s >= c->end || *c->s != ')'))
            return bad_header(c, "no shape that can be read");
    }
    return true;
}

static bool read_entry(Scan *c, Head *h)
{
    char key[20];
    if (!quoted(c, key, sizeof key) || !accept(c, ":"))
        return bad_header(c, "no key");
    if (strcmp(key, "descr") == 0 && !h->has_type)
        return blanks(c), read_type(c, h);
    if (strcmp(key, "shape") == 0 && !h->has_shape)
        return read_shape(c, h);
    if (strcmp(key, "fortran_order") != 0 || h->has_order)
        return bad_header(c, "a key that is unknown or there twice");
    h->has_order = true;
    h->fortran = accept(c, "True");
    return h->fortran || accept(c, "False") ||
           bad_header(c, "neither True nor False");
}

static bool read_dictionary(Scan *c, Head *h)
{
    if (!accept(c, "{"))
        return bad_header(c, "no dictionary");
    while (!accept(c, "}")) {
        if (!read_entry(c, h))
            return false;
        if (!accept(c, ",") && (c->s >= c->end || *c->s != '}'))
            return bad_header(c, "no comma");
    }
    blanks(c);
    if (c->s < c->end)
        return bad_header(c, "bytes behind its dictionary");
    return (h->has_type && h->has_order && h->has_shape) ||
           bad_header(c, "no descr, no fortran_order or no shape");
}

static bool read_head(File *f, Head *h)
{
    unsigned char magic[12];
    char text[HEADER_MOST];
    if (!file_take(f, magic, 10))
        return false;
    if (memcmp(magic, "\x93NUMPY", 6) != 0)
        return file_fail(f, ERR_LANGUAGE, "write it with numpy.save",
                         "byte 0: this is no .npy file");
    if (magic[6] < 1 || magic[6] > 3)
        return file_fail(f, ERR_UNSUPPORTED, "versions 1 to 3 are read",
                         "byte 6: the format's version is %d", magic[6]);
    if (magic[6] > 1 && !file_take(f, magic + 10, 2))
        return false;
    uint32_t n = magic[8] | (uint32_t)magic[9] << 8;
    if (magic[6] > 1)
        n |= (uint32_t)magic[10] << 16 | (uint32_t)magic[11] << 24;
    if (n > HEADER_MOST)
        return file_fail(f, ERR_LIMIT, NULL,
                         "byte 8: the header has %lu bytes; the limit is %d",
                         (unsigned long)n, HEADER_MOST);
    Scan c = {f, text, text, text + n, f->at};
    return file_take(f, text, n) && read_dictionary(&c, h);
}

static double half(uint16_t h)
{
    int e = h >> 10 & 31, m = h & 1023;
    double v = e == 31 ? (m ? (double)NAN : (double)INFINITY)
               : e     ? ldexp(m + 1024, e - 25)
                       : ldexp(m, -24);
    return h >> 15 ? -v : v;
}

/* One number of h->kind at p (of a complex number, one part). */
static double value(const Head *h, const unsigned char *p)
{
    union {
        int8_t i1;
        int16_t i2;
        int32_t i4;
        int64_t i8;
        uint16_t u2;
        uint32_t u4;
        uint64_t u8;
        float f4;
        double f8;
    } u;
    unsigned size = h->kind == 'c' ? h->size / 2 : h->size;
    memcpy(&u, p, size);
    switch (h->kind) {
    case 'b':
        return u.i1 != 0;
    case 'i':
        return size == 1   ? (double)u.i1
               : size == 2 ? (double)u.i2
               : size == 4 ? (double)u.i4
                           : (double)u.i8;
    case 'u':
        return size == 1   ? (double)(uint8_t)u.i1
               : size == 2 ? (double)u.u2
               : size == 4 ? (double)u.u4
                           : (double)u.u8;
    default:
        return size == 2 ? half(u.u2) : size == 4 ? (double)u.f4 : u.f8;
    }
}

/* Does the integer at p keep its value as a double? */
static bool exact(const Head *h, const unsigned char *p)
{
    uint64_t u;
    if ((h->kind != 'i' && h->kind != 'u') || h->size < 8)
        return true;
    memcpy(&u, p, 8);
    if (h->kind == 'i' && u >> 63)
        u = 0 - u;
    while (u && !(u & 1))
        u >>= 1;
    return u >> 53 == 0;
}

static void swap_bytes(unsigned char *p, unsigned size)
{
    for (unsigned i = 0; i < size / 2; i++) {
        unsigned char t = p[i];
        p[i] = p[size - 1 - i];
        p[size - 1 - i] = t;
    }
}

static bool convert(File *f, const Head *h, unsigned char *p, size_t n,
                    double *to)
{
    unsigned parts = h->kind == 'c' ? 2 : 1, size = h->size / parts;
    for (size_t i = 0; i < n * parts; i++, p += size) {
        if (h->swap)
            swap_bytes(p, size);
        if (!exact(h, p))
            return file_fail(f, ERR_UNSUPPORTED,
                             "save a.astype(float) if it may be rounded",
                             "an integer of more than 53 bits would lose "
                             "digits");
        to[i] = value(h, p);
    }
    return true;
}

/* n numbers that stay as they are, but for the order of their bytes. */
static bool read_raw(File *f, const Head *h, unsigned char *p, size_t n)
{
    unsigned size = h->kind == 'c' ? h->size / 2 : h->size;
    if (!file_take(f, p, n * h->size))
        return false;
    for (size_t i = 0; h->swap && i < n * h->size; i += size)
        swap_bytes(p + i, size);
    return true;
}

/* float32 stays; the rest becomes double, or pairs of them. */
static bool read_numbers(File *f, const Head *h, Array *out)
{
    unsigned char chunk[CHUNK];
    size_t n = (size_t)(out->dim[0] * out->dim[1]);
    if ((h->kind == 'f' || h->kind == 'c') &&
        h->size == array_size(out->type))
        return read_raw(f, h, out->data, n);
    double *to = out->data;
    for (size_t k; n; n -= k) {
        k = n < CHUNK / 16 ? n : CHUNK / 16;
        if (!file_take(f, chunk, k * h->size) ||
            !convert(f, h, chunk, k, to))
            return false;
        to += h->kind == 'c' ? 2 * k : k;
    }
    return true;
}

/* The bytes behind the header are as many as the shape says. */
static bool check_size(File *f, const Head *h)
{
    uint64_t n = 0, bytes = 0, left = f->size - f->at;
    if (size_mul((uint64_t)h->dim[0], (uint64_t)h->dim[1], &n) &&
        size_mul(n, h->size, &bytes) && bytes == left)
        return true;
    return file_fail(f, ERR_LANGUAGE,
                     "the file was cut short or put together; write it again",
                     "the shape (%lld,%lld) of %u-byte numbers does not fit "
                     "the %llu bytes behind the header",
                     (long long)h->dim[0], (long long)h->dim[1], h->size,
                     (unsigned long long)left);
}

bool npy_read(File *f, Array *out)
{
    Head h = {0};
    if (!read_head(f, &h) || !check_size(f, &h))
        return false;
    ArrayType type = h.kind == 'c'                  ? ARRAY_C128
                     : h.kind == 'f' && h.size == 4 ? ARRAY_F32
                                                    : ARRAY_F64;
    if (!array_make(f, out, type, h.dim[0], h.dim[1], h.fortran))
        return false;
    out->ndim = h.ndim;
    return read_numbers(f, &h, out);
}
