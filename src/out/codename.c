/* codename.c: names for generated code, out of the user's. */
#include "out/codetext.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 63 };

void names_init(Names *n, Ctx *ctx, const char *const *reserved)
{
    *n = (Names){.ctx = ctx, .reserved = reserved};
    ptrmap_init(&n->used, ctx->arena);
}

/* --- letters */

static const char *greek_word(uint32_t c)
{
    static const char *const small[] = {
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
        "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho",
        "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"};
    static const char *const capital[] = {
        "Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta",
        "Iota", "Kappa", "Lambda", "Mu", "Nu", "Xi", "Omicron", "Pi", "Rho",
        "Sigma", "Sigma", "Tau", "Upsilon", "Phi", "Chi", "Psi", "Omega"};
    if (c >= 0x3b1 && c <= 0x3c9)
        return small[c - 0x3b1];
    if (c >= 0x391 && c <= 0x3a9)
        return capital[c - 0x391];
    return c == 0x3d1 ? "theta" : c == 0x3d5 ? "phi"
           : c == 0x3f5             ? "epsilon"
                                    : "_";
}

static bool name_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Only letters, digits and _, a letter first. */
static void transliterate(Buf *b, const char *s)
{
    size_t n = strlen(s), len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t c = 0;
        len = utf8_decode(s + i, n - i, &c);
        len = len ? len : 1;
        bool plain = len == 1 && (name_letter(s[i]) || s[i] == '_' ||
                                  (s[i] >= '0' && s[i] <= '9'));
        if (b->len == 0 && !name_letter(s[i]) && c < 0x391)
            buf_char(b, 'v');
        if (plain)
            buf_char(b, s[i]);
        else
            buf_add(b, greek_word(c));
    }
    if (b->len == 0)
        buf_char(b, 'v');
}

/* --- words that are taken */

/* Is the name this word of n bytes?  One * in it stands for any text; a + at
 * its end for what C's library adds to functions: nothing, f or l. */
static bool word_is(const char *word, size_t n, const char *name)
{
    size_t len = strlen(name);
    const char *star = memchr(word, '*', n);
    if (star) {
        size_t head = (size_t)(star - word), tail = n - head - 1;
        return len >= head + tail && memcmp(word, name, head) == 0 &&
               memcmp(star + 1, name + len - tail, tail) == 0;
    }
    if (word[n - 1] == '+') {
        n--;
        len -= len == n + 1 && (name[n] == 'f' || name[n] == 'l');
    }
    return len == n && memcmp(word, name, n) == 0;
}

static bool is_reserved(const Names *names, const char *name)
{
    for (const char *const *list = names->reserved; *list; list++)
        for (const char *w = *list; *w;) {
            size_t n = strcspn(w, " ");
            if (n && word_is(w, n, name))
                return true;
            w += n + (w[n] == ' ');
        }
    return false;
}

static const char *name_try(Names *n, const char *stem, unsigned k)
{
    char text[NAME_MOST + 16], tail[16] = "";
    if (k > 1)
        snprintf(tail, sizeof tail, "_%u", k);
    else if (k == 1)
        snprintf(tail, sizeof tail, "_");
    snprintf(text, sizeof text, "%.*s%s", (int)(NAME_MOST - strlen(tail)),
             stem, tail);
    if (is_reserved(n, text))
        return NULL;
    const char *name = ctx_intern(n->ctx, text, strlen(text));
    return ptrmap_has(&n->used, name) ? NULL : name;
}

/* Are all names that begin so taken?  Then another beginning is needed. */
static bool stem_reserved(Names *n, const char *stem)
{
    return is_reserved(n, ctx_printf(n->ctx, "%.*s_", NAME_MOST, stem)) &&
           is_reserved(n, ctx_printf(n->ctx, "%.*s_2", NAME_MOST, stem));
}

const char *names_take(Names *n, const char *wanted)
{
    Buf b;
    buf_init(&b, n->ctx->arena);
    transliterate(&b, wanted ? wanted : "");
    const char *stem = buf_text(&b), *name = NULL;
    if (stem && stem_reserved(n, stem))
        stem = ctx_printf(n->ctx, "v_%s", stem);
    for (unsigned k = 0; stem && !name && !ctx_failed(n->ctx); k++)
        name = name_try(n, stem, k);
    if (name)
        ptrmap_put(&n->used, name, (void *)(uintptr_t)name);
    return name ? name : "";
}
