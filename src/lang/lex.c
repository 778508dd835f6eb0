/* lex.c: bytes to tokens: ASCII operators, NumPy's and MATLAB's spellings,
 * and the characters that a paste brings.  Everything else is refused. */
#include "lang/lex.h"
#include "lang/tex.h"

#include <string.h>

typedef struct Lex {
    Ctx *ctx;
    const char *s;
    size_t n, at;
    Token *tok;
    size_t count, cap;
} Lex;

static bool add(Lex *x, TokKind kind, size_t len, const char *name, Rat num)
{
    if (x->count == x->cap) {
        size_t cap = x->cap ? 2 * x->cap : 32;
        Token *p = ARENA_ARRAY(x->ctx->arena, Token, cap);
        if (!p)
            return false;
        if (x->count)
            memcpy(p, x->tok, x->count * sizeof *p);
        x->tok = p;
        x->cap = cap;
    }
    if (x->count >= x->ctx->limits.tokens) {
        ctx_fail(x->ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "more tokens than the limit tokens = %zu",
                 x->ctx->limits.tokens);
        return false;
    }
    Span at = {(uint32_t)x->at, (uint32_t)(x->at + len)};
    x->tok[x->count++] = (Token){kind, at, name, num};
    x->at += len;
    return true;
}

static bool letter(unsigned char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool greek(uint32_t c)
{
    return (c >= 0x391 && c <= 0x3a9) || (c >= 0x3b1 && c <= 0x3c9) ||
           c == 0x3d1 || c == 0x3d5 || c == 0x3f5;
}

static size_t name_length(const Lex *x)
{
    size_t i = x->at;
    while (i < x->n) {
        uint32_t c = 0;
        size_t len = utf8_decode(x->s + i, x->n - i, &c);
        bool ok = c < 128 ? letter((unsigned char)c) || c == '_' ||
                                (i > x->at && digit((char)c))
                          : greek(c);
        if (len == 0 || !ok)
            break;
        i += len;
    }
    return i - x->at;
}

static bool lex_name(Lex *x, size_t len)
{
    if (len > x->ctx->limits.name) {
        ctx_fail(x->ctx, ERR_LIMIT,
                 (Span){(uint32_t)x->at, (uint32_t)(x->at + len)}, NULL,
                 "a name longer than the limit name = %u bytes",
                 x->ctx->limits.name);
        return false;
    }
    const char *name = ctx_intern(x->ctx, x->s + x->at, len);
    return name && add(x, TOK_NAME, len, name, rat_int(0));
}

static bool lex_number(Lex *x)
{
    size_t i = x->at;
    while (i < x->n && digit(x->s[i]))
        i++;
    if (i + 1 < x->n && x->s[i] == '.' && digit(x->s[i + 1])) {
        i++;
        while (i < x->n && digit(x->s[i]))
            i++;
    } else if (i < x->n && x->s[i] == '.' &&
               (i + 1 == x->n || !strchr("*/^+-'T", x->s[i + 1]))) {
        i++;
    }
    if (i < x->n && (x->s[i] == 'e' || x->s[i] == 'E')) {
        size_t k = i + 1;
        if (k < x->n && (x->s[k] == '+' || x->s[k] == '-'))
            k++;
        if (k < x->n && digit(x->s[k])) {
            while (k < x->n && digit(x->s[k]))
                k++;
            i = k;
        }
    }
    size_t len = i - x->at;
    Rat r = rat_read(x->ctx, x->s + x->at, len);
    bool unit = i < x->n && x->s[i] == 'i' &&
                !(i + 1 < x->n && (letter((unsigned char)x->s[i + 1]) ||
                                 digit(x->s[i + 1])));
    return add(x, unit ? TOK_IMAG : TOK_NUM, len + unit, NULL, r) &&
           !ctx_failed(x->ctx);
}

typedef struct Spelling {
    const char *text;
    TokKind kind;
} Spelling;

/* Longer spellings first where one begins another. */
static const Spelling spellings[] = {
    {"**", TOK_POW}, {".*", TOK_HAD}, {"./", TOK_EDIV}, {".^", TOK_EPOW},
    {".+", TOK_EPLUS}, {".-", TOK_EMINUS}, {".'", TOK_T},
    {".T", TOK_T}, {"==", TOK_EQEQ}, {"=", TOK_EQUALS}, {"+", TOK_PLUS},
    {"-", TOK_MINUS}, {"*", TOK_STAR}, {"@", TOK_STAR}, {"/", TOK_SLASH},
    {"\\", TOK_BACKSLASH}, {"^", TOK_POW}, {"'", TOK_QUOTE},
    {"(", TOK_LPAREN}, {")", TOK_RPAREN}, {"[", TOK_LBRACKET},
    {"]", TOK_RBRACKET}, {",", TOK_COMMA}, {":", TOK_COLON},
    {";", TOK_SEMI}, {"ᵀ", TOK_T}, {"⊤", TOK_T}, {"⁻¹", TOK_SUPER},
    {"²", TOK_SUPER}, {"³", TOK_SUPER},
    {"·", TOK_STAR}, {"⋅", TOK_STAR}, {"×", TOK_STAR},
    {"∘", TOK_HAD}, {"⊙", TOK_HAD}, {"⊘", TOK_EDIV}, {"⊗", TOK_KRON},
    {"−", TOK_MINUS}, {"′", TOK_QUOTE}, {"’", TOK_QUOTE}, {"√", TOK_ROOT},
    {"½", TOK_HALF}, {"‖₂", TOK_NORM}, {"‖", TOK_NORM}, {"（", TOK_LPAREN},
    {"）", TOK_RPAREN}, {"［", TOK_LBRACKET}, {"］", TOK_RBRACKET},
    {"，", TOK_COMMA},
};

static int64_t super_value(const char *text)
{
    return strcmp(text, "²") == 0 ? 2 : strcmp(text, "³") == 0 ? 3 : -1;
}

static bool lex_spelling(Lex *x)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        size_t len = strlen(spellings[i].text);
        if (len <= x->n - x->at &&
            memcmp(x->s + x->at, spellings[i].text, len) == 0)
            return add(x, spellings[i].kind, len, NULL,
                       rat_int(super_value(spellings[i].text)));
    }
    uint32_t c = 0;
    size_t len = utf8_decode(x->s + x->at, x->n - x->at, &c);
    Span at = {(uint32_t)x->at, (uint32_t)(x->at + (len ? len : 1))};
    if (len == 0)
        ctx_fail(x->ctx, ERR_LANGUAGE, at, NULL,
                 "a byte that is not UTF-8 at byte %zu", x->at + 1);
    else if (c < 32 || c == 127)
        ctx_fail(x->ctx, ERR_LANGUAGE, at, "remove it",
                 "a control character at byte %zu", x->at + 1);
    else
        ctx_fail(x->ctx, ERR_LANGUAGE, at, NULL,
                 "the character %.*s means nothing here", (int)len,
                 x->s + x->at);
    return false;
}

static bool lex_string(Lex *x)
{
    size_t i = x->at + 1;
    while (i < x->n && letter((unsigned char)x->s[i]))
        i++;
    size_t len = i - x->at - 1;
    const char *name = ctx_intern(x->ctx, x->s + x->at + 1, len);
    return name && add(x, TOK_STRING, len + 2, name, rat_int(0));
}

/* 'fro' after a comma, as in norm(A,'fro'). */
static bool at_string(const Lex *x)
{
    if (x->s[x->at] != '\'' ||
        x->tok[x->count - 1].kind != TOK_COMMA)
        return false;
    size_t i = x->at + 1;
    while (i < x->n && letter((unsigned char)x->s[i]))
        i++;
    return i > x->at + 1 && i < x->n && x->s[i] == '\'';
}

static size_t blank(const Lex *x)
{
    static const char *const blanks[] = {" ", "\t", "\r", "\n",
                                         "\u00a0", "\u202f", "\u2009"};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t len = strlen(blanks[i]);
        if (len <= x->n - x->at && memcmp(x->s + x->at, blanks[i], len) == 0)
            return len;
    }
    return 0;
}

bool token_is(const Token *t, const char *name)
{
    return t->kind == TOK_NAME && strcmp(t->name, name) == 0;
}

const Token *lex(Ctx *ctx, const char *text, size_t n)
{
    Lex x = {.ctx = ctx, .s = text, .n = n};
    if (n > ctx->limits.input)
        return ctx_fail(ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                        "an input longer than the limit input = %zu bytes",
                        ctx->limits.input);
    if (!add(&x, TOK_END, 0, NULL, rat_int(0))) /* so that t[-1] exists */
        return NULL;
    while (x.at < n) {
        size_t skip = blank(&x), name;
        if (skip) {
            x.at += skip;
        } else if (text[x.at] == '#') {
            while (x.at < n && text[x.at] != '\n')
                x.at++;
        } else if (digit(text[x.at]) ||
                   (text[x.at] == '.' && x.at + 1 < n &&
                    digit(text[x.at + 1]))) {
            if (!lex_number(&x))
                return NULL;
        } else if ((name = name_length(&x)) > 0) {
            if (!lex_name(&x, name))
                return NULL;
        } else if (at_string(&x) ? !lex_string(&x) : !lex_spelling(&x)) {
            return NULL;
        }
    }
    return add(&x, TOK_END, 0, NULL, rat_int(0)) ? x.tok + 1 : NULL;
}

const char *token_text(const Token *t)
{
    if (t->kind == TOK_NAME)
        return t->name;
    switch (t->kind) { /* not the first of their spellings */
    case TOK_NUM: case TOK_IMAG: return "a number";
    case TOK_POW: return "^";
    case TOK_QUOTE: return "'";
    case TOK_NORM: return "‖";
    default: break;
    }
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].kind == t->kind)
            return spellings[i].text;
    return "the end";
}

const char *lang_dump_tokens(Ctx *ctx, const char *text, size_t n)
{
    Buf b;
    buf_init(&b, ctx->arena);
    const Token *t = lex_expression(ctx, text, n);
    for (; t && t->kind != TOK_END; t++)
        buf_printf(&b, "%u-%u %.*s\n", t->span.start, t->span.end,
                   (int)(t->span.end - t->span.start), text + t->span.start);
    return buf_text(&b);
}

/* Spans in the translation to spans in the LaTeX. */
static Span span_from(const TexText *t, Span s)
{
    uint32_t last = s.end > s.start ? s.end - 1 : s.start;
    Span a = t->from[s.start <= t->n ? s.start : t->n];
    Span b = t->from[last <= t->n ? last : t->n];
    return (Span){a.start, b.end > a.start ? b.end : a.end};
}

/* Tokens of the translation that point into the LaTeX. */
static const Token *lex_tex(Ctx *ctx, const TexText *tex)
{
    const Token *t = lex(ctx, tex->text, tex->n);
    if (!t) {
        ctx->diag.span = span_from(tex, ctx->diag.span);
        return NULL;
    }
    for (Token *k = (Token *)(uintptr_t)t;; k++) {
        k->span = span_from(tex, k->span);
        if (k->kind == TOK_END)
            return t;
    }
}

const Token *lex_expression(Ctx *ctx, const char *text, size_t n)
{
    TexText tex;
    if (n > ctx->limits.input || (!ctx->latex && !tex_looks_like(text, n)))
        return lex(ctx, text, n);
    return tex_read(ctx, text, n, &tex) ? lex_tex(ctx, &tex) : NULL;
}

const Token *lex_declarations(Ctx *ctx, const char *text, size_t n)
{
    TexText tex;
    if (n > ctx->limits.input || (!ctx->latex && !tex_declares(text, n)))
        return lex(ctx, text, n);
    return tex_read_declarations(ctx, text, n, &tex) ? lex_tex(ctx, &tex)
                                                     : NULL;
}

const char *lang_from_latex(Ctx *ctx, const char *latex, size_t n)
{
    TexText t;
    return tex_read(ctx, latex, n, &t) ? t.text : NULL;
}
