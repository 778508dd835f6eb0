/* texdecl.c: declarations as papers write them,
 * `X \in \mathbb{R}^{n \times m}`, `f: \mathbb{R}^n \to \mathbb{R}`, to our
 * own; what is in our own language already stays as it is. */
#include "lang/texread.h"

#include <string.h>

/* --- spaces of numbers and matrices */

typedef struct Space {
    const char *name;  /* \mathbb{R}, S^n, O(n): the bare word */
    bool square;       /* of n x n matrices, from one dimension */
    const char *props; /* what its elements have */
} Space;

static const Space spaces[] = {
    {"R", false, ""},           {"Re", false, ""},
    {"reals", false, ""},       {"C", false, " complex"},
    {"Z", false, " integer"},   {"N", false, " integer"},
    {"S", true, " symmetric"},  {"Sym", true, " symmetric"},
    {"H", true, " hermitian"},  {"Herm", true, " hermitian"},
    {"P", true, " posdef"},     {"SPD", true, " posdef"},
    {"Skew", true, " skew"},    {"so", true, " skew"},
    {"O", true, " orthogonal"}, {"SO", true, " orthogonal"},
    {"U", true, " unitary"},    {"SU", true, " unitary"},
    {"GL", true, " invertible"}};

static bool no_space(Tex *t, size_t from)
{
    return tex_fail(t, tex_here(t, from),
                    "write \\mathbb{R}^{n \\times m}, \\mathbb{C}^n, "
                    "\\mathbb{S}^n_{++}, or X: [n,m]",
                    "this is no space that is known");
}

/* ℝ and its like, as a paste brings them. */
static const char *pasted_space(Tex *t)
{
    static const char *const signs[][2] = {
        {"ℝ", "R"}, {"ℂ", "C"}, {"ℤ", "Z"}, {"ℕ", "N"}, {"𝕊", "S"}, {"ℍ", "H"}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (tex_starts(t, signs[i][0])) {
            t->at += strlen(signs[i][0]);
            return signs[i][1];
        }
    return NULL;
}

/* The word of \mathbb{R}, \mathcal{S}, \R, R. */
static const Space *space(Tex *t)
{
    char word[WORD] = "";
    size_t from = t->at, k = 0;
    const char *w = pasted_space(t);
    if (!w && t->s[t->at] == '\\')
        t->at++;
    while (!w && t->at < t->n && tex_letter(t->s[t->at]) && k + 1 < WORD)
        word[k++] = t->s[t->at++];
    word[k] = 0;
    if (!w && (tex_is_font(word) || strcmp(word, "mathfrak") == 0) &&
        !tex_raw_group(t, word))
        return NULL;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (strcmp(spaces[i].name, w ? w : word) == 0)
            return &spaces[i];
    no_space(t, from);
    return NULL;
}

/* --- dimensions */

typedef struct Dims {
    char first[WORD], second[WORD]; /* empty: not given */
    Span at;
} Dims;

static bool is_times(const char *w, size_t *length)
{
    static const char *const signs[] = {"\\times", "×", ",", "ˣ"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(w, signs[i], strlen(signs[i])) == 0) {
            *length = strlen(signs[i]);
            return true;
        }
    return false;
}

/* n \times m; n m is a product, as in \mathbb{R}^{nm \times p}. */
static bool cut_dims(Tex *t, const char *w, Dims *d)
{
    char *to = d->first;
    size_t k = 0, skip;
    bool letter = false;
    for (; *w && k + 2 < WORD; w++) {
        if (is_times(w, &skip) && to == d->first) {
            to[k] = 0;
            to = d->second;
            k = 0;
            w += skip - 1;
            letter = false;
            continue;
        }
        if (strncmp(w, "\\cdot", 5) == 0) {
            to[k++] = '*';
            w += 4;
            letter = false;
            continue;
        }
        if (!tex_letter(*w) && !tex_digit(*w) && !strchr("+-*()_", *w))
            return tex_fail(t, d->at, "write dimensions as in n \\times m",
                            "these dimensions cannot be read");
        if (letter && tex_letter(*w))
            to[k++] = '*';
        letter = tex_letter(*w) || tex_digit(*w);
        to[k++] = *w;
    }
    to[k] = 0;
    return true;
}

/* (n), (n, \mathbb{R}) behind O, GL, Sym; (\mathbb{R}) behind GL_n. */
static bool dims_in_brackets(Tex *t, Dims *d)
{
    size_t from = t->at++, k = 0;
    bool given = d->first[0];
    while (t->at < t->n && !strchr("),", t->s[t->at]) && k + 1 < WORD)
        if (t->s[t->at++] != ' ' && !given)
            d->first[k++] = t->s[t->at - 1];
    d->first[given ? strlen(d->first) : k] = 0;
    while (t->at < t->n && t->s[t->at] != ')')
        t->at++;
    if (t->at == t->n)
        return tex_fail(t, (Span){(uint32_t)from, (uint32_t)from + 1},
                        "add a )", "this ( is never closed");
    t->at++;
    return true;
}

/* Superscripts as a paste brings them: ℝⁿˣᵐ, ℝ³. */
static bool pasted_dims(Tex *t, char *word)
{
    static const char *const signs[][2] = {
        {"ⁿ", "n"}, {"ᵐ", "m"}, {"ᵖ", "p"}, {"ᵏ", "k"}, {"ᵈ", "d"},
        {"ʳ", "r"}, {"ˢ", "s"}, {"ᵗ", "t"}, {"ˣ", ","}, {"²", "2"},
        {"³", "3"}, {"⁴", "4"}, {"⁵", "5"}, {"⁺", "+"}, {"¹", "1"}};
    size_t k = 0;
    for (bool more = true; more && k + 1 < WORD;) {
        more = false;
        for (size_t i = 0; i < sizeof signs / sizeof *signs && !more; i++)
            if (tex_starts(t, signs[i][0])) {
                t->at += strlen(signs[i][0]);
                word[k++] = signs[i][1][0];
                more = true;
            }
    }
    word[k] = 0;
    return k > 0;
}

/* What is below: \mathbb{S}_{++}, \mathbb{R}_+, \mathrm{GL}_n, S_n. */
static bool below(Tex *t, const Space *s, Dims *d, const char **extra)
{
    char word[WORD];
    t->at++;
    if (!tex_raw_group(t, word))
        return false;
    if (strcmp(word, "++") == 0 || strcmp(word, ">0") == 0 ||
        strcmp(word, "\\succ0") == 0)
        *extra = s->square ? " posdef" : " positive";
    else if (strcmp(word, "+") == 0 || strstr(word, "\\geq0") ||
             strcmp(word, "\\succeq0") == 0)
        *extra = ""; /* no property of ours: the sign of zero is open */
    else
        return cut_dims(t, word, d);
    return true;
}

/* A space with its dimensions, as a shape and properties; `shape` alone for
 * what a function is of. */
static bool space_of(Tex *t, bool shape)
{
    char word[WORD];
    size_t from = t->at;
    const char *extra = "";
    Dims d = {.first = "", .second = ""};
    tex_skip(t);
    const Space *s = space(t);
    if (!s)
        return false;
    if (pasted_dims(t, word) && !cut_dims(t, word, &d))
        return false;
    for (char c = tex_peek(t); c == '^' || c == '_'; c = tex_peek(t)) {
        d.at = tex_here(t, from);
        if (c == '_') {
            if (!below(t, s, &d, &extra))
                return false;
            continue;
        }
        t->at++;
        if (!tex_raw_group(t, word) || !cut_dims(t, word, &d))
            return false;
    }
    if (tex_peek(t) == '(' && s->square && !dims_in_brackets(t, &d))
        return false;
    Span at = tex_here(t, from);
    if (s->square && !d.first[0])
        return tex_fail(t, at, "write \\mathbb{S}^n", "its size is missing");
    if (!d.first[0])
        tex_put(t, "scalar", at);
    else if (s->square || d.second[0])
        tex_put(t, ctx_printf(t->ctx, "[%s,%s]", d.first,
                              d.second[0] ? d.second : d.first),
                at);
    else
        tex_put(t, ctx_printf(t->ctx, "[%s]", d.first), at);
    if (!shape)
        tex_put(t, ctx_printf(t->ctx, "%s%s", s->props, extra), at);
    return !t->failed;
}

/* --- functions */

static bool arrow(Tex *t)
{
    tex_skip(t);
    return tex_is_command(t, "to") || tex_is_command(t, "rightarrow") ||
           tex_is_command(t, "mapsto") || tex_starts(t, "→");
}

static void skip_word(Tex *t)
{
    if (t->s[t->at] == '\\') {
        t->at++;
        while (t->at < t->n && tex_letter(t->s[t->at]))
            t->at++;
    } else {
        while (t->at < t->n && (t->s[t->at] & 0x80))
            t->at++;
    }
}

/* Does an arrow come before the declaration's end? */
static bool is_map(const Tex *t)
{
    Tex u = *t;
    for (; u.at < u.n && !strchr(";\n", u.s[u.at]); u.at++)
        if (tex_is_command(&u, "to") || tex_is_command(&u, "rightarrow") ||
            tex_starts(&u, "→"))
            return true;
    return false;
}

/* f: \mathbb{R}^n \times \mathbb{R}^m \to \mathbb{R} is f(u: [n]; v: [m]):
 * scalar. */
static bool map(Tex *t, size_t from)
{
    static const char *const names[] = {"u", "v", "w", "y"};
    Span at = tex_here(t, from);
    for (unsigned k = 0; k == 0 || !arrow(t); k++) {
        if (k == sizeof names / sizeof *names)
            return tex_fail(t, at, NULL, "a function of more than 4 arguments");
        if (k && (tex_is_command(t, "times") || tex_starts(t, "×")))
            skip_word(t);
        else if (k)
            return tex_fail(t, tex_here(t, t->at),
                            "write f: A \\times B \\to C",
                            "an arrow is missing here");
        tex_put(t, ctx_printf(t->ctx, "%s%s: ", k ? "; " : "(", names[k]), at);
        tex_skip(t);
        if (!space_of(t, true))
            return false;
        tex_skip(t);
    }
    skip_word(t);
    tex_put(t, "): ", at);
    return space_of(t, false);
}

/* --- a declaration */

/* A name as in expressions, or any word as in our own declarations; the
 * formals of Y(t) stay. */
static bool name(Tex *t)
{
    size_t from = t->at, start = t->out.len;
    if (!tex_letter(tex_peek(t))) {
        if (t->s[t->at] != '\\')
            return tex_fail(t, tex_here(t, from), "write it as in X: [n,m]",
                            "a name is missing here");
        t->operand = false;
        if (!tex_operand(t))
            return false;
    } else {
        from = t->at;
        while (t->at < t->n && (tex_letter(t->s[t->at]) ||
                                tex_digit(t->s[t->at])))
            tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at)), t->at++;
        if (!tex_scripts(t, start, 'a'))
            return false;
    }
    if (tex_peek(t) != '(')
        return true;
    for (char c = 0; c != ')' && t->at < t->n; t->at++) {
        c = t->s[t->at];
        tex_put(t, c == '\\' ? "" : (char[]){c, 0}, tex_here(t, t->at));
    }
    return true;
}

static bool is_element(Tex *t)
{
    tex_skip(t);
    return tex_is_command(t, "in") || tex_starts(t, "∈");
}

/* In our own language, up to the separator. */
static void own(Tex *t)
{
    for (; t->at < t->n && !strchr(";\n", t->s[t->at]); t->at++)
        tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at));
}

/* {positive definite}, blanks and all. */
static bool text_group(Tex *t)
{
    size_t opened = t->at;
    if (tex_peek(t) != '{')
        return tex_fail(t, tex_here(t, opened), NULL, "a { is missing here");
    tex_put(t, " ", tex_here(t, opened));
    for (t->at++; t->at < t->n && t->s[t->at] != '}'; t->at++) {
        if (tex_starts(t, "positive definite")) {
            tex_put(t, "posdef", tex_here(t, t->at));
            t->at += 16;
        } else if (t->s[t->at] != ',') {
            tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at));
        }
    }
    if (t->at == t->n)
        return tex_fail(t, tex_here(t, opened), "add a }",
                        "this { is never closed");
    t->at++;
    return true;
}

/* Words behind the space: symmetric, \text{ posdef}. */
static bool words(Tex *t)
{
    char word[WORD];
    for (;;) {
        tex_skip(t);
        size_t from = t->at;
        if (tex_is_command(t, "text") || tex_is_command(t, "mathrm")) {
            skip_word(t);
            size_t group = t->at;
            if (!tex_raw_group(t, word))
                return false;
            if (strcmp(word, "and") == 0) {
                t->at = from; /* it separates */
                return true;
            }
            t->at = group;
            if (!text_group(t))
                return false;
        } else if (t->at < t->n && tex_letter(t->s[t->at])) {
            tex_put(t, " ", tex_here(t, from));
            while (t->at < t->n && tex_letter(t->s[t->at]))
                tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at)),
                    t->at++;
        } else {
            return !t->failed;
        }
    }
}

static bool declaration(Tex *t)
{
    size_t from = t->at;
    if (!name(t))
        return false;
    while (tex_peek(t) == ',') {
        tex_put(t, ", ", tex_here(t, t->at));
        t->at++;
        if (!name(t))
            return false;
    }
    tex_peek(t);
    from = t->at;
    if (is_element(t)) {
        skip_word(t);
        tex_put(t, ": ", tex_here(t, from));
        return space_of(t, false) && words(t);
    }
    if (t->s[t->at] == ':') {
        t->at++;
    } else if (tex_is_command(t, "colon")) {
        skip_word(t);
    } else {
        own(t);
        return true;
    }
    if (is_map(t))
        return map(t, from) && words(t);
    tex_put(t, ":", tex_here(t, from));
    own(t);
    return true;
}

/* ; , a new line, \\ and `and` stand between declarations. */
static bool separator(Tex *t)
{
    char word[WORD];
    size_t from = t->at;
    bool any = false;
    for (bool more = true; more && t->at < t->n;) {
        bool line = tex_starts(t, "\\\\");
        more = line || strchr(" \t\r\n;,&.$", t->s[t->at]);
        any = any || line || (more && !strchr(" \t\r$", t->s[t->at]));
        if (more) {
            t->at += line ? 2 : 1;
        } else if (tex_is_command(t, "text") || tex_is_command(t, "quad")) {
            any = more = true;
            bool named = t->s[t->at + 1] == 't';
            skip_word(t);
            if (named && !tex_raw_group(t, word))
                return false;
        }
    }
    tex_put(t, ";", tex_here(t, from));
    return any || t->at == t->n ||
           tex_fail(t, tex_here(t, t->at), "separate declarations by ;",
                    "a ; is missing here");
}

bool tex_declares(const char *s, size_t n)
{
    Tex t = {.s = s, .n = n};
    if (tex_looks_like(s, n))
        return true;
    for (; t.at < n; t.at++)
        if (tex_is_command(&t, "in") || tex_is_command(&t, "to") ||
            tex_starts(&t, "∈") || tex_starts(&t, "→"))
            return true;
    return false;
}

bool tex_read_declarations(Ctx *ctx, const char *s, size_t n, TexText *out)
{
    Tex t = {.ctx = ctx, .s = s, .n = n};
    buf_init(&t.out, ctx->arena);
    while (tex_peek(&t))
        if (!declaration(&t) || !separator(&t))
            return false;
    tex_put(&t, "", (Span){(uint32_t)n, (uint32_t)n});
    *out = (TexText){buf_text(&t.out), t.out.len, t.from};
    return !t.failed && out->text;
}
