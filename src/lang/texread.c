/* texread.c: places, output and words of LaTeX being read. */
#include "lang/texread.h"

#include <string.h>

/* --- errors and output */

Span tex_here(const Tex *t, size_t from)
{
    return (Span){(uint32_t)from, (uint32_t)(t->at > from ? t->at : from + 1)};
}

bool tex_fail(Tex *t, Span at, const char *mend, const char *what)
{
    if (!t->failed)
        ctx_fail(t->ctx, ERR_LANGUAGE, at, mend, "%s", what);
    t->failed = true;
    return false;
}

bool tex_too_deep(Tex *t, Span at)
{
    if (!t->failed)
        ctx_fail(t->ctx, ERR_LIMIT, at, NULL,
                 "nested deeper than the limit of LaTeX, depth = 200");
    t->failed = true;
    return false;
}

void tex_put(Tex *t, const char *text, Span at)
{
    size_t need = t->out.len + strlen(text) + 1;
    if (need > t->cap) {
        size_t cap = 2 * need + 64;
        Span *p = ARENA_ARRAY(t->ctx->arena, Span, cap);
        if (!p) {
            t->failed = true;
            return;
        }
        if (t->out.len)
            memcpy(p, t->from, t->out.len * sizeof *p);
        t->from = p;
        t->cap = cap;
    }
    for (size_t i = t->out.len; i < need; i++)
        t->from[i] = at;
    buf_add(&t->out, text);
}

/* An operand begins: beside another one it is multiplied. */
void tex_begin(Tex *t, Span at)
{
    if (t->operand)
        tex_put(t, "*", at);
    t->operand = false;
}

/* --- reading */

bool tex_starts(const Tex *t, const char *word)
{
    size_t n = strlen(word);
    return n <= t->n - t->at && memcmp(t->s + t->at, word, n) == 0;
}

/* A command of letters: \word and no letter behind. */
bool tex_is_command(const Tex *t, const char *word)
{
    size_t n = strlen(word);
    return t->s[t->at] == '\\' && t->at + 1 + n <= t->n &&
           memcmp(t->s + t->at + 1, word, n) == 0 &&
           (t->at + 1 + n == t->n || !tex_letter(t->s[t->at + 1 + n]));
}

bool tex_in_list(const Tex *t, const char *const *list)
{
    for (; *list; list++)
        if (tex_is_command(t, *list))
            return true;
    return false;
}

/* Blanks, spacing commands, and the sizes of brackets. */
void tex_skip(Tex *t)
{
    static const char *const signs[] = {"\\,", "\\;", "\\:", "\\!",
                                        "\\ ", "~",   NULL};
    static const char *const words[] = {
        "left",     "right",        "big",       "Big",    "bigg",
        "Bigg",     "bigl",         "bigr",      "Bigl",   "Bigr",
        "biggl",    "biggr",        "Biggl",     "Biggr",  "quad",
        "qquad",    "displaystyle", "textstyle", "limits", "nolimits",
        "mathopen", "mathclose",    NULL};
    for (bool more = true; more && t->at < t->n;) {
        more = strchr(" \t\r\n$", t->s[t->at]) != NULL;
        if (more)
            t->at++;
        if (t->at < t->n && t->s[t->at] == '%') { /* a comment */
            while (t->at < t->n && t->s[t->at] != '\n')
                t->at++;
            more = true;
        }
        for (int i = 0; !more && signs[i]; i++)
            if (tex_starts(t, signs[i])) {
                t->at += strlen(signs[i]);
                more = true;
            }
        if (!more && tex_in_list(t, words)) {
            t->at++;
            while (t->at < t->n && tex_letter(t->s[t->at]))
                t->at++;
            more = true;
        }
    }
}

char tex_peek(Tex *t)
{
    tex_skip(t);
    return t->at < t->n ? t->s[t->at] : 0;
}

/* The argument of the font command at the end of word. */
static bool raw_behind(Tex *t, char *word, size_t n)
{
    char more[WORD];
    if (!tex_raw_group(t, more))
        return false;
    if (n + strlen(more) + 1 < WORD)
        memcpy(word + n, more, strlen(more) + 1);
    return true;
}

/* \! \, \; \: */
static bool is_spacing(const char *s)
{
    return s[0] == '\\' && s[1] && strchr("!,;:", s[1]);
}

/* The raw text of a group {...} or of one character, into word. */
bool tex_raw_group(Tex *t, char *word)
{
    size_t n = 0, from = t->at;
    int depth = 0;
    if (tex_peek(t) != '{') {
        if (t->at >= t->n)
            return tex_fail(t, tex_here(t, from), NULL,
                            "something is missing here");
        if (t->s[t->at] == '\\') { /* \top, \alpha, \mathsf{T} */
            word[n++] = t->s[t->at++];
            while (t->at < t->n && tex_letter(t->s[t->at]) && n + 2 < WORD)
                word[n++] = t->s[t->at++];
            word[n] = 0;
            return !tex_is_font(word + 1) || raw_behind(t, word, n);
        } else {
            word[n++] = t->s[t->at++];
        }
        word[n] = 0;
        return true;
    }
    for (; t->at < t->n; t->at++) {
        char c = t->s[t->at];
        if (is_spacing(t->s + t->at)) {
            t->at++;
            continue;
        }
        depth += (c == '{') - (c == '}');
        bool edge = (c == '{' && depth == 1) || (c == '}' && depth == 0);
        if (!edge && c != ' ' && n + 2 < WORD)
            word[n++] = c;
        if (depth == 0)
            break;
    }
    if (depth)
        return tex_fail(t, (Span){(uint32_t)from, (uint32_t)from + 1},
                        "add a }", "this { is never closed");
    t->at++;
    word[n] = 0;
    return true;
}

/* {...} or one operand, as an expression in brackets. */
bool tex_group(Tex *t)
{
    size_t from = t->at;
    tex_put(t, "(", tex_here(t, from));
    t->operand = false;
    if (tex_peek(t) == '{') {
        from = t->at++;
        if (!tex_expression(t, "}", from))
            return false;
    } else if (tex_digit(t->s[t->at])) { /* \frac12 */
        tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, from));
        t->at++;
    } else if (!tex_operand(t)) {
        return false;
    }
    tex_put(t, ")", tex_here(t, from));
    t->operand = true;
    return true;
}
