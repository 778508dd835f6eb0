/* lex.h: text to tokens; private to lang/. */
#ifndef NB_LEX_H
#define NB_LEX_H

#include "base/buf.h"
#include "lang/lang.h"

typedef enum TokKind {
    TOK_END, TOK_NUM, TOK_NAME, TOK_STRING,
    TOK_PLUS, TOK_MINUS, TOK_STAR, TOK_SLASH, TOK_BACKSLASH,
    TOK_HAD, TOK_EDIV, TOK_EPLUS, TOK_EMINUS, TOK_EPOW, TOK_POW, TOK_KRON,
    TOK_QUOTE, TOK_T, TOK_INV, TOK_SQUARE, TOK_ROOT, TOK_NORM, TOK_NORM2,
    TOK_LPAREN, TOK_RPAREN, TOK_LBRACKET, TOK_RBRACKET, TOK_COMMA,
    TOK_COLON, TOK_SEMI, TOK_EQUALS, TOK_EQEQ, TOK_HALF
} TokKind;

typedef struct Token {
    TokKind kind;
    Span span;
    const char *name; /* NAME, STRING: interned */
    Rat num;          /* NUM */
} Token;

/* All tokens of the text, with TOK_END last; NULL after an error. */
const Token *lex(Ctx *ctx, const char *text, size_t n);
const char *token_text(const Token *t); /* "*", "name", ... */

#endif
