/* tex.c: LaTeX, as papers write it, to our own language, a construct at a
 * time; each byte that goes out knows the place it came from, so that what is
 * wrong later is shown in the LaTeX.
 *
 * Letters are names of their own, and what stands side by side is multiplied.
 * A subscript of an index (i, j, k, l, p, q, r, s, a number pair, i+1) is an
 * entry; any other belongs to the name. */
#include "lang/tex.h"
#include "base/buf.h"

#include <string.h>

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

/* --- errors and output */

static Span here(const Tex *t, size_t from)
{
    return (Span){(uint32_t)from, (uint32_t)(t->at > from ? t->at : from + 1)};
}

static bool fail(Tex *t, Span at, const char *mend, const char *what)
{
    if (!t->failed)
        ctx_fail(t->ctx, ERR_LANGUAGE, at, mend, "%s", what);
    t->failed = true;
    return false;
}

static void put(Tex *t, const char *text, Span at)
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
static void begin(Tex *t, Span at)
{
    if (t->operand)
        put(t, "*", at);
    t->operand = false;
}

/* --- reading */

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts(const Tex *t, const char *word)
{
    size_t n = strlen(word);
    return n <= t->n - t->at && memcmp(t->s + t->at, word, n) == 0;
}

/* A command of letters: \word and no letter behind. */
static bool is_command(const Tex *t, const char *word)
{
    size_t n = strlen(word);
    return t->s[t->at] == '\\' && t->at + 1 + n <= t->n &&
           memcmp(t->s + t->at + 1, word, n) == 0 &&
           (t->at + 1 + n == t->n || !letter(t->s[t->at + 1 + n]));
}

static bool in_list(const Tex *t, const char *const *list)
{
    for (; *list; list++)
        if (is_command(t, *list))
            return true;
    return false;
}

/* Blanks, spacing commands, and the sizes of brackets. */
static void skip(Tex *t)
{
    static const char *const signs[] = {"\\,", "\\;", "\\:", "\\!", "\\ ",
                                        "~", NULL};
    static const char *const words[] = {
        "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl",
        "Bigr", "biggl", "biggr", "Biggl", "Biggr", "quad", "qquad",
        "displaystyle", "textstyle", "limits", "nolimits", "mathopen",
        "mathclose", NULL};
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
            if (starts(t, signs[i])) {
                t->at += strlen(signs[i]);
                more = true;
            }
        if (!more && in_list(t, words)) {
            t->at++;
            while (t->at < t->n && letter(t->s[t->at]))
                t->at++;
            more = true;
        }
    }
}

static char peek(Tex *t)
{
    skip(t);
    return t->at < t->n ? t->s[t->at] : 0;
}

static bool expression(Tex *t, const char *close, size_t opened);
static bool operand(Tex *t);

/* The raw text of a group {...} or of one character, into word. */
static bool raw_group(Tex *t, char *word)
{
    size_t n = 0, from = t->at;
    int depth = 0;
    if (peek(t) != '{') {
        if (t->at >= t->n)
            return fail(t, here(t, from), NULL, "something is missing here");
        if (t->s[t->at] == '\\') { /* \top, \alpha */
            word[n++] = t->s[t->at++];
            while (t->at < t->n && letter(t->s[t->at]) && n + 2 < WORD)
                word[n++] = t->s[t->at++];
        } else {
            word[n++] = t->s[t->at++];
        }
        word[n] = 0;
        return true;
    }
    for (; t->at < t->n; t->at++) {
        char c = t->s[t->at];
        depth += (c == '{') - (c == '}');
        bool edge = (c == '{' && depth == 1) || (c == '}' && depth == 0);
        if (!edge && c != ' ' && n + 2 < WORD)
            word[n++] = c;
        if (depth == 0)
            break;
    }
    if (depth)
        return fail(t, (Span){(uint32_t)from, (uint32_t)from + 1}, "add a }",
                    "this { is never closed");
    t->at++;
    word[n] = 0;
    return true;
}

/* {...} or one operand, as an expression in brackets. */
static bool group(Tex *t)
{
    size_t from = t->at;
    put(t, "(", here(t, from));
    t->operand = false;
    if (peek(t) == '{') {
        from = t->at++;
        if (!expression(t, "}", from))
            return false;
    } else if (digit(t->s[t->at])) { /* \frac12 */
        put(t, (char[]){t->s[t->at], 0}, here(t, from));
        t->at++;
    } else if (!operand(t)) {
        return false;
    }
    put(t, ")", here(t, from));
    t->operand = true;
    return true;
}

/* --- scripts */

static bool transposes(const char *w)
{
    static const char *const words[] = {
        "\\top", "T", "\\mathsfT", "\\mathrmT", "\\intercal", "\\mathsf{T}",
        "\\mathrm{T}", "\\text{T}", "\\mathsf{\\top}", "\\mathtt{T}", "t",
        "\\mathit{T}", "\\prime", "'", NULL};
    for (int i = 0; words[i]; i++)
        if (strcmp(w, words[i]) == 0)
            return true;
    return false;
}

/* What ^{...} means when it is no number: NULL if it is an exponent. */
static const char *superscript(const char *w)
{
    static const char *const pairs[][2] = {
        {"H", "^H"}, {"\\mathsf{H}", "^H"}, {"\\mathrm{H}", "^H"},
        {"\\text{H}", "^H"}, {"\\dagger", ""}, {"+", ""},
        {"-1", "^(-1)"}, {"-T", "^(-1)^T"}, {"-\\top", "^(-1)^T"},
        {"-\\mathsf{T}", "^(-1)^T"}, {"-\\mathrm{T}", "^(-1)^T"},
        {"-H", "^(-1)^H"}, {"-\\mathsf{H}", "^(-1)^H"}, {NULL, NULL}};
    if (transposes(w))
        return strcmp(w, "t") == 0 ? NULL : "^T";
    for (int i = 0; pairs[i][0]; i++)
        if (strcmp(w, pairs[i][0]) == 0)
            return pairs[i][1];
    return NULL;
}

/* The base that begins at `start` of the output becomes name(base). */
static void wrap(Tex *t, size_t start, const char *name, Span at)
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
    put(t, name, at);
    for (size_t i = 0; i < len; i++)
        put(t, (char[]){copy[i], 0}, from[i]);
    put(t, ")", at);
}

static bool raise_to(Tex *t, size_t start)
{
    char word[WORD];
    size_t from = t->at++, back;
    skip(t);
    back = t->at;
    if (!raw_group(t, word))
        return false;
    if (strcmp(word, "*") == 0)
        return fail(t, here(t, from), "write ^H for the adjoint, "
                                      "\\overline{z} for the conjugate",
                    "a star has more than one meaning");
    const char *post = superscript(word);
    Span at = here(t, from);
    if (post && *post) {
        put(t, post, at);
        return true;
    }
    if (post) {
        wrap(t, start, "pinv(", at);
        return true;
    }
    bool entrywise = strncmp(word, "\\odot", 5) == 0 ||
                     strncmp(word, "\\circ", 5) == 0;
    put(t, entrywise ? ".^" : "^", at);
    t->at = back;
    if (entrywise) { /* {\odot k} */
        t->at += t->s[t->at] == '{';
        skip(t);
        t->at += 5;
        put(t, "(", at);
        t->operand = false;
        if (!expression(t, "}", from))
            return false;
        put(t, ")", at);
    } else if (!group(t)) {
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
    return n == 2 && (is_index_letter(w[0]) || digit(w[0])) &&
           (is_index_letter(w[1]) || digit(w[1])) &&
           !(digit(w[0]) && digit(w[1]));
}

/* x_{i}: an entry; x_{0}, x_{max}: part of the name. */
static bool subscript(Tex *t, char base)
{
    char word[WORD];
    size_t from = t->at++;
    if (!raw_group(t, word))
        return false;
    Span at = here(t, from);
    const char *w = word;
    size_t n = strlen(word);
    for (const char *cut = "\\text{"; strncmp(w, cut, 6) == 0;)
        w += 6;
    if (strncmp(w, "\\mathrm{", 8) == 0)
        w += 8;
    if (w != word)
        word[n - 1] = 0;
    if (is_entry(t, w, base)) {
        put(t, "[", at);
        bool pair = strlen(w) == 2 && !strpbrk(w, ",+-:");
        for (size_t i = 0; w[i]; i++) {
            put(t, pair && i ? "," : "", at);
            put(t, (char[]){w[i], 0}, at);
        }
        put(t, "]", at);
        return true;
    }
    if (base == BRACKET)
        return fail(t, at, "an entry is written as (A B)_{i,j}",
                    "the subscript of a bracket is an index");
    if (strstr(w, "\\cdot") || strstr(w, "\\times"))
        return fail(t, at, "an index is a letter, a number or a sum of them",
                    "this index cannot be read");
    put(t, digit(w[0]) || w[0] == '_' ? "" : "_", at);
    for (; *w; w++)
        if (letter(*w) || digit(*w) || *w == '_')
            put(t, (char[]){*w, 0}, at);
        else if (*w != '\\')
            return fail(t, at, "a subscript is an index, or a part of the "
                               "name",
                        "this subscript cannot be read");
    return true;
}

static bool scripts(Tex *t, size_t start, char base)
{
    t->operand = true;
    for (;;) {
        char c = peek(t);
        if (c == '_' && base) {
            if (!subscript(t, base))
                return false;
        } else if (c == '^') {
            if (!raise_to(t, start))
                return false;
        } else if (c == '\'') {
            t->at++;
            put(t, "'", here(t, t->at - 1));
        } else {
            return !t->failed;
        }
        t->operand = true;
    }
}

/* --- functions */

typedef struct Function {
    const char *tex, *name;
    bool greedy; /* without brackets it takes the whole product: tr A B */
} Function;

static const Function functions[] = {
    {"log", "log", false}, {"ln", "log", false}, {"exp", "exp", false},
    {"sin", "sin", false}, {"cos", "cos", false}, {"tan", "tan", false},
    {"arcsin", "asin", false}, {"arccos", "acos", false},
    {"arctan", "atan", false}, {"sinh", "sinh", false},
    {"cosh", "cosh", false}, {"tanh", "tanh", false}, {"det", "det", true},
    {"tr", "tr", true}, {"Tr", "tr", true}, {"trace", "tr", true},
    {"max", "max", false}, {"min", "min", false}, {"prod", "prod", false},
    {"Re", "real", false}, {"Im", "imag", false},
};

static const char *known_function(const char *word, bool *greedy)
{
    static const char *const plain[] = {
        "diag", "vec", "inv", "pinv", "adj", "logdet", "sum", "prod", "norm",
        "sigmoid", "softplus", "softmax", "relu", "erf", "abs", "sign",
        "expm", "logm", "sqrtm", "sinm", "cosm", "eig", "eigvecs", "svd",
        "chol", "tril", "triu", "band", "diagsums", "antidiagsums",
        "circsums", "logsumexp", "log1p", "expm1", "reshape", "real", "imag",
        "conj", "lambda", "eigvec", "frechet", "sqrt", "kron", "normF",
        "norminf", "norm1", "normnuc", "normspec", "asin", "acos", "atan",
        "maxof", "minof"};
    *greedy = false;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].tex, word) == 0) {
            *greedy = functions[i].greedy;
            return functions[i].name;
        }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(plain[i], word) == 0)
            return strcmp(word, "maxof") == 0   ? "max"
                   : strcmp(word, "minof") == 0 ? "min"
                                                : plain[i];
    if (strcmp(word, "vect") == 0 || strcmp(word, "mat") == 0)
        return word[0] == 'v' ? "vec" : NULL;
    if (strcmp(word, "sgn") == 0)
        return "sign";
    if (strcmp(word, "Diag") == 0)
        return "diag";
    return NULL;
}

static bool ends_product(Tex *t)
{
    static const char *const words[] = {"rVert", "rvert", "rangle", "rbrace",
                                        "Vert", NULL};
    char c = peek(t);
    return c == 0 || strchr("+-=,)]}&;", c) != NULL || in_list(t, words) ||
           (c == '|' && t->bars) || starts(t, "\\|") || starts(t, "\\}");
}

/* The arguments of a function: in brackets, or what follows. */
static bool call(Tex *t, const char *name, bool greedy, size_t from)
{
    Span at = here(t, from);
    char word[WORD] = "";
    begin(t, at);
    if (peek(t) == '^') { /* sin^2 x */
        t->at++;
        skip(t);
        if (!raw_group(t, word))
            return false;
    }
    size_t start = t->out.len;
    put(t, name, at);
    put(t, "(", at);
    char c = peek(t);
    bool brackets = c == '(' || c == '[' || c == '{';
    if (brackets) {
        size_t opened = t->at++;
        if (!expression(t, c == '(' ? ")" : c == '[' ? "]" : "}", opened))
            return false;
    } else if (ends_product(t)) {
        return fail(t, at, NULL, "this function has no argument");
    } else {
        do {
            if (!operand(t))
                return false;
        } while (greedy && !ends_product(t));
    }
    put(t, ")", at);
    if (word[0]) {
        put(t, "^", at);
        put(t, word, at);
    }
    t->operand = true;
    return !brackets || scripts(t, start, BRACKET);
}

/* --- commands */

static bool fraction(Tex *t);
static bool summation(Tex *t, size_t from);

/* \|x\|_2, \lVert X \rVert_F: which norm the subscript says. */
static bool norm(Tex *t, const char *close, size_t from)
{
    size_t start;
    char word[WORD] = "", power[WORD] = "";
    begin(t, here(t, from));
    start = t->out.len;
    if (!expression(t, close, from))
        return false;
    for (char c = peek(t); c == '_' || (c == '^' && !power[0]); c = peek(t)) {
        t->at++;
        skip(t);
        if (!raw_group(t, c == '_' ? word : power))
            return false;
    }
    Span at = here(t, from);
    bool two = word[0] == 0 || strcmp(word, "2") == 0;
    const char *name = two                             ? "norm("
                       : strcmp(word, "1") == 0        ? "norm1("
                       : strcmp(word, "\\infty") == 0 ? "norminf("
                       : strcmp(word, "*") == 0        ? "normnuc("
                       : word[0] == 'F' || strstr(word, "F") ? "normF("
                                                             : NULL;
    if (!name)
        return fail(t, at, "it is one of 1, 2, F, \\infty, *",
                    "there is no such norm");
    if (strcmp(name, "normnuc(") == 0) {
        wrap(t, start, "norm(", at);
        t->out.len--; /* norm(X,'nuc') */
        put(t, ",'nuc')", at);
    } else {
        wrap(t, start, name, at);
    }
    if (power[0])
        put(t, ctx_printf(t->ctx, "^(%s)", power), at);
    return scripts(t, start, 0);
}

static bool bracketed(Tex *t, const char *close, const char *name, size_t from)
{
    begin(t, here(t, from));
    size_t start = t->out.len;
    put(t, name, here(t, from));
    put(t, "(", here(t, from));
    if (!expression(t, close, from))
        return false;
    put(t, ")", here(t, from));
    return scripts(t, start, BRACKET);
}

/* \langle a, b \rangle: tr(a'*b). */
static bool inner_product(Tex *t, size_t from)
{
    Span at = here(t, from);
    begin(t, at);
    put(t, "tr((", at);
    if (!expression(t, ",", from))
        return false;
    put(t, ")'*(", at);
    t->operand = false;
    if (!expression(t, "\\rangle", from))
        return false;
    put(t, "))", at);
    t->operand = true;
    return true;
}

/* \mathbf{1}_{n}, \mathbf{0}_{n \times m}, I_n: of a size, or of the one that
 * fits. */
static bool constant(Tex *t, const char *name, const char *fits, size_t from)
{
    char word[WORD] = "";
    Span at = here(t, from);
    begin(t, at);
    size_t start = t->out.len;
    if (peek(t) == '_') {
        t->at++;
        if (!raw_group(t, word))
            return false;
    }
    if (!word[0]) {
        if (!fits)
            return fail(t, at, "give its size, as in \\mathbf{0}_{n \\times m}",
                        "the size of this zero is not known");
        put(t, fits, at);
        return scripts(t, start, 0);
    }
    put(t, name, at);
    put(t, "(", at);
    for (const char *w = word; *w;)
        if (strncmp(w, "\\times", 6) == 0) {
            put(t, ",", at);
            w += 6;
        } else {
            put(t, (char[]){*w++, 0}, at);
        }
    put(t, ")", at);
    return scripts(t, start, 0);
}

/* \mathrm{J}_{i,j}^{n \times m} and \mathrm{e}_{i}^{n}, as they are printed. */
static bool unit(Tex *t, const char *name, size_t from)
{
    char index[WORD], size[WORD];
    begin(t, here(t, from));
    t->at++;
    if (!raw_group(t, index))
        return false;
    if (peek(t) != '^')
        return fail(t, here(t, from), "write it as \\mathrm{e}_{i}^{n}",
                    "the size of this unit vector is missing");
    t->at++;
    if (!raw_group(t, size))
        return false;
    char *times = strstr(size, "\\times");
    if (times) {
        *times = ',';
        memmove(times + 1, times + 6, strlen(times + 6) + 1);
    }
    Span at = here(t, from);
    put(t, ctx_printf(t->ctx, "%s(%s,%s)", name, index, size), at);
    return scripts(t, t->out.len, 0);
}

static const char *const greek[] = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
    "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau",
    "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta",
    "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "pi",
    "varepsilon", "vartheta", "varphi", "varrho", "varsigma", NULL};

/* Is a Greek letter next? */
static bool greek_next(const Tex *t)
{
    return in_list(t, greek);
}

/* A name in a font or an accent: \mathbf{X}, \mathit{beta}, \hat{x}. */
static bool named(Tex *t, const char *accent, bool operator_name, size_t from)
{
    char word[WORD];
    bool greedy;
    if (!raw_group(t, word))
        return false;
    const char *w = word[0] == '\\' ? word + 1 : word;
    const char *f = accent ? NULL : known_function(w, &greedy);
    if (f && strlen(w) > 1 && (peek(t) == '(' || !ends_product(t)))
        return call(t, f, greedy, from);
    if (!accent && (strcmp(w, "1") == 0 || strcmp(w, "0") == 0))
        return constant(t, w[0] == '1' ? "ones" : "zeros",
                        w[0] == '1' ? "vector(1)" : NULL, from);
    if (!accent && strcmp(w, "I") == 0)
        return constant(t, "eye", "I", from);
    if (!accent && (strcmp(w, "J") == 0 || strcmp(w, "e") == 0) &&
        peek(t) == '_')
        return unit(t, w, from);
    if (operator_name && w[0] && peek(t) == '(') /* the parser knows it or not */
        return call(t, strcmp(w, "ReLU") == 0 ? "relu"
                                              : ctx_printf(t->ctx, "%s", w),
                    false, from);
    if (!accent && strcmp(w, "d") == 0 && peek(t) == '\\' && greek_next(t)) {
        begin(t, here(t, from)); /* \mathrm{d}\beta */
        put(t, "d", here(t, from));
        for (t->at++; t->at < t->n && letter(t->s[t->at]); t->at++)
            put(t, (char[]){t->s[t->at], 0}, here(t, t->at));
        return scripts(t, t->out.len, 'x');
    }
    if (!accent && strcmp(w, "d") == 0 && letter(peek(t))) { /* \mathrm{d}X */
        begin(t, here(t, from));
        put(t, "d", here(t, from));
        put(t, (char[]){t->s[t->at++], 0}, here(t, from));
        return scripts(t, t->out.len - 2, 'x');
    }
    if (!accent && strcmp(w, "i") == 0) { /* the imaginary unit */
        begin(t, here(t, from));
        put(t, "1i", here(t, from));
        return scripts(t, t->out.len - 2, 0);
    }
    begin(t, here(t, from));
    size_t start = t->out.len;
    for (const char *c = w; *c; c++)
        if (letter(*c) || digit(*c) || *c == '_')
            put(t, (char[]){*c, 0}, here(t, from));
        else if (*c != '\\')
            return fail(t, here(t, from), "a name is made of letters",
                        "this is no name");
    if (accent)
        put(t, accent, here(t, from));
    return scripts(t, start, w[0]);
}

static bool delta_of(Tex *t, size_t from)
{
    char word[WORD];
    size_t back = t->at++;
    if (!raw_group(t, word))
        return false;
    if (strlen(word) != 2 && !strchr(word, ',')) {
        t->at = back;
        return true;
    }
    begin(t, here(t, from));
    if (strchr(word, ','))
        put(t, ctx_printf(t->ctx, "delta(%s)", word), here(t, from));
    else
        put(t, ctx_printf(t->ctx, "delta(%c,%c)", word[0], word[1]),
            here(t, from));
    return scripts(t, t->out.len, 0);
}

static bool greek_name(Tex *t, const char *name, size_t from)
{
    if (strcmp(name, "delta") == 0 && peek(t) == '_') {
        size_t before = t->at;
        if (!delta_of(t, from) || t->at != before)
            return !t->failed;
    }
    if (strncmp(name, "var", 3) == 0)
        name += 3;
    begin(t, here(t, from));
    size_t start = t->out.len;
    put(t, name, here(t, from));
    return scripts(t, start, 'a');
}

static bool root(Tex *t, size_t from)
{
    char word[WORD] = "";
    begin(t, here(t, from));
    size_t start = t->out.len;
    if (peek(t) == '[') {
        size_t k = 0;
        for (t->at++; t->at < t->n && t->s[t->at] != ']' && k + 1 < WORD;)
            word[k++] = t->s[t->at++];
        word[k] = 0;
        if (t->at == t->n)
            return fail(t, here(t, from), "add a ]",
                        "the [ of this root is never closed");
        t->at++;
    }
    put(t, word[0] ? "" : "sqrt", here(t, from));
    if (!group(t))
        return false;
    if (word[0])
        put(t, ctx_printf(t->ctx, "^(1/%s)", word), here(t, from));
    return scripts(t, start, 0);
}

typedef struct Sign {
    const char *tex, *text;
} Sign;

static const Sign signs[] = {
    {"cdot", "*"}, {"times", "*"}, {"ast", "*"}, {"odot", ".*"},
    {"circ", ".*"}, {"oslash", "./"}, {"otimes", "⊗"}, {"div", "/"},
    {"le", NULL}, {"ge", NULL}, {"pm", NULL}};

static bool sign(Tex *t, const char *word, size_t from)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(signs[i].tex, word) == 0) {
            if (!signs[i].text)
                return false;
            put(t, signs[i].text, here(t, from));
            t->operand = false;
            return true;
        }
    return false;
}

static bool unknown_command(Tex *t, size_t from)
{
    Span at = here(t, from);
    return fail(t, at, "write functions as \\operatorname{name}, names as "
                       "\\mathit{name}",
                ctx_printf(t->ctx, "%.*s is no command that is read here",
                           (int)(at.end - at.start), t->s + from));
}

static bool is_font(const char *w)
{
    static const char *const fonts[] = {
        "mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathsf", "mathcal",
        "mathbb", "operatorname", "text", "textrm", "textbf", "mathtt", "vec",
        "mathscr", "pmb"};
    for (size_t i = 0; i < sizeof fonts / sizeof *fonts; i++)
        if (strcmp(w, fonts[i]) == 0)
            return true;
    return false;
}

static const char *accent_of(const char *w)
{
    static const char *const accents[][2] = {
        {"hat", "_hat"}, {"widehat", "_hat"}, {"tilde", "_tilde"},
        {"widetilde", "_tilde"}, {"bar", "_bar"}, {"dot", "_dot"},
        {"ddot", "_ddot"}, {"check", "_check"}};
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++)
        if (strcmp(w, accents[i][0]) == 0)
            return accents[i][1];
    return NULL;
}

static bool command(Tex *t)
{
    char w[WORD];
    size_t from = t->at++, k = 0;
    bool greedy;
    if (t->at < t->n && !letter(t->s[t->at])) {
        char c = t->s[t->at++];
        if (c == '|')
            return norm(t, "\\|", from);
        if (c == '{')
            return bracketed(t, "\\}", "", from);
        return unknown_command(t, from);
    }
    while (t->at < t->n && letter(t->s[t->at]) && k + 1 < WORD)
        w[k++] = t->s[t->at++];
    w[k] = 0;
    t->at += strcmp(w, "operatorname") == 0 && t->at < t->n &&
             t->s[t->at] == '*';
    if (strcmp(w, "frac") == 0 || strcmp(w, "tfrac") == 0 ||
        strcmp(w, "dfrac") == 0)
        return fraction(t);
    if (strcmp(w, "sqrt") == 0)
        return root(t, from);
    if (strcmp(w, "sum") == 0)
        return summation(t, from);
    if (strcmp(w, "lVert") == 0)
        return norm(t, "\\rVert", from);
    if (strcmp(w, "Vert") == 0)
        return norm(t, "\\Vert", from);
    if (strcmp(w, "lvert") == 0)
        return bracketed(t, "\\rvert", "bars", from);
    if (strcmp(w, "vert") == 0)
        return bracketed(t, "\\vert", "bars", from);
    if (strcmp(w, "langle") == 0)
        return inner_product(t, from);
    if (strcmp(w, "overline") == 0) {
        begin(t, here(t, from));
        size_t start = t->out.len;
        put(t, "conj", here(t, from));
        return group(t) && scripts(t, start, 0);
    }
    if (strcmp(w, "ell") == 0 || strcmp(w, "lbrace") == 0)
        return w[1] == 'e' ? false : bracketed(t, "\\rbrace", "", from);
    if (is_font(w))
        return named(t, NULL, strcmp(w, "operatorname") == 0, from);
    if (accent_of(w))
        return named(t, accent_of(w), false, from);
    for (int i = 0; greek[i]; i++)
        if (strcmp(greek[i], w) == 0)
            return greek_name(t, greek[i], from);
    const char *f = known_function(w, &greedy);
    if (f)
        return call(t, f, greedy, from);
    return sign(t, w, from) || unknown_command(t, from);
}

/* --- fractions, and derivatives as they are printed */

/* \partial F after \frac{: D(F, X[i,j], ...). */
static bool partial(Tex *t, size_t from)
{
    char word[WORD], *rest;
    if (!raw_group(t, word) || !(rest = strstr(word, "\\partial")))
        return fail(t, here(t, from), NULL, "this derivative cannot be read");
    rest += 8;
    if (*rest == '^') /* the order */
        while (*rest && *rest++ != '}')
            ;
    begin(t, here(t, from));
    size_t start = t->out.len;
    put(t, ctx_printf(t->ctx, "D(%s", rest[0] == '\\' ? rest + 1 : rest),
        here(t, from));
    if (!raw_group(t, word))
        return false;
    for (rest = strstr(word, "\\partial"); rest;
         rest = strstr(rest, "\\partial")) {
        rest += 8;
        put(t, ",", here(t, from));
        for (; *rest && *rest != '\\'; rest++)
            put(t, *rest == '_' && rest[1] == '{' ? "["
                   : *rest == '}'                 ? "]"
                   : *rest == '{'                 ? ""
                                  : (char[]){*rest, 0},
                here(t, from));
    }
    put(t, ")", here(t, from));
    /* arguments follow at once; a blank makes a product */
    if (starts(t, "\\left(") || starts(t, "(")) {
        skip(t);
        size_t opened = t->at++;
        put(t, "(", here(t, opened));
        t->operand = false;
        if (!expression(t, ")", opened))
            return false;
        put(t, ")", here(t, opened));
    }
    return scripts(t, start, 0);
}

static bool fraction(Tex *t)
{
    size_t from = t->at, k;
    skip(t);
    for (k = t->at; k < t->n && (t->s[k] == '{' || t->s[k] == ' '); k++)
        ;
    if (k + 8 <= t->n && memcmp(t->s + k, "\\partial", 8) == 0)
        return partial(t, from);
    begin(t, here(t, from));
    size_t start = t->out.len;
    put(t, "(", here(t, from));
    if (!group(t))
        return false;
    put(t, "/", here(t, from));
    if (!group(t))
        return false;
    put(t, ")", here(t, from));
    return scripts(t, start, 0);
}

/* \sum_{i=1}^{n} e: e is the product that follows. */
static bool summation(Tex *t, size_t from)
{
    char lower[WORD] = "", upper[WORD] = "";
    for (char c = peek(t); c == '_' || c == '^'; c = peek(t)) {
        t->at++;
        if (!raw_group(t, c == '_' ? lower : upper))
            return false;
    }
    Span at = here(t, from);
    begin(t, at);
    if (!lower[0])
        return call(t, "sum", false, from);
    char *eq = strchr(lower, '=');
    if (eq && !upper[0])
        return fail(t, at, "write \\sum_{i=1}^{n}", "this sum has no end");
    unsigned sums = 0, outer = t->nbound;
    for (char *w = lower; w && *w;) { /* \sum_{i,j} is a sum of sums */
        char *comma = strchr(w, ','), *end = w + strcspn(w, ",=");
        if (comma && eq)
            return fail(t, at, "write one sum for each index",
                        "the bounds of several indices at once");
        put(t, "sum(", at);
        if (t->nbound < 8) {
            memcpy(t->bound[t->nbound], w, (size_t)(end - w));
            t->bound[t->nbound++][end - w] = 0;
        }
        for (; *w && *w != ','; w++)
            put(t, (char[]){*w, 0}, at);
        if (eq)
            put(t, ctx_printf(t->ctx, ":%s", upper), at);
        put(t, ", ", at);
        w += *w == ',';
        sums++;
    }
    do {
        if (!operand(t))
            return false;
        char c = peek(t);
        if (c == '/' || c == '*') {
            put(t, (char[]){c, 0}, here(t, t->at++));
            t->operand = false;
        }
    } while (!ends_product(t));
    while (sums--)
        put(t, ")", at);
    t->nbound = outer;
    t->operand = true;
    return true;
}

/* --- expressions */

/* f(x): a function's name before a bracket, as papers use them. */
static bool applies(Tex *t, char c)
{
    return strchr("fghFG", c) && peek(t) == '(';
}

static bool name_or_call(Tex *t)
{
    size_t from = t->at;
    char word[WORD];
    bool greedy;
    size_t run = 0;
    while (t->at + run < t->n && letter(t->s[t->at + run]) && run + 1 < WORD)
        run++;
    memcpy(word, t->s + t->at, run);
    word[run] = 0;
    const char *f = run > 1 ? known_function(word, &greedy) : NULL;
    if (f && t->at + run < t->n && t->s[t->at + run] == '(') { /* tr(A) */
        t->at += run;
        return call(t, f, false, from);
    }
    char c = t->s[t->at++];
    if (c == 'e' && t->at < t->n && t->s[t->at] == '^') { /* e^{t} */
        size_t back = ++t->at;
        if (!raw_group(t, word))
            return false;
        t->at = back;
        if (!superscript(word)) {
            begin(t, here(t, from));
            size_t first = t->out.len;
            put(t, "exp", here(t, from));
            return group(t) && scripts(t, first, 0);
        }
        t->at = back - 1;
    }
    if (c == 'I' && t->at <= t->n)
        return constant(t, "eye", "I", from);
    begin(t, here(t, from));
    size_t start = t->out.len;
    put(t, (char[]){c, 0}, here(t, from));
    while (t->at < t->n && digit(t->s[t->at])) /* T1 */
        put(t, (char[]){t->s[t->at], 0}, here(t, t->at)), t->at++;
    if (applies(t, c)) {
        size_t opened = t->at++;
        put(t, "(", here(t, opened));
        if (!expression(t, ")", opened))
            return false;
        put(t, ")", here(t, opened));
        c = 0;
    }
    return scripts(t, start, c);
}

static bool number(Tex *t)
{
    size_t from = t->at, start;
    begin(t, here(t, from));
    start = t->out.len;
    while (t->at < t->n && (digit(t->s[t->at]) || t->s[t->at] == '.')) {
        put(t, (char[]){t->s[t->at], 0}, here(t, t->at));
        t->at++;
    }
    return scripts(t, start, 0);
}

/* One factor with its scripts. */
static bool operand(Tex *t)
{
    char c = peek(t);
    size_t from = t->at;
    if (t->failed || ++t->depth > TEX_DEPTH)
        return fail(t, here(t, from), NULL, "nested deeper than 200");
    bool ok;
    if (letter(c))
        ok = name_or_call(t);
    else if (digit(c) || c == '.')
        ok = number(t);
    else if (c == '\\')
        ok = command(t);
    else if (c == '(' || c == '[' || c == '{') {
        t->at++;
        ok = bracketed(t, c == '(' ? ")" : c == '[' ? "]" : "}", "", from);
    } else if (c == '|' && t->at + 1 < t->n && t->s[t->at + 1] == '|') {
        t->at += 2;
        ok = norm(t, "||", from);
    } else if (c == '|') {
        t->at++;
        t->bars++;
        ok = bracketed(t, "|", "bars", from);
        t->bars--;
    } else {
        t->at += c != 0;
        ok = fail(t, here(t, from), NULL,
                  c ? ctx_printf(t->ctx, "%c cannot stand here", c)
                    : "an operand is missing at the end");
    }
    t->depth--;
    return ok;
}

static bool closes(Tex *t, const char *close)
{
    skip(t);
    if (!starts(t, close))
        return false;
    size_t n = strlen(close);
    bool word = close[0] == '\\' && letter(close[1]);
    return !word || t->at + n == t->n || !letter(t->s[t->at + n]);
}

static bool operator_sign(Tex *t, char c)
{
    static const char ops[] = "+-/*=,:;";
    if (!strchr(ops, c))
        return false;
    put(t, (char[]){c, 0}, here(t, t->at));
    put(t, c == ',' || c == ':' ? "" : " ", here(t, t->at));
    t->at++;
    t->operand = false;
    return true;
}

/* where T1 = ...: as our answers print shared parts. */
static bool where_part(Tex *t)
{
    if (!starts(t, "\\text{where }"))
        return false;
    t->at += 13;
    put(t, " where ", here(t, t->at - 13));
    t->operand = false;
    return true;
}

/* Up to `close` ("" for the end), which is read too. */
static bool expression(Tex *t, const char *close, size_t opened)
{
    unsigned bars = t->bars;
    t->bars = close[0] == '|' ? 1 : 0;
    t->operand = false;
    if (++t->depth > TEX_DEPTH)
        return fail(t, here(t, opened), NULL, "nested deeper than 200");
    for (;;) {
        char c = peek(t);
        if (c && close[0] && closes(t, close) &&
            (close[0] != '|' || t->operand || c != '|'))
            break;
        if (c == 0) {
            if (close[0])
                return fail(t, (Span){(uint32_t)opened, (uint32_t)opened + 1},
                            ctx_printf(t->ctx, "add %s", close),
                            "this bracket is never closed");
            break;
        }
        if (!operator_sign(t, c) && !where_part(t) && !operand(t))
            return false;
    }
    t->at += strlen(close);
    t->depth--;
    t->bars = bars;
    t->operand = true;
    return !t->failed;
}

bool tex_looks_like(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '{')
            return true;
        if (s[i] != '\\' || i + 1 == n)
            continue;
        if (s[i + 1] == '|' || s[i + 1] == ',')
            return true;
        size_t k = i + 1;
        while (k < n && letter(s[k]))
            k++;
        if (k - i - 1 >= 2) { /* \log, but A\b and A\B are solves */
            Tex t = {.s = s, .n = n, .at = i};
            char w[WORD];
            size_t len = k - i - 1;
            bool greedy;
            if (len >= WORD)
                continue;
            memcpy(w, s + i + 1, len);
            w[len] = 0;
            static const char *const others[] = {
                "frac", "tfrac", "dfrac", "top", "left", "right", "sqrt",
                "sum", "lVert", "Vert", "lvert", "langle", "overline", "cdot",
                "times", "odot", "circ", "otimes", "intercal", "dagger",
                "quad", "infty", "partial", "bigl", "big", NULL};
            if (is_font(w) || accent_of(w) || in_list(&t, others) ||
                in_list(&t, greek) || known_function(w, &greedy))
                return true;
        }
    }
    return false;
}

bool tex_read(Ctx *ctx, const char *s, size_t n, TexText *out)
{
    Tex t = {.ctx = ctx, .s = s, .n = n};
    buf_init(&t.out, ctx->arena);
    if (!expression(&t, "", 0) || t.failed)
        return false;
    put(&t, "", (Span){(uint32_t)n, (uint32_t)n});
    *out = (TexText){buf_text(&t.out), t.out.len, t.from};
    return out->text != NULL;
}
