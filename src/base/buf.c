/* buf.c: growing text; UTF-8; JSON strings. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(Buf *b, Arena *a)
{
    *b = (Buf){.arena = a};
}

static bool buf_reserve(Buf *b, size_t extra)
{
    if (b->failed)
        return false;
    if (b->len + extra + 1 > b->cap) {
        size_t cap = b->cap ? 2 * b->cap : 64;
        while (cap < b->len + extra + 1)
            cap *= 2;
        char *p = arena_alloc(b->arena, cap);
        if (!p) {
            b->failed = true;
            return false;
        }
        if (b->len)
            memcpy(p, b->text, b->len);
        b->text = p;
        b->cap = cap;
    }
    return true;
}

void buf_addn(Buf *b, const char *s, size_t n)
{
    if (!buf_reserve(b, n))
        return;
    if (n)
        memcpy(b->text + b->len, s, n);
    b->len += n;
    b->text[b->len] = 0;
}

void buf_add(Buf *b, const char *s)
{
    if (s)
        buf_addn(b, s, strlen(s));
    else
        b->failed = true;
}

void buf_char(Buf *b, char c)
{
    buf_addn(b, &c, 1);
}

void buf_printf(Buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || !buf_reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->text + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_json(Buf *b, const char *s)
{
    b->failed = b->failed || !s;
    buf_char(b, '"');
    for (; s && *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\') {
            buf_char(b, '\\');
            buf_char(b, *s);
        } else if (c == '\n') {
            buf_add(b, "\\n");
        } else if (c < 0x20) {
            buf_printf(b, "\\u%04x", c);
        } else {
            buf_char(b, *s);
        }
    }
    buf_char(b, '"');
}

const char *buf_text(Buf *b)
{
    return buf_reserve(b, 0) ? b->text : NULL;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)s;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (n == 0)
        return 0;
    size_t len = p[0] < 0x80 ? 1
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                                               : 0;
    if (len == 0 || len > n)
        return 0;
    uint32_t c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[len] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
        return 0;
    *code = c;
    return len;
}

size_t utf8_width(const char *s, size_t n)
{
    size_t width = 0;
    while (n) {
        uint32_t c = 0;
        size_t len = utf8_decode(s, n, &c);
        if (len == 0)
            len = 1;
        bool combining = (c >= 0x300 && c < 0x370) || c == 0x200b;
        bool wide = c >= 0x1100 && (c < 0x1160 || (c >= 0x2e80 && c < 0xa4d0) ||
                                    (c >= 0xff00 && c < 0xff61));
        width += combining ? 0 : wide ? 2 : 1;
        s += len;
        n -= len;
    }
    return width;
}
