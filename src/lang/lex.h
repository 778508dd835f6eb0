/* lex.h: text to tokens; private to lang/. */
#ifndef NB_LEX_H
#define NB_LEX_H

#include "base/buf.h"
#include "base/hash.h"
#include "lang/lang.h"

typedef enum TokKind {
    TOK_END, TOK_NUM, TOK_IMAG /* 2i */, TOK_NAME, TOK_STRING,
    TOK_PLUS, TOK_MINUS, TOK_STAR, TOK_SLASH, TOK_BACKSLASH,
    TOK_HAD, TOK_EDIV, TOK_EPLUS, TOK_EMINUS, TOK_EPOW, TOK_POW, TOK_KRON,
    TOK_QUOTE, TOK_T, TOK_SUPER, TOK_ROOT, TOK_NORM,
    TOK_LPAREN, TOK_RPAREN, TOK_LBRACKET, TOK_RBRACKET, TOK_COMMA,
    TOK_COLON, TOK_SEMI, TOK_EQUALS, TOK_EQEQ, TOK_HALF
} TokKind;

typedef struct Token {
    TokKind kind;
    Span span;
    const char *name; /* NAME, STRING: interned */
    Rat num;          /* NUM; SUPER: the exponent */
} Token;

/* All tokens of the text, with TOK_END last and another before the first;
 * NULL after an error. */
const Token *lex(Ctx *ctx, const char *text, size_t n);
/* The same, where LaTeX is read too: tokens point into it. */
const Token *lex_expression(Ctx *ctx, const char *text, size_t n);
const Token *lex_declarations(Ctx *ctx, const char *text, size_t n);
const char *token_text(const Token *t); /* "*", "name", ... */
bool token_is(const Token *t, const char *name);

/* An expression from *t on; *t then stands behind it.  `defs` maps names to
 * the trees that stand for them (or is NULL); `source` marks the names. */
const Tree *parse_tokens(Ctx *ctx, const Token **t, const PtrMap *defs,
                         uint32_t source);
uint32_t parse_source(Ctx *ctx); /* a new mark */
/* Records "what is missing before/after/at the end"; NULL. */
void *parse_expected(Ctx *ctx, const Token *t, const char *what);
/* Where `where T1 = ...` begins, or NULL; its definitions into defs. */
const Token *defs_find(const Token *t);
bool defs_read(Ctx *ctx, const Token *where, PtrMap *defs, uint32_t source);

#endif
