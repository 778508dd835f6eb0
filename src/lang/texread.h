/* texread.h: LaTeX being read: the state and the steps that the files share;
 * private to tex*.c. */
#ifndef NB_TEXREAD_H
#define NB_TEXREAD_H

#include "base/buf.h"
#include "lang/tex.h"

enum { TEX_DEPTH = 200, WORD = 64, BRACKET = ')' };

typedef struct Tex {
    Ctx *ctx;
    const char *s;
    size_t n, at;
    Buf out;
    Span *from;
    size_t cap;
    bool operand; /* an operand has just ended: another is multiplied */
    unsigned depth, bars;
    char bound[8][WORD]; /* indices of the sums around */
    unsigned nbound;
    bool failed;
} Tex;

static inline bool tex_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool tex_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Functions that read return false after an error; `from` is where what they
 * read began, for errors and for the places of what they put out. */

/* --- texread.c: places, output, words */
Span tex_here(const Tex *t, size_t from); /* from there to where t is */
bool tex_fail(Tex *t, Span at, const char *mend, const char *what); /* false */
bool tex_too_deep(Tex *t, Span at); /* the error of the limit; false */
/* The text goes out; each of its bytes is from `at`. */
void tex_put(Tex *t, const char *text, Span at);
/* An operand begins: beside another one it is multiplied. */
void tex_begin(Tex *t, Span at);
/* Does this come next: the text, the command, one of the commands? */
bool tex_starts(const Tex *t, const char *word);
bool tex_is_command(const Tex *t, const char *word);
bool tex_in_list(const Tex *t, const char *const *list);
void tex_skip(Tex *t); /* blanks, spacing, the sizes of brackets */
char tex_peek(Tex *t); /* the next character that is not skipped; 0: none */
/* The raw text of a group {...} or of one character, into word[WORD]. */
bool tex_raw_group(Tex *t, char *word);
/* {...} or one operand, as an expression in brackets. */
bool tex_group(Tex *t);

/* --- texscript.c: what stands above and below */
/* What ^{...} means when it is no number: NULL if it is an exponent. */
const char *tex_superscript(const char *w);
/* The base that begins at `start` of the output becomes name base ). */
void tex_wrap(Tex *t, size_t start, const char *name, Span at);
bool tex_scripts(Tex *t, size_t start, char base);

/* --- texcall.c: functions, norms, brackets that mean something */
const char *tex_known_function(const char *word, bool *greedy);
bool tex_ends_product(Tex *t);
bool tex_call(Tex *t, const char *name, bool greedy, size_t from);
bool tex_norm(Tex *t, const char *close, size_t from);
bool tex_bracketed(Tex *t, const char *close, const char *name, size_t from);
bool tex_inner_product(Tex *t, size_t from);
bool tex_root(Tex *t, size_t from);
bool tex_fraction(Tex *t);
bool tex_summation(Tex *t, size_t from);

/* --- texderiv.c: each reads on where it is meant; else *found is false, and
 * nothing is read. */
bool tex_derivative(Tex *t, size_t from, bool *found);
bool tex_exponential(Tex *t, size_t from, bool *found);
bool tex_spectral(Tex *t, const char *name, size_t from, bool *found);
bool tex_gradient(Tex *t, size_t from);

/* --- texname.c: names, fonts, accents, Greek letters, constants */
extern const char *const tex_greek[]; /* ends with NULL */
bool tex_constant(Tex *t, const char *name, const char *fits, size_t from);
bool tex_named(Tex *t, const char *accent, bool operator_name, size_t from);
/* {\bf X}; *found as above. */
bool tex_old_font(Tex *t, size_t from, bool *found);
bool tex_greek_name(Tex *t, const char *name, size_t from);
bool tex_is_font(const char *w);
const char *tex_accent_of(const char *w); /* "_hat"; NULL: none */

/* --- tex.c */
/* Up to `close` ("" for the end), which is read too. */
bool tex_expression(Tex *t, const char *close, size_t opened);
/* One factor with its scripts. */
bool tex_operand(Tex *t);

#endif
