/* texcall.c: functions, norms, roots, fractions, sums. */
#include "lang/texread.h"

#include <string.h>

typedef struct Function {
    const char *tex, *name;
    bool greedy; /* without brackets it takes the whole product: tr A B */
} Function;

static const Function functions[] = {
    {"log", "log", false},     {"ln", "log", false},
    {"exp", "exp", false},     {"sin", "sin", false},
    {"cos", "cos", false},     {"tan", "tan", false},
    {"arcsin", "asin", false}, {"arccos", "acos", false},
    {"arctan", "atan", false}, {"sinh", "sinh", false},
    {"cosh", "cosh", false},   {"tanh", "tanh", false},
    {"det", "det", true},      {"tr", "tr", true},
    {"Tr", "tr", true},        {"trace", "tr", true},
    {"max", "max", false},     {"min", "min", false},
    {"prod", "prod", false},   {"Re", "real", false},
    {"Im", "imag", false},
};

const char *tex_known_function(const char *word, bool *greedy)
{
    static const char *const plain[] = {
        "diag",     "vec",       "inv",      "pinv",     "adj",
        "logdet",   "sum",       "prod",     "norm",     "sigmoid",
        "softplus", "softmax",   "relu",     "erf",      "abs",
        "sign",     "expm",      "logm",     "sqrtm",    "sinm",
        "cosm",     "eig",       "eigvecs",  "svd",      "chol",
        "tril",     "triu",      "band",     "diagsums", "antidiagsums",
        "circsums", "logsumexp", "log1p",    "expm1",    "reshape",
        "real",     "imag",      "conj",     "lambda",   "eigvec",
        "frechet",  "sqrt",      "kron",     "normF",    "norminf",
        "norm1",    "normnuc",   "normspec", "asin",     "acos",
        "atan",     "maxof",     "minof"};
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

bool tex_ends_product(Tex *t)
{
    static const char *const words[] = {"rVert",  "rvert", "rangle",
                                        "rbrace", "Vert",  NULL};
    char c = tex_peek(t);
    return c == 0 || strchr("+-=,)]}&;", c) != NULL || tex_in_list(t, words) ||
           (c == '|' && t->bars) || tex_starts(t, "\\|") ||
           tex_starts(t, "\\}");
}

/* The arguments of a function: in brackets, or what follows. */
bool tex_call(Tex *t, const char *name, bool greedy, size_t from)
{
    Span at = tex_here(t, from);
    char word[WORD] = "", base[WORD] = "";
    tex_begin(t, at);
    if (tex_peek(t) == '_' && strcmp(name, "log") == 0) { /* \log_2 x */
        t->at++;
        if (!tex_raw_group(t, base))
            return false;
    }
    if (tex_peek(t) == '_' && strcmp(name, "prod") == 0)
        return tex_fail(t, at, "write \\operatorname{prod}(x), the product of "
                               "all entries of x",
                        "a product over an index is not in the language");
    if (tex_peek(t) == '^') { /* sin^2 x */
        t->at++;
        tex_skip(t);
        if (!tex_raw_group(t, word))
            return false;
    }
    size_t start = t->out.len;
    tex_put(t, name, at);
    tex_put(t, "(", at);
    char c = tex_peek(t);
    bool brackets = c == '(' || c == '[' || c == '{';
    if (tex_starts(t, "\\{")) { /* \max\{x, y\} */
        size_t opened = t->at;
        brackets = true;
        t->at += 2;
        if (!tex_expression(t, "\\}", opened))
            return false;
    } else if (brackets) {
        size_t opened = t->at++;
        if (!tex_expression(t, c == '(' ? ")" : c == '[' ? "]" : "}", opened))
            return false;
    } else if (tex_ends_product(t)) {
        return tex_fail(t, at, NULL, "this function has no argument");
    } else {
        do {
            if (!tex_operand(t))
                return false;
        } while (greedy && !tex_ends_product(t));
    }
    tex_put(t, ")", at);
    if (word[0]) {
        tex_put(t, "^", at);
        tex_put(t, word, at);
    }
    if (base[0]) {
        tex_put(t, ctx_printf(t->ctx, "/log(%s)", base), at);
        tex_wrap(t, start, "(", at);
    }
    t->operand = true;
    return !brackets || tex_scripts(t, start, BRACKET);
}

/* \|x\|_2, \lVert X \rVert_F: which norm the subscript says. */
bool tex_norm(Tex *t, const char *close, size_t from)
{
    size_t start;
    char word[WORD] = "", power[WORD] = "";
    tex_begin(t, tex_here(t, from));
    start = t->out.len;
    if (!tex_expression(t, close, from))
        return false;
    for (char c = tex_peek(t); c == '_' || (c == '^' && !power[0]);
         c = tex_peek(t)) {
        t->at++;
        tex_skip(t);
        if (!tex_raw_group(t, c == '_' ? word : power))
            return false;
    }
    Span at = tex_here(t, from);
    bool two = word[0] == 0 || strcmp(word, "2") == 0;
    const char *name = two                                   ? "norm("
                       : strcmp(word, "1") == 0              ? "norm1("
                       : strcmp(word, "\\infty") == 0        ? "norminf("
                       : strcmp(word, "*") == 0              ? "normnuc("
                       : word[0] == 'F' || strstr(word, "F") ? "normF("
                                                             : NULL;
    if (!name)
        return tex_fail(t, at, "it is one of 1, 2, F, \\infty, *",
                        "there is no such norm");
    if (strcmp(name, "normnuc(") == 0) {
        tex_wrap(t, start, "norm(", at);
        t->out.len--; /* tex_norm(X,'nuc') */
        tex_put(t, ",'nuc')", at);
    } else {
        tex_wrap(t, start, name, at);
    }
    if (power[0])
        tex_put(t, ctx_printf(t->ctx, "^(%s)", power), at);
    return tex_scripts(t, start, 0);
}

bool tex_bracketed(Tex *t, const char *close, const char *name, size_t from)
{
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    tex_put(t, name, tex_here(t, from));
    tex_put(t, "(", tex_here(t, from));
    if (!tex_expression(t, close, from))
        return false;
    tex_put(t, ")", tex_here(t, from));
    return tex_scripts(t, start, BRACKET);
}

/* \langle a, b \rangle: tr(a'*b). */
bool tex_inner_product(Tex *t, size_t from)
{
    Span at = tex_here(t, from);
    tex_begin(t, at);
    tex_put(t, "tr((", at);
    if (!tex_expression(t, ",", from))
        return false;
    tex_put(t, ")'*(", at);
    t->operand = false;
    if (!tex_expression(t, "\\rangle", from))
        return false;
    tex_put(t, "))", at);
    t->operand = true;
    return true;
}

bool tex_root(Tex *t, size_t from)
{
    char word[WORD] = "";
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    if (tex_peek(t) == '[') {
        size_t k = 0;
        for (t->at++; t->at < t->n && t->s[t->at] != ']' && k + 1 < WORD;)
            word[k++] = t->s[t->at++];
        word[k] = 0;
        if (t->at == t->n)
            return tex_fail(t, tex_here(t, from), "add a ]",
                            "the [ of this root is never closed");
        t->at++;
    }
    tex_put(t, word[0] ? "" : "sqrt", tex_here(t, from));
    if (!tex_group(t))
        return false;
    if (word[0])
        tex_put(t, ctx_printf(t->ctx, "^(1/%s)", word), tex_here(t, from));
    return tex_scripts(t, start, 0);
}

/* --- fractions, and derivatives as they are printed */

/* \partial F after \frac{: D(F, X[i,j], ...). */
static bool partial(Tex *t, size_t from)
{
    char word[WORD], *rest;
    if (!tex_raw_group(t, word) || !(rest = strstr(word, "\\partial")))
        return tex_fail(t, tex_here(t, from), NULL,
                        "this derivative cannot be read");
    rest += 8;
    if (*rest == '^') /* the order */
        while (*rest && *rest++ != '}')
            ;
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    tex_put(t, ctx_printf(t->ctx, "D(%s", rest[0] == '\\' ? rest + 1 : rest),
            tex_here(t, from));
    if (!tex_raw_group(t, word))
        return false;
    for (rest = strstr(word, "\\partial"); rest;
         rest = strstr(rest, "\\partial")) {
        rest += 8;
        tex_put(t, ",", tex_here(t, from));
        for (; *rest && *rest != '\\'; rest++)
            tex_put(t,
                    *rest == '_' && rest[1] == '{' ? "["
                    : *rest == '}'                 ? "]"
                    : *rest == '{'                 ? ""
                                                   : (char[]){*rest, 0},
                    tex_here(t, from));
    }
    tex_put(t, ")", tex_here(t, from));
    /* arguments follow at once; a blank makes a product */
    if (tex_starts(t, "\\left(") || tex_starts(t, "(")) {
        tex_skip(t);
        size_t opened = t->at++;
        tex_put(t, "(", tex_here(t, opened));
        t->operand = false;
        if (!tex_expression(t, ")", opened))
            return false;
        tex_put(t, ")", tex_here(t, opened));
    }
    return tex_scripts(t, start, 0);
}

bool tex_fraction(Tex *t)
{
    size_t from = t->at, k;
    bool found;
    if (!tex_derivative(t, from, &found) || found)
        return !t->failed;
    tex_skip(t);
    for (k = t->at; k < t->n && (t->s[k] == '{' || t->s[k] == ' '); k++)
        ;
    if (k + 8 <= t->n && memcmp(t->s + k, "\\partial", 8) == 0)
        return partial(t, from);
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    tex_put(t, "(", tex_here(t, from));
    if (!tex_group(t))
        return false;
    tex_put(t, "/", tex_here(t, from));
    if (!tex_group(t))
        return false;
    tex_put(t, ")", tex_here(t, from));
    return tex_scripts(t, start, 0);
}

/* \sum_{i=1}^{n} e: e is the product that follows. */
bool tex_summation(Tex *t, size_t from)
{
    char lower[WORD] = "", upper[WORD] = "";
    for (char c = tex_peek(t); c == '_' || c == '^'; c = tex_peek(t)) {
        t->at++;
        if (!tex_raw_group(t, c == '_' ? lower : upper))
            return false;
    }
    Span at = tex_here(t, from);
    tex_begin(t, at);
    if (!lower[0])
        return tex_call(t, "sum", false, from);
    char *eq = strchr(lower, '=');
    if (eq && !upper[0])
        return tex_fail(t, at, "write \\sum_{i=1}^{n}", "this sum has no end");
    unsigned sums = 0, outer = t->nbound;
    for (char *w = lower; w && *w;) { /* \sum_{i,j} is a sum of sums */
        char *comma = strchr(w, ','), *end = w + strcspn(w, ",=");
        if (comma && eq)
            return tex_fail(t, at, "write one sum for each index",
                            "the bounds of several indices at once");
        tex_put(t, "sum(", at);
        if (t->nbound < 8) {
            memcpy(t->bound[t->nbound], w, (size_t)(end - w));
            t->bound[t->nbound++][end - w] = 0;
        }
        for (; *w && *w != ','; w++)
            tex_put(t, (char[]){*w, 0}, at);
        if (eq)
            tex_put(t, ctx_printf(t->ctx, ":%s", upper), at);
        tex_put(t, ", ", at);
        w += *w == ',';
        sums++;
    }
    do {
        if (!tex_operand(t))
            return false;
        char c = tex_peek(t);
        if (c == '/' || c == '*') {
            tex_put(t, (char[]){c, 0}, tex_here(t, t->at++));
            t->operand = false;
        }
    } while (!tex_ends_product(t));
    while (sums--)
        tex_put(t, ")", at);
    t->nbound = outer;
    t->operand = true;
    return true;
}
