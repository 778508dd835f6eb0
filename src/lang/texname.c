/* texname.c: names in fonts and with accents, Greek letters, constants. */
#include "lang/texread.h"

#include <string.h>

/* \mathbf{1}_{n}, \mathbf{0}_{n \times m}, I_n: of a size, or of the one that
 * fits. */
bool tex_constant(Tex *t, const char *name, const char *fits, size_t from)
{
    char word[WORD] = "";
    Span at = tex_here(t, from);
    tex_begin(t, at);
    size_t start = t->out.len;
    if (tex_peek(t) == '_') {
        t->at++;
        if (!tex_raw_group(t, word))
            return false;
    }
    if (!word[0]) {
        if (!fits)
            return tex_fail(t, at,
                            "give its size, as in \\mathbf{0}_{n \\times m}",
                            "the size of this zero is not known");
        tex_put(t, fits, at);
        return tex_scripts(t, start, 0);
    }
    tex_put(t, name, at);
    tex_put(t, "(", at);
    for (const char *w = word; *w;)
        if (strncmp(w, "\\times", 6) == 0) {
            tex_put(t, ",", at);
            w += 6;
        } else {
            tex_put(t, (char[]){*w++, 0}, at);
        }
    tex_put(t, ")", at);
    return tex_scripts(t, start, 0);
}

/* \mathrm{J}_{i,j}^{n \times m} and \mathrm{e}_{i}^{n}, as they are printed. */
static bool unit(Tex *t, const char *name, size_t from)
{
    char index[WORD], size[WORD];
    tex_begin(t, tex_here(t, from));
    t->at++;
    if (!tex_raw_group(t, index))
        return false;
    if (tex_peek(t) != '^')
        return tex_fail(t, tex_here(t, from), "write it as \\mathrm{e}_{i}^{n}",
                        "the size of this unit vector is missing");
    t->at++;
    if (!tex_raw_group(t, size))
        return false;
    char *times = strstr(size, "\\times");
    if (times) {
        *times = ',';
        memmove(times + 1, times + 6, strlen(times + 6) + 1);
    }
    Span at = tex_here(t, from);
    tex_put(t, ctx_printf(t->ctx, "%s(%s,%s)", name, index, size), at);
    return tex_scripts(t, t->out.len, 0);
}

const char *const tex_greek[] = {
    "alpha",  "beta",   "gamma",    "delta", "epsilon",    "zeta",
    "eta",    "theta",  "iota",     "kappa", "lambda",     "mu",
    "nu",     "xi",     "rho",      "sigma", "tau",        "upsilon",
    "phi",    "chi",    "psi",      "omega", "ell", "Gamma",      "Delta",
    "Theta",  "Lambda", "Xi",       "Pi",    "Sigma",      "Upsilon",
    "Phi",    "Psi",    "Omega",    "pi",    "varepsilon", "vartheta",
    "varphi", "varrho", "varsigma", NULL};

/* Is a Greek letter next? */
static bool tex_greek_next(const Tex *t)
{
    return tex_in_list(t, tex_greek);
}

/* \hat{x} of \mathbf{\hat{x}}, x of \mathbf{x}: the word within, and the
 * accent if there is one. */
static const char *unwrapped(char *word, const char **accent)
{
    for (char *open; word[0] == '\\' && (open = strchr(word, '{'));) {
        size_t n = strlen(word);
        *open = 0;
        const char *a = tex_accent_of(word + 1);
        if (word[n - 1] != '}' || (!a && !tex_is_font(word + 1)) ||
            (a && *accent)) {
            *open = '{';
            break;
        }
        *accent = a ? a : *accent;
        word[n - 1] = 0;
        word = open + 1;
    }
    return word[0] == '\\' ? word + 1 : word;
}

static bool named_word(Tex *t, char *word, const char *accent,
                       bool operator_name, size_t from)
{
    bool greedy;
    const char *w = unwrapped(word, &accent);
    const char *f = accent ? NULL : tex_known_function(w, &greedy);
    if (f && strlen(w) > 1 && (tex_peek(t) == '(' || !tex_ends_product(t)))
        return tex_call(t, f, greedy, from);
    if (!accent && (strcmp(w, "1") == 0 || strcmp(w, "0") == 0))
        return tex_constant(t, w[0] == '1' ? "ones" : "zeros",
                            w[0] == '1' ? "vector(1)" : "vector(0)", from);
    if (!accent && strcmp(w, "I") == 0)
        return tex_constant(t, "eye", "I", from);
    if (!accent && (strcmp(w, "J") == 0 || strcmp(w, "e") == 0) &&
        tex_peek(t) == '_')
        return unit(t, w, from);
    bool found = false;
    if (!accent && strcmp(w, "e") == 0 &&
        (!tex_exponential(t, from, &found) || found))
        return !t->failed;
    if (operator_name && strlen(w) > 1 &&
        tex_peek(t) == '(') /* the parser knows it or not */
        return tex_call(
            t, strcmp(w, "ReLU") == 0 ? "relu" : ctx_printf(t->ctx, "%s", w),
            false, from);
    if (!accent && strcmp(w, "d") == 0 && tex_peek(t) == '\\' &&
        tex_greek_next(t)) {
        tex_begin(t, tex_here(t, from)); /* \mathrm{d}\beta */
        tex_put(t, "d", tex_here(t, from));
        for (t->at++; t->at < t->n && tex_letter(t->s[t->at]); t->at++)
            tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at));
        return tex_scripts(t, t->out.len, 'x');
    }
    if (!accent && strcmp(w, "d") == 0 &&
        tex_letter(tex_peek(t))) { /* \mathrm{d}X */
        tex_begin(t, tex_here(t, from));
        tex_put(t, "d", tex_here(t, from));
        tex_put(t, (char[]){t->s[t->at++], 0}, tex_here(t, from));
        return tex_scripts(t, t->out.len - 2, 'x');
    }
    if (!accent && strcmp(w, "i") == 0) { /* the imaginary unit */
        tex_begin(t, tex_here(t, from));
        tex_put(t, "1i", tex_here(t, from));
        return tex_scripts(t, t->out.len - 2, 0);
    }
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    for (const char *c = w; *c; c++)
        if (tex_letter(*c) || tex_digit(*c) || *c == '_')
            tex_put(t, (char[]){*c, 0}, tex_here(t, from));
        else if (*c != '\\')
            return tex_fail(t, tex_here(t, from), "a name is made of letters",
                            "this is no name");
    if (accent)
        tex_put(t, accent, tex_here(t, from));
    return tex_scripts(t, start, w[0]);
}

/* A name in a font or an accent: \mathbf{X}, \mathit{beta}, \hat{x}. */
bool tex_named(Tex *t, const char *accent, bool operator_name, size_t from)
{
    char word[WORD];
    return tex_raw_group(t, word) &&
           named_word(t, word, accent, operator_name, from);
}

/* {\bf X}, {\rm tr}: the fonts of old. */
bool tex_old_font(Tex *t, size_t from, bool *found)
{
    static const char *const fonts[] = {"bf", "rm", "it", "sf", "tt", "cal",
                                        "boldmath", "mathbf", "mathrm", NULL};
    Tex u = *t;
    char word[WORD];
    size_t n = 0;
    *found = false;
    u.at++;
    if (tex_peek(&u) != '\\' || !tex_in_list(&u, fonts))
        return true;
    bool upright = tex_is_command(&u, "rm") || tex_is_command(&u, "mathrm");
    for (u.at++; tex_letter(u.s[u.at]); u.at++)
        ;
    for (tex_skip(&u); u.at < u.n && n + 1 < WORD &&
                       (tex_letter(u.s[u.at]) || u.s[u.at] == '\\');)
        word[n++] = u.s[u.at++];
    word[n] = 0;
    if (n == 0 || tex_peek(&u) != '}')
        return true;
    *found = true;
    t->at = u.at + 1;
    return named_word(t, word, NULL, upright, from);
}

static bool delta_of(Tex *t, size_t from)
{
    char word[WORD];
    size_t back = t->at++;
    if (!tex_raw_group(t, word))
        return false;
    if (strlen(word) != 2 && !strchr(word, ',')) {
        t->at = back;
        return true;
    }
    tex_begin(t, tex_here(t, from));
    if (strchr(word, ','))
        tex_put(t, ctx_printf(t->ctx, "delta(%s)", word), tex_here(t, from));
    else
        tex_put(t, ctx_printf(t->ctx, "delta(%c,%c)", word[0], word[1]),
                tex_here(t, from));
    return tex_scripts(t, t->out.len, 0);
}

bool tex_greek_name(Tex *t, const char *name, size_t from)
{
    if (strcmp(name, "delta") == 0 && tex_peek(t) == '_') {
        size_t before = t->at;
        if (!delta_of(t, from) || t->at != before)
            return !t->failed;
    }
    bool found = false;
    if (!tex_spectral(t, name, from, &found) || found)
        return !t->failed;
    if (strncmp(name, "var", 3) == 0)
        name += 3;
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    tex_put(t, name, tex_here(t, from));
    return tex_scripts(t, start, 'a');
}

bool tex_is_font(const char *w)
{
    static const char *const fonts[] = {
        "mathbf",  "boldsymbol", "bm",           "mathrm", "mathit", "mathsf",
        "mathcal", "mathbb",     "operatorname", "text",   "textrm", "textbf",
        "mathtt",  "vec",        "mathscr",      "pmb",    "mathop"};
    for (size_t i = 0; i < sizeof fonts / sizeof *fonts; i++)
        if (strcmp(w, fonts[i]) == 0)
            return true;
    return false;
}

const char *tex_accent_of(const char *w)
{
    static const char *const accents[][2] = {
        {"hat", "_hat"},         {"widehat", "_hat"}, {"tilde", "_tilde"},
        {"widetilde", "_tilde"}, {"bar", "_bar"},     {"dot", "_dot"},
        {"ddot", "_ddot"},       {"check", "_check"}};
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++)
        if (strcmp(w, accents[i][0]) == 0)
            return accents[i][1];
    return NULL;
}
