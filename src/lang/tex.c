/* tex.c: LaTeX, as papers write it, to our own language, a construct at a
 * time; each byte that goes out knows the place it came from, so that what is
 * wrong later is shown in the LaTeX.
 *
 * Letters are names of their own, and what stands side by side is multiplied.
 * A subscript of an index (i, j, k, l, p, q, r, s, a number pair, i+1) is an
 * entry; any other belongs to the name. */
#include "lang/texread.h"

#include <string.h>

typedef struct Sign {
    const char *tex, *text;
} Sign;

static const Sign signs[] = {{"cdot", "*"},   {"times", "*"}, {"ast", "*"},
                             {"odot", ".*"},  {"circ", ".*"}, {"oslash", "./"},
                             {"otimes", "⊗"}, {"div", "/"},   {"le", NULL},
                             {"ge", NULL},    {"pm", NULL}};

static bool sign(Tex *t, const char *word, size_t from)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(signs[i].tex, word) == 0) {
            if (!signs[i].text)
                return false;
            tex_put(t, signs[i].text, tex_here(t, from));
            t->operand = false;
            return true;
        }
    return false;
}

static bool tex_unknown_command(Tex *t, size_t from)
{
    Span at = tex_here(t, from);
    return tex_fail(t, at,
                    "write functions as \\operatorname{name}, names as "
                    "\\mathit{name}",
                    ctx_printf(t->ctx, "%.*s is no command that is read here",
                               (int)(at.end - at.start), t->s + from));
}

/* A word in it before a bracket is a function. */
static bool is_upright(const char *w)
{
    return strcmp(w, "operatorname") == 0 || strcmp(w, "mathrm") == 0 ||
           strcmp(w, "text") == 0 || strcmp(w, "textrm") == 0 ||
           strcmp(w, "mathop") == 0;
}

static bool command(Tex *t)
{
    char w[WORD];
    size_t from = t->at++, k = 0;
    bool greedy;
    if (t->at < t->n && !tex_letter(t->s[t->at])) {
        char c = t->s[t->at++];
        if (c == '|')
            return tex_norm(t, "\\|", from);
        if (c == '{')
            return tex_bracketed(t, "\\}", "", from);
        return tex_unknown_command(t, from);
    }
    while (t->at < t->n && tex_letter(t->s[t->at]) && k + 1 < WORD)
        w[k++] = t->s[t->at++];
    w[k] = 0;
    t->at +=
        strcmp(w, "operatorname") == 0 && t->at < t->n && t->s[t->at] == '*';
    if (strcmp(w, "frac") == 0 || strcmp(w, "tfrac") == 0 ||
        strcmp(w, "dfrac") == 0)
        return tex_fraction(t);
    if (strcmp(w, "sqrt") == 0)
        return tex_root(t, from);
    if (strcmp(w, "sum") == 0)
        return tex_summation(t, from);
    if (strcmp(w, "lVert") == 0)
        return tex_norm(t, "\\rVert", from);
    if (strcmp(w, "Vert") == 0)
        return tex_norm(t, "\\Vert", from);
    if (strcmp(w, "lvert") == 0)
        return tex_bracketed(t, "\\rvert", "bars", from);
    if (strcmp(w, "vert") == 0)
        return tex_bracketed(t, "\\vert", "bars", from);
    if (strcmp(w, "langle") == 0)
        return tex_inner_product(t, from);
    if (strcmp(w, "overline") == 0) {
        tex_begin(t, tex_here(t, from));
        size_t start = t->out.len;
        tex_put(t, "conj", tex_here(t, from));
        return tex_group(t) && tex_scripts(t, start, 0);
    }
    if (strcmp(w, "lbrace") == 0)
        return tex_bracketed(t, "\\rbrace", "", from);
    if (strcmp(w, "nabla") == 0)
        return tex_gradient(t, from);
    if (tex_is_font(w))
        return tex_named(t, NULL, is_upright(w), from);
    if (tex_accent_of(w))
        return tex_named(t, tex_accent_of(w), false, from);
    for (int i = 0; tex_greek[i]; i++)
        if (strcmp(tex_greek[i], w) == 0)
            return tex_greek_name(t, tex_greek[i], from);
    const char *f = tex_known_function(w, &greedy);
    if (f)
        return tex_call(t, f, greedy, from);
    return sign(t, w, from) || tex_unknown_command(t, from);
}

/* --- expressions */

/* f(x): a function's name before a bracket, as papers use them. */
static bool applies(Tex *t, char c)
{
    return strchr("fghFG", c) && tex_peek(t) == '(';
}

static bool name_or_call(Tex *t)
{
    size_t from = t->at;
    char word[WORD];
    bool greedy;
    size_t run = 0;
    while (t->at + run < t->n && tex_letter(t->s[t->at + run]) &&
           run + 1 < WORD)
        run++;
    memcpy(word, t->s + t->at, run);
    word[run] = 0;
    const char *f = run > 1 ? tex_known_function(word, &greedy) : NULL;
    if (f && t->at + run < t->n && t->s[t->at + run] == '(') { /* tr(A) */
        t->at += run;
        return tex_call(t, f, false, from);
    }
    char c = t->s[t->at++];
    bool found = false;
    if (c == 'e' && (!tex_exponential(t, from, &found) || found))
        return !t->failed;
    if (c == 'I' && t->at <= t->n)
        return tex_constant(t, "eye", "I", from);
    tex_begin(t, tex_here(t, from));
    size_t start = t->out.len;
    tex_put(t, (char[]){c, 0}, tex_here(t, from));
    while (t->at < t->n && tex_digit(t->s[t->at])) /* T1 */
        tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at)), t->at++;
    if (applies(t, c)) {
        size_t opened = t->at++;
        tex_put(t, "(", tex_here(t, opened));
        if (!tex_expression(t, ")", opened))
            return false;
        tex_put(t, ")", tex_here(t, opened));
        c = 0;
    }
    return tex_scripts(t, start, c);
}

static bool number(Tex *t)
{
    size_t from = t->at, start;
    if (t->s[from] == '1' && from + 1 < t->n && t->s[from + 1] == '_') {
        t->at++; /* 1_n */
        return tex_constant(t, "ones", NULL, from);
    }
    tex_begin(t, tex_here(t, from));
    start = t->out.len;
    while (t->at < t->n && (tex_digit(t->s[t->at]) || t->s[t->at] == '.')) {
        tex_put(t, (char[]){t->s[t->at], 0}, tex_here(t, t->at));
        t->at++;
    }
    return tex_scripts(t, start, 0);
}

/* One factor with its scripts. */
bool tex_operand(Tex *t)
{
    char c = tex_peek(t);
    size_t from = t->at;
    if (t->failed || ++t->depth > TEX_DEPTH)
        return tex_too_deep(t, tex_here(t, from));
    bool ok, found = false;
    if (tex_letter(c))
        ok = name_or_call(t);
    else if (tex_digit(c) || c == '.')
        ok = number(t);
    else if (c == '\\')
        ok = command(t);
    else if (c == '{' && (!tex_old_font(t, from, &found) || found))
        ok = !t->failed;
    else if (c == '(' || c == '[' || c == '{') {
        t->at++;
        ok = tex_bracketed(t, c == '(' ? ")" : c == '[' ? "]" : "}", "", from);
    } else if (c == '|' && t->at + 1 < t->n && t->s[t->at + 1] == '|') {
        t->at += 2;
        ok = tex_norm(t, "||", from);
    } else if (c == '|') {
        t->at++;
        t->bars++;
        ok = tex_bracketed(t, "|", "bars", from);
        t->bars--;
    } else {
        t->at += c != 0;
        ok = tex_fail(t, tex_here(t, from), NULL,
                      c ? ctx_printf(t->ctx, "%c cannot stand here", c)
                        : "an operand is missing at the end");
    }
    t->depth--;
    return ok;
}

static bool closes(Tex *t, const char *close)
{
    tex_skip(t);
    if (!tex_starts(t, close))
        return false;
    size_t n = strlen(close);
    bool word = close[0] == '\\' && tex_letter(close[1]);
    return !word || t->at + n == t->n || !tex_letter(t->s[t->at + n]);
}

static bool operator_sign(Tex *t, char c)
{
    static const char ops[] = "+-/*=,:;";
    if (!strchr(ops, c))
        return false;
    tex_put(t, (char[]){c, 0}, tex_here(t, t->at));
    tex_put(t, c == ',' || c == ':' ? "" : " ", tex_here(t, t->at));
    t->at++;
    t->operand = false;
    return true;
}

/* where T1 = ...: as our answers print shared parts. */
static bool where_part(Tex *t)
{
    if (!tex_starts(t, "\\text{where }"))
        return false;
    t->at += 13;
    tex_put(t, " where ", tex_here(t, t->at - 13));
    t->operand = false;
    return true;
}

/* Up to `close` ("" for the end), which is read too. */
bool tex_expression(Tex *t, const char *close, size_t opened)
{
    unsigned bars = t->bars;
    t->bars = close[0] == '|' ? 1 : 0;
    t->operand = false;
    if (++t->depth > TEX_DEPTH)
        return tex_too_deep(t, tex_here(t, opened));
    for (;;) {
        char c = tex_peek(t);
        if (c && close[0] && closes(t, close) &&
            (close[0] != '|' || t->operand || c != '|'))
            break;
        if (c == 0) {
            if (close[0])
                return tex_fail(t,
                                (Span){(uint32_t)opened, (uint32_t)opened + 1},
                                ctx_printf(t->ctx, "add %s", close),
                                "this bracket is never closed");
            break;
        }
        if (!operator_sign(t, c) && !where_part(t) && !tex_operand(t))
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
        while (k < n && tex_letter(s[k]))
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
                "frac",     "tfrac",  "dfrac", "top",   "left",    "right",
                "sqrt",     "sum",    "lVert", "Vert",  "lvert",   "langle",
                "overline", "cdot",   "times", "odot",  "circ",    "otimes",
                "intercal", "dagger", "quad",  "infty", "partial", "bigl",
                "big",      NULL};
            if (tex_is_font(w) || tex_accent_of(w) || tex_in_list(&t, others) ||
                tex_in_list(&t, tex_greek) || tex_known_function(w, &greedy))
                return true;
        }
    }
    return false;
}

bool tex_read(Ctx *ctx, const char *s, size_t n, TexText *out)
{
    Tex t = {.ctx = ctx, .s = s, .n = n};
    buf_init(&t.out, ctx->arena);
    if (!tex_expression(&t, "", 0) || t.failed)
        return false;
    tex_put(&t, "", (Span){(uint32_t)n, (uint32_t)n});
    *out = (TexText){buf_text(&t.out), t.out.len, t.from};
    return out->text != NULL;
}
