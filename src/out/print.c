/* print.c: trees as our own text and as Unicode: one walker, brackets only
 * where precedence asks for them. */
#include "out/print.h"

#include <string.h>

static bool unicode(const Printer *p)
{
    return p->dialect == OUT_UNICODE;
}

Level print_level(const Tree *t)
{
    switch (t->op) {
    case OP_NUM:
        return rat_sign(t->num) < 0   ? LEVEL_SUM
               : rat_is_int(t->num) ? LEVEL_ATOM
                                    : LEVEL_PRODUCT;
    case OP_INT:
        return dim_symbol(t->dim) ? LEVEL_ATOM
               : t->dim->n > 1 || t->dim->mono[0].coef < 0 ? LEVEL_SUM
                                                          : LEVEL_PRODUCT;
    case OP_ADD: case OP_EADD: case OP_ESUB: case OP_NEG:
        return LEVEL_SUM;
    case OP_MUL: case OP_HAD: case OP_DIV: case OP_EDIV: case OP_SOLVE:
        return LEVEL_PRODUCT;
    case OP_POW: case OP_EPOW: case OP_TRANSPOSE: case OP_ADJOINT:
    case OP_INDEX:
        return LEVEL_POWER;
    default:
        return LEVEL_ATOM;
    }
}

/* --- names */

static const char *const greek[][3] = {
    {"alpha", "α", "\\alpha"}, {"beta", "β", "\\beta"},
    {"gamma", "γ", "\\gamma"}, {"delta", "δ", "\\delta"},
    {"epsilon", "ε", "\\epsilon"}, {"zeta", "ζ", "\\zeta"},
    {"eta", "η", "\\eta"}, {"theta", "θ", "\\theta"},
    {"iota", "ι", "\\iota"}, {"kappa", "κ", "\\kappa"},
    {"lambda", "λ", "\\lambda"}, {"mu", "μ", "\\mu"}, {"nu", "ν", "\\nu"},
    {"xi", "ξ", "\\xi"}, {"rho", "ρ", "\\rho"}, {"sigma", "σ", "\\sigma"},
    {"tau", "τ", "\\tau"}, {"upsilon", "υ", "\\upsilon"},
    {"phi", "φ", "\\phi"}, {"chi", "χ", "\\chi"}, {"psi", "ψ", "\\psi"},
    {"omega", "ω", "\\omega"}, {"Gamma", "Γ", "\\Gamma"},
    {"Delta", "Δ", "\\Delta"}, {"Theta", "Θ", "\\Theta"},
    {"Lambda", "Λ", "\\Lambda"}, {"Xi", "Ξ", "\\Xi"},
    {"Sigma", "Σ", "\\Sigma"}, {"Phi", "Φ", "\\Phi"},
    {"Psi", "Ψ", "\\Psi"}, {"Omega", "Ω", "\\Omega"}};
enum { NGREEK = sizeof greek / sizeof *greek };

/* A stem and a subscript: theta1, x0, W_hidden. */
void print_name(Printer *p, const char *name)
{
    if (p->dialect == OUT_TEXT) {
        buf_add(&p->buf, name);
        return;
    }
    size_t stem = strcspn(name, "_0123456789");
    const char *sub = name + stem + (name[stem] == '_');
    int column = p->dialect == OUT_LATEX ? 2 : 1;
    const char *shown = NULL;
    for (int i = 0; i < NGREEK && !shown; i++)
        for (int k = 0; k < 2; k++)
            if (strlen(greek[i][k]) == stem &&
                memcmp(greek[i][k], name, stem) == 0)
                shown = greek[i][column];
    if (p->dialect == OUT_UNICODE) {
        if (shown)
            buf_add(&p->buf, shown);
        else
            buf_addn(&p->buf, name, stem);
        buf_add(&p->buf, name + stem);
        return;
    }
    bool differential = name[0] == 'd' && (stem == 2 ||
                                           (stem > 1 && name[1] <= 'Z'));
    if (shown)
        buf_add(&p->buf, shown);
    else if (differential)
        buf_printf(&p->buf, "\\mathrm{d}%.*s", (int)(stem - 1), name + 1);
    else if (stem > 1)
        buf_printf(&p->buf, "\\mathit{%.*s}", (int)stem, name);
    else
        buf_addn(&p->buf, name, stem);
    if (*sub) {
        buf_add(&p->buf, "_{");
        for (; *sub; sub++)
            buf_add(&p->buf, *sub == '_' ? "\\_" : (char[]){*sub, 0});
        buf_add(&p->buf, "}");
    }
}

/* --- pieces */

static void print_list(Printer *p, const Tree *t, uint32_t first)
{
    for (uint32_t i = first; i < t->nkids; i++) {
        if (i > first)
            buf_add(&p->buf, ",");
        print_tree(p, t->kid[i], LEVEL_SUM);
    }
}

static void print_rational(Printer *p, Rat r)
{
    buf_add(&p->buf, rat_num_text(p->ctx, r));
    if (!rat_is_int(r)) {
        buf_add(&p->buf, "/");
        buf_add(&p->buf, rat_den_text(p->ctx, r));
    }
}

static void print_add(Printer *p, const Tree *t)
{
    for (uint32_t i = 0; i < t->nkids; i++) {
        const Tree *k = t->kid[i];
        bool named = ptrmap_get(&p->name, k) != NULL;
        bool minus = k->op == OP_NEG && !named;
        bool negative = k->op == OP_NUM && rat_sign(k->num) < 0;
        if (i > 0 && !negative)
            buf_add(&p->buf, minus ? " - " : " + ");
        else if (i > 0)
            buf_add(&p->buf, " ");
        else if (minus)
            buf_add(&p->buf, "-");
        if (i > 0 && negative) {
            buf_add(&p->buf, "- ");
            print_rational(p, rat_neg(p->ctx, k->num));
            continue;
        }
        print_tree(p, minus ? k->kid[0] : k,
                   i == 0 && !minus ? LEVEL_SUM : LEVEL_PRODUCT);
    }
}

static void print_product(Printer *p, const Tree *t, const char *sign)
{
    for (uint32_t i = 0; i < t->nkids; i++) {
        if (i > 0)
            buf_add(&p->buf, sign);
        print_tree(p, t->kid[i], i == 0 ? LEVEL_PRODUCT : LEVEL_POWER);
    }
}

static void print_two(Printer *p, const Tree *t, const char *sign, Level level)
{
    print_tree(p, t->kid[0], level);
    buf_add(&p->buf, sign);
    print_tree(p, t->kid[1], level + 1);
}

static void print_superscript(Printer *p, const char *digits)
{
    static const char *const up[] = {"⁰", "¹", "²", "³", "⁴",
                                     "⁵", "⁶", "⁷", "⁸", "⁹"};
    for (; digits && *digits; digits++)
        buf_add(&p->buf, up[*digits - '0']);
}

/* The base of a power or of what stands behind: (t^k)^2, which t^k^2 also
 * means but does not show; in Unicode (X^k)ᵀ and (X^k)⁻¹ too. */
static void print_base(Printer *p, const Tree *t, bool clear)
{
    bool power = t->op == OP_POW || t->op == OP_EPOW;
    print_tree(p, t, clear && power ? LEVEL_ATOM : LEVEL_POWER);
}

static void print_power(Printer *p, const Tree *t)
{
    const Tree *k = t->kid[1];
    bool plain = k->op == OP_NUM && rat_is_int(k->num) &&
                 rat_sign(k->num) >= 0;
    print_base(p, t->kid[0], true);
    if (unicode(p) && plain && t->op == OP_POW) {
        print_superscript(p, rat_num_text(p->ctx, k->num));
        return;
    }
    buf_add(&p->buf, t->op == OP_POW ? "^" : ".^");
    print_tree(p, k, LEVEL_ATOM);
}

static void print_index(Printer *p, const Tree *t)
{
    print_tree(p, t->kid[0], LEVEL_POWER);
    buf_add(&p->buf, "[");
    print_list(p, t, 1);
    buf_add(&p->buf, "]");
}

static void print_sum(Printer *p, const Tree *t)
{
    buf_printf(&p->buf, "sum(%s", t->sym->name);
    if (t->nkids == 3) {
        buf_add(&p->buf, "=");
        print_tree(p, t->kid[0], LEVEL_SUM);
        buf_add(&p->buf, ":");
        print_tree(p, t->kid[1], LEVEL_SUM);
    }
    buf_add(&p->buf, ", ");
    print_tree(p, t->kid[t->nkids - 1], LEVEL_SUM);
    buf_add(&p->buf, ")");
}

/* eye(n), ones(n,m), zeros(n,m), J(i,j,n,m), e(i,n). */
static void print_filled(Printer *p, const Tree *t)
{
    buf_printf(&p->buf, "%s(", op_record(t->op)->name);
    print_list(p, t, 0);
    if (t->op != OP_DELTA) {
        buf_add(&p->buf, t->nkids ? "," : "");
        dim_print(&p->buf, t->rows);
        bool cols = t->op == OP_UNITM ||
                    ((t->op == OP_ONES || t->op == OP_ZEROS) &&
                     !dim_is(t->cols, 1));
        if (cols) {
            buf_add(&p->buf, ",");
            dim_print(&p->buf, t->cols);
        }
    }
    buf_add(&p->buf, ")");
}

static const char *suffix(OpId op)
{
    return op == OP_SUM1      ? ",1"
           : op == OP_SUM2    ? ",2"
           : op == OP_NORMSPEC ? ",2"
           : op == OP_NORMNUC ? ",'nuc'"
                              : "";
}

static const char *function_name(OpId op)
{
    switch (op) {
    case OP_SUM1: case OP_SUM2: return "sum";
    case OP_NORMSPEC: case OP_NORMNUC: return "norm";
    case OP_MAXOF: return "max";
    case OP_MINOF: return "min";
    default: return op_record(op)->name;
    }
}

static void print_call(Printer *p, const Tree *t)
{
    if (t->op == OP_FRECHET) {
        const Tree *f = t->kid[0];
        buf_printf(&p->buf, "frechet(%s,", op_record(f->op)->name);
        print_tree(p, f->kid[0], LEVEL_SUM);
        buf_add(&p->buf, ",");
        print_tree(p, t->kid[1], LEVEL_SUM);
        buf_add(&p->buf, ")");
        return;
    }
    if (unicode(p) && (t->op == OP_NORM || t->op == OP_NORMF)) {
        buf_add(&p->buf, "‖");
        print_tree(p, t->kid[0], LEVEL_SUM);
        buf_add(&p->buf, t->op == OP_NORM ? "‖" : "‖_F");
        return;
    }
    if (unicode(p) && t->op == OP_INV) {
        print_base(p, t->kid[0], true);
        buf_add(&p->buf, "⁻¹");
        return;
    }
    if (unicode(p) && t->op == OP_KRON) {
        buf_add(&p->buf, "(");
        print_tree(p, t->kid[0], LEVEL_POWER);
        buf_add(&p->buf, " ⊗ ");
        print_tree(p, t->kid[1], LEVEL_POWER);
        buf_add(&p->buf, ")");
        return;
    }
    buf_add(&p->buf, unicode(p) && t->op == OP_SQRT ? "√"
                                                    : function_name(t->op));
    buf_add(&p->buf, "(");
    print_list(p, t, 0);
    buf_add(&p->buf, suffix(t->op));
    if (t->op == OP_RESHAPE) {
        buf_add(&p->buf, ",");
        dim_print(&p->buf, t->rows);
        buf_add(&p->buf, ",");
        dim_print(&p->buf, t->cols);
    }
    buf_add(&p->buf, ")");
}

static void print_node(Printer *p, const Tree *t)
{
    switch (t->op) {
    case OP_NUM:
        print_rational(p, t->num);
        break;
    case OP_INT:
        dim_print(&p->buf, t->dim);
        break;
    case OP_SYM:
        print_name(p, t->sym->name);
        break;
    case OP_NAME:
        print_name(p, t->name);
        break;
    case OP_PI:
        buf_add(&p->buf, unicode(p) ? "π" : "pi");
        break;
    case OP_IMUNIT:
        buf_add(&p->buf, "1i");
        break;
    case OP_COLON:
        buf_add(&p->buf, ":");
        break;
    case OP_EYE: case OP_ONES: case OP_ZEROS: case OP_UNITM: case OP_UNITV:
    case OP_DELTA:
        print_filled(p, t);
        break;
    case OP_ADD:
        print_add(p, t);
        break;
    case OP_NEG:
        buf_add(&p->buf, "-");
        print_tree(p, t->kid[0], LEVEL_PRODUCT);
        break;
    case OP_MUL:
        print_product(p, t, unicode(p) ? "·" : "*");
        break;
    case OP_HAD:
        print_product(p, t, unicode(p) ? "∘" : ".*");
        break;
    case OP_DIV:
        print_two(p, t, "/", LEVEL_PRODUCT);
        break;
    case OP_EDIV:
        print_two(p, t, "./", LEVEL_PRODUCT);
        break;
    case OP_EADD:
        print_two(p, t, " .+ ", LEVEL_SUM);
        break;
    case OP_ESUB:
        print_two(p, t, " .- ", LEVEL_SUM);
        break;
    case OP_POW: case OP_EPOW:
        print_power(p, t);
        break;
    case OP_TRANSPOSE: { /* ' is the adjoint */
        bool complex = t->kid[0]->flags & TREE_COMPLEX;
        print_base(p, t->kid[0], unicode(p) || complex);
        buf_add(&p->buf, unicode(p) ? "ᵀ" : complex ? "^T" : "'");
        break;
    }
    case OP_ADJOINT:
        print_base(p, t->kid[0], true);
        buf_add(&p->buf, "^H");
        break;
    case OP_INDEX:
        print_index(p, t);
        break;
    case OP_SUMI:
        print_sum(p, t);
        break;
    case OP_APPLY: case OP_DAPPLY:
        print_applied(p, t);
        break;
    default:
        print_call(p, t);
    }
}

/* May another node be printed?  Nothing is walked after a failure, which
 * would print shared parts again and again.  (Trees are never deeper than
 * limits.depth: their constructor sees to that.) */
bool print_enter(Printer *p)
{
    size_t most = p->ctx->limits.output;
    if (!p->buf.failed && p->buf.len > most) {
        ctx_fail(p->ctx, ERR_LIMIT, (Span){0, 0}, NULL,
                 "the answer is longer than the limit output = %zu bytes",
                 most);
        p->buf.failed = true;
    }
    return !p->buf.failed;
}

/* A number glued to a product: 3/2*x is read as (3/2)*x. */
void print_tree(Printer *p, const Tree *t, Level least)
{
    if (!print_enter(p))
        return;
    if (p->dialect == OUT_LATEX) {
        print_latex(p, t, least);
        return;
    }
    const char *name = ptrmap_get(&p->name, t);
    if (name) {
        buf_add(&p->buf, name);
        return;
    }
    bool brackets = print_level(t) < least;
    if (brackets)
        buf_add(&p->buf, "(");
    print_node(p, t);
    if (brackets)
        buf_add(&p->buf, ")");
}

/* --- the whole */

static bool uses_name(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *s = strstr(text, name); s; s = strstr(s + 1, name)) {
        bool left = s > text && (strchr("_", s[-1]) ||
                                 (s[-1] >= '0' && s[-1] <= '9') ||
                                 ((s[-1] | 32) >= 'a' && (s[-1] | 32) <= 'z'));
        bool right = s[n] == '_' || (s[n] >= '0' && s[n] <= '9') ||
                     ((s[n] | 32) >= 'a' && (s[n] | 32) <= 'z');
        if (!left && !right)
            return true;
    }
    return false;
}

/* Is any symbol of the tree called T1, T2, ...? Then parts are called by
 * another letter. */
static void leaf_names(Printer *p, PtrMap *seen, const Tree *t, Buf *b)
{
    if (ptrmap_has(seen, t) || !ptrmap_put(seen, t, seen))
        return;
    if (t->op == OP_SYM)
        buf_printf(b, " %s ", t->sym->name);
    for (uint32_t i = 0; i < t->nkids; i++)
        leaf_names(p, seen, t->kid[i], b);
}

static char part_letter(Printer *p, const Tree *t)
{
    static const char letters[] = "TSRQPZ";
    PtrMap seen;
    Buf b;
    buf_init(&b, p->ctx->arena);
    ptrmap_init(&seen, p->ctx->arena);
    leaf_names(p, &seen, t, &b);
    const char *text = buf_text(&b);
    for (const char *c = letters; text && *c; c++) {
        bool taken = false;
        for (int k = 1; k < 40 && !taken; k++) {
            char name[8];
            name[0] = *c;
            name[1] = (char)(k < 10 ? '0' + k : '0' + k / 10);
            name[2] = (char)(k < 10 ? 0 : '0' + k % 10);
            name[3] = 0;
            taken = uses_name(text, name);
        }
        if (!taken)
            return *c;
    }
    return 'T';
}

const char *out_print(Ctx *ctx, const Tree *t, Dialect d)
{
    Printer p = {.ctx = ctx, .dialect = d};
    const Tree **part = NULL;
    if (!t)
        return NULL;
    buf_init(&p.buf, ctx->arena);
    ptrmap_init(&p.name, ctx->arena);
    size_t n = share_parts(&p, t, &part);
    char letter = n ? part_letter(&p, t) : 'T';
    for (size_t i = 0; i < n; i++) {
        char *name = ctx_printf(ctx, d == OUT_LATEX ? "%c_{%zu}" : "%c%zu",
                                letter, i + 1);
        if (!name || !ptrmap_put(&p.name, part[i], name))
            return NULL;
    }
    print_tree(&p, t, LEVEL_SUM);
    for (size_t i = 0; i < n; i++) {
        const char *name = ptrmap_get(&p.name, part[i]);
        buf_add(&p.buf, i                ? "; "
                        : d == OUT_LATEX ? " \\quad\\text{where } "
                                         : " where ");
        buf_printf(&p.buf, "%s = ", name);
        ptrmap_put(&p.name, part[i], NULL);
        print_tree(&p, part[i], LEVEL_SUM);
        ptrmap_put(&p.name, part[i], (void *)(uintptr_t)name);
    }
    return ctx_failed(ctx) ? NULL : buf_text(&p.buf);
}

const char *out_print_named(Ctx *ctx, const Tree *t, Dialect d, size_t n,
                            const Tree *const *part, const char *const *name)
{
    Printer p = {.ctx = ctx, .dialect = d};
    if (!t)
        return NULL;
    buf_init(&p.buf, ctx->arena);
    ptrmap_init(&p.name, ctx->arena);
    for (size_t i = 0; i < n; i++)
        if (!ptrmap_put(&p.name, part[i], (void *)(uintptr_t)name[i]))
            return NULL;
    print_tree(&p, t, LEVEL_SUM);
    return ctx_failed(ctx) ? NULL : buf_text(&p.buf);
}
