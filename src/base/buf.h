/* buf.h: text being built, in an arena.  After a failed request the buffer
 * is empty and stays so; buf_text then gives NULL.  A text that is NULL,
 * because there was no memory for it, is such a failure. */
#ifndef NB_BUF_H
#define NB_BUF_H

#include "base/arena.h"

typedef struct Buf {
    Arena *arena;
    char *text; /* always NUL-terminated once non-NULL */
    size_t len, cap;
    bool failed;
} Buf;

void buf_init(Buf *b, Arena *a);
void buf_add(Buf *b, const char *s);
void buf_addn(Buf *b, const char *s, size_t n);
void buf_char(Buf *b, char c);
/* printf with %s %d %ld %zu %g only as the C library has them; our own
 * format strings, never the user's. */
void buf_printf(Buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A JSON string, quoted and escaped. */
void buf_json(Buf *b, const char *s);
/* The text, "" if nothing was added; NULL after a failure. */
const char *buf_text(Buf *b);
/* Columns that UTF-8 text takes in a terminal (combining marks count 0). */
size_t utf8_width(const char *s, size_t n);
/* Decode one code point at s (n bytes left); its length, 0 if malformed. */
size_t utf8_decode(const char *s, size_t n, uint32_t *code);

#endif
