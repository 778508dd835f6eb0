/* texderiv.c: derivatives in LaTeX, \frac{\partial}{\partial x} e, \nabla_x e
 * and \frac{\partial Y}{\partial t}; exponentials, eigenvalues and singular
 * values as they are written there. */
#include "lang/texread.h"

#include <string.h>

/* --- derivatives */

/* What was put since `start` goes; its text. */
static const char *taken_back(Tex *t, size_t start)
{
    const char *s = arena_text(t->ctx->arena, buf_text(&t->out) + start,
                               t->out.len - start);
    t->out.len = start;
    return s;
}

/* The product that follows. */
static bool product(Tex *t)
{
    t->operand = false;
    do {
        if (!tex_operand(t))
            return false;
    } while (!tex_ends_product(t));
    return true;
}

static bool skip_d(Tex *t)
{
    static const char *const signs[] = {"\\partial", "\\mathrm{d}",
                                        "\\mathrm d", "d"};
    tex_skip(t);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (tex_starts(t, signs[i])) {
            t->at += strlen(signs[i]);
            return true;
        }
    return false;
}

/* {\partial x}: the variable in our language. */
static const char *below(Tex *t, size_t from)
{
    size_t start = t->out.len;
    if (tex_peek(t) == '{') {
        t->at++;
        if (skip_d(t)) {
            t->operand = false;
            if (!tex_operand(t))
                return NULL;
            if (tex_peek(t) == '}') {
                t->at++;
                return taken_back(t, start);
            }
        }
    }
    tex_fail(t, tex_here(t, from), "write \\frac{\\partial}{\\partial x} e",
             "this derivative cannot be read");
    return NULL;
}

/* d(e, x), where e is the product that follows, or was in the numerator. */
static bool derivative(Tex *t, const char *e, size_t from)
{
    Span at = tex_here(t, from);
    bool operand = t->operand;
    const char *x = below(t, from);
    if (!x)
        return false;
    t->operand = operand;
    tex_begin(t, at);
    tex_put(t, "d(", at);
    if (e)
        tex_put(t, e, at);
    else if (!product(t))
        return false;
    tex_put(t, ctx_printf(t->ctx, ", %s)", x), at);
    t->operand = true;
    return true;
}

/* After \frac: does a derivative begin that is none of an unknown function,
 * \frac{\partial}{\partial x} or \frac{\partial x^\top x}{\partial x}? */
static bool is_operator(const Tex *t, bool *bare)
{
    Tex u = *t;
    char word[WORD];
    if (tex_peek(&u) != '{' || !tex_raw_group(&u, word))
        return false;
    bool d = strcmp(word, "d") == 0 || strcmp(word, "\\mathrm{d}") == 0;
    *bare = d || strcmp(word, "\\partial") == 0;
    if (d && tex_peek(&u) == '{') { /* not d/(d + 1) */
        u.at++;
        d = skip_d(&u) && (tex_letter(tex_peek(&u)) || u.s[u.at] == '\\');
    }
    if (d || *bare)
        return d || word[0] == '\\';
    return strncmp(word, "\\partial", 8) == 0 && word[8] != '^' &&
           word[8] && strpbrk(word + 8, "^+-/( ") != NULL;
}

bool tex_derivative(Tex *t, size_t from, bool *found)
{
    bool bare = false;
    const char *e = NULL;
    *found = is_operator(t, &bare);
    if (!*found)
        return true;
    tex_skip(t);
    bool operand = t->operand;
    size_t opened = t->at++, start = t->out.len;
    skip_d(t);
    if (!bare) {
        if (!tex_expression(t, "}", opened) || !(e = taken_back(t, start)))
            return false;
    } else {
        tex_skip(t);
        t->at++;
    }
    t->operand = operand;
    return derivative(t, e, from);
}

/* \nabla_x e, \nabla_{X} e */
bool tex_gradient(Tex *t, size_t from)
{
    size_t start = t->out.len;
    bool operand = t->operand;
    if (tex_peek(t) != '_')
        return tex_fail(t, tex_here(t, from), "write \\nabla_x",
                        "by what this gradient is taken is missing");
    t->at++;
    t->operand = false;
    if (tex_peek(t) == '{') {
        size_t opened = t->at++;
        if (!tex_expression(t, "}", opened))
            return false;
    } else if (tex_peek(t) == '\\') {
        if (!tex_operand(t))
            return false;
    } else if (tex_letter(tex_peek(t))) { /* of \nabla_x x^2 x alone */
        tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at));
        t->at++;
    }
    const char *x = taken_back(t, start);
    Span at = tex_here(t, from);
    t->operand = operand;
    tex_begin(t, at);
    tex_put(t, "d(", at);
    if (!x || !product(t))
        return false;
    tex_put(t, ctx_printf(t->ctx, ", %s)", x), at);
    t->operand = true;
    return true;
}

/* --- e^{...} */

/* Behind e: of a matrix its exponential, else that of each entry. */
bool tex_exponential(Tex *t, size_t from, bool *found)
{
    char word[WORD];
    size_t back = t->at;
    *found = t->at < t->n && t->s[t->at] == '^';
    if (!*found)
        return true;
    size_t inside = ++t->at;
    if (!tex_raw_group(t, word))
        return false;
    *found = tex_superscript(word) == NULL || strcmp(word, "-1") == 0;
    t->at = *found ? inside : back;
    if (!*found)
        return true;
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    tex_put(t, "epower", tex_here(t, from));
    return tex_group(t) && tex_scripts(t, start, 0);
}

/* --- \lambda_i(A), \sigma_{\max}(A) */

/* Does a bracket follow in which only matrices are named? */
static bool matrix_follows(const Tex *t)
{
    Tex u = *t;
    bool capital = false;
    int depth = 0;
    if (tex_peek(&u) != '(')
        return false;
    for (; u.at < u.n; u.at++) {
        char c = u.s[u.at];
        depth += (c == '(') - (c == ')');
        if (depth == 0)
            return capital;
        if (c == '\\') {
            capital = capital || (u.s[u.at + 1] >= 'A' && u.s[u.at + 1] <= 'Z');
            while (tex_letter(u.s[u.at + 1]))
                u.at++;
            continue;
        }
        if ((c >= 'a' && c <= 'z') || c == '_')
            return false;
        capital = capital || (c >= 'A' && c <= 'Z');
    }
    return false;
}

static const char *extreme(const char *w)
{
    static const char *const words[][2] = {
        {"max", "max("},         {"min", "min("},
        {"\\max", "max("},       {"\\min", "min("},
        {"\\text{max}", "max("}, {"\\mathrm{max}", "max("},
        {"\\text{min}", "min("}, {"\\mathrm{min}", "min("}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], w) == 0)
            return words[i][1];
    return NULL;
}

bool tex_spectral(Tex *t, const char *name, size_t from, bool *found)
{
    char word[WORD];
    size_t back = t->at;
    bool singular = strcmp(name, "sigma") == 0;
    *found = false;
    if ((!singular && strcmp(name, "lambda") != 0) || tex_peek(t) != '_')
        return true;
    t->at++;
    if (!tex_raw_group(t, word))
        return false;
    if (!matrix_follows(t)) {
        t->at = back;
        return true;
    }
    *found = true;
    Span at = tex_here(t, from);
    const char *end = extreme(word);
    if (!end && !singular && tex_digit(word[0]))
        return tex_fail(t, at, "write \\lambda_{\\max}(A), \\lambda_{\\min}(A)",
                        "whether the first eigenvalue is the largest or the "
                        "smallest is not known");
    tex_begin(t, at);
    tex_put(t, end ? end : "", at);
    tex_put(t, singular ? "svd(" : "eig(", at);
    tex_peek(t);
    size_t opened = t->at++;
    if (!tex_expression(t, ")", opened))
        return false;
    at = tex_here(t, from);
    tex_put(t, end ? "))" : ctx_printf(t->ctx, ")[%s]", word), at);
    return tex_scripts(t, t->out.len, 0);
}
