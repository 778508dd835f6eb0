/* tex.h: LaTeX to our own language; private to lang/. */
#ifndef NB_TEX_H
#define NB_TEX_H

#include "base/ctx.h"

typedef struct TexText {
    const char *text; /* in our language */
    size_t n;
    const Span *from; /* of each byte: where it stands in the LaTeX */
} TexText;

/* Does the text hold a LaTeX command by name, or a brace? */
bool tex_looks_like(const char *s, size_t n);
/* The expression in our language; false after an error. */
bool tex_read(Ctx *ctx, const char *s, size_t n, TexText *out);

/* The same of declarations: X \in \mathbb{R}^{n \times m}. */
bool tex_declares(const char *s, size_t n);
bool tex_read_declarations(Ctx *ctx, const char *s, size_t n, TexText *out);

#endif
