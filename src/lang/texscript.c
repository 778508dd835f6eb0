/* texscript.c: superscripts and subscripts: transposes, inverses, powers,
 * entries, parts of names. */
#include "lang/texread.h"

#include <string.h>

static bool transposes(const char *w)
{
    static const char *const words[] = {
        "\\top",           "T",           "\\mathsfT",   "\\mathrmT",
        "\\intercal",      "\\mathsf{T}", "\\mathrm{T}", "\\text{T}",
        "\\mathsf{\\top}", "\\mathtt{T}", "t",           "\\mathit{T}",
        "\\prime",         "'",           NULL};
    for (int i = 0; words[i]; i++)
        if (strcmp(w, words[i]) == 0)
            return true;
    return false;
}

/* What ^{...} means when it is no number: NULL if it is an exponent. */
const char *tex_superscript(const char *w)
{
    static const char *const pairs[][2] = {{"H", "^H"},
                                           {"\\mathsf{H}", "^H"},
                                           {"\\mathrm{H}", "^H"},
                                           {"\\mathsfH", "^H"},
                                           {"\\mathrmH", "^H"},
                                           {"\\text{H}", "^H"},
                                           {"\\dagger", ""},
                                           {"+", ""},
                                           {"-1", "^(-1)"},
                                           {"-T", "^(-1)^T"},
                                           {"-\\top", "^(-1)^T"},
                                           {"-\\mathsf{T}", "^(-1)^T"},
                                           {"-\\mathrm{T}", "^(-1)^T"},
                                           {"-H", "^(-1)^H"},
                                           {"-\\mathsf{H}", "^(-1)^H"},
                                           {NULL, NULL}};
    if (transposes(w))
        return strcmp(w, "t") == 0 ? NULL : "^T";
    for (int i = 0; pairs[i][0]; i++)
        if (strcmp(w, pairs[i][0]) == 0)
            return pairs[i][1];
    return NULL;
}

/* The base that begins at `start` of the output becomes name(base). */
void tex_wrap(Tex *t, size_t start, const char *name, Span at)
{
    size_t n = strlen(name), len = t->out.len - start;
    char *copy = arena_text(t->ctx->arena, buf_text(&t->out) + start, len);
    Span *from = ARENA_ARRAY(t->ctx->arena, Span, len + 1);
    if (!copy || !from) {
        t->failed = true;
        return;
    }
    memcpy(from, t->from + start, len * sizeof *from);
    t->out.len = start;
    (void)n;
    tex_put(t, name, at);
    for (size_t i = 0; i < len; i++)
        tex_put(t, (char[]){copy[i], 0}, from[i]);
    tex_put(t, ")", at);
}

static bool raise_to(Tex *t, size_t start)
{
    char word[WORD];
    size_t from = t->at++, back;
    tex_skip(t);
    back = t->at;
    if (!tex_raw_group(t, word))
        return false;
    size_t n = strlen(word);
    if (n == 3 && word[0] == '(' && word[2] == ')')
        return tex_fail(t, tex_here(t, from), "write x_1 for a name with a "
                                              "number",
                        "a superscript in brackets is a label or a power");
    if (strcmp(word, "*") == 0 || strcmp(word, "\\ast") == 0)
        return tex_fail(t, tex_here(t, from),
                        "write ^H for the adjoint, "
                        "\\overline{z} for the conjugate",
                        "a star has more than one meaning");
    const char *post = tex_superscript(word);
    Span at = tex_here(t, from);
    if (post && *post) {
        tex_put(t, post, at);
        return true;
    }
    if (post) {
        tex_wrap(t, start, "pinv(", at);
        return true;
    }
    bool entrywise =
        strncmp(word, "\\odot", 5) == 0 || strncmp(word, "\\circ", 5) == 0;
    tex_put(t, entrywise ? ".^" : "^", at);
    t->at = back;
    if (entrywise) { /* {\odot k} */
        t->at += t->s[t->at] == '{';
        tex_skip(t);
        t->at += 5;
        tex_put(t, "(", at);
        t->operand = false;
        if (!tex_expression(t, "}", from))
            return false;
        tex_put(t, ")", at);
    } else if (!tex_group(t)) {
        return false;
    }
    t->operand = true;
    return true;
}

static bool is_index_letter(char c)
{
    return c && strchr("ijklpqrs", c) != NULL;
}

/* Is a subscript one of entries: i, ij, i,j, :,j, i+1, 1j, 1,2? */
static bool is_entry(const Tex *t, const char *w, char base)
{
    for (unsigned i = 0; i < t->nbound; i++)
        if (strcmp(w, t->bound[i]) == 0)
            return true;
    size_t n = strlen(w);
    bool comma = strchr(w, ',') != NULL, op = strpbrk(w, "+-:") != NULL;
    bool lower = (base >= 'a' && base <= 'z') || base == BRACKET;
    if (comma || op)
        return strchr(w, '\\') == NULL;
    if (n == 1)
        return lower && is_index_letter(w[0]);
    return n == 2 && (is_index_letter(w[0]) || tex_digit(w[0])) &&
           (is_index_letter(w[1]) || tex_digit(w[1])) &&
           !(tex_digit(w[0]) && tex_digit(w[1]));
}

/* x_{i}: an entry; x_{0}, x_{max}: part of the name. */
static bool subscript(Tex *t, char base)
{
    char word[WORD];
    size_t from = t->at++;
    if (!tex_raw_group(t, word))
        return false;
    Span at = tex_here(t, from);
    const char *w = word;
    size_t n = strlen(word);
    for (const char *cut = "\\text{"; strncmp(w, cut, 6) == 0;)
        w += 6;
    if (strncmp(w, "\\mathrm{", 8) == 0)
        w += 8;
    if (w != word)
        word[n - 1] = 0;
    if (is_entry(t, w, base)) {
        tex_put(t, "[", at);
        bool pair = strlen(w) == 2 && !strpbrk(w, ",+-:");
        for (size_t i = 0; w[i]; i++) {
            tex_put(t, pair && i ? "," : "", at);
            tex_put(t, (char[]){w[i], 0}, at);
        }
        tex_put(t, "]", at);
        return true;
    }
    if (base == BRACKET)
        return tex_fail(t, at, "an entry is written as (A B)_{i,j}",
                        "the subscript of a bracket is an index");
    if (strstr(w, "\\cdot") || strstr(w, "\\times"))
        return tex_fail(t, at,
                        "an index is a letter, a number or a sum of them",
                        "this index cannot be read");
    tex_put(t, tex_digit(w[0]) || w[0] == '_' ? "" : "_", at);
    for (; *w; w++)
        if (tex_letter(*w) || tex_digit(*w) || *w == '_')
            tex_put(t, (char[]){*w, 0}, at);
        else if (*w != '\\')
            return tex_fail(t, at,
                            "a subscript is an index, or a part of the "
                            "name",
                            "this subscript cannot be read");
    return true;
}

bool tex_scripts(Tex *t, size_t start, char base)
{
    t->operand = true;
    for (;;) {
        char c = tex_peek(t);
        if (c == '_' && base) {
            if (!subscript(t, base))
                return false;
        } else if (c == '^') {
            if (!raise_to(t, start))
                return false;
        } else if (c == '\'') {
            t->at++;
            tex_put(t, "'", tex_here(t, t->at - 1));
        } else {
            return !t->failed;
        }
        t->operand = true;
    }
}
