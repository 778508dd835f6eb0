/* structure.c: the structure of a matrix variable: the gradient in the space
 * of such matrices, or the derivative by the independent entries.  The maps
 * are text (know/structures.def); both are self-adjoint. */
#include "api/derive.h"
#include "base/buf.h"

typedef struct StructureMap {
    uint32_t prop;
    const char *name, *projection, *entries;
} StructureMap;

static const StructureMap maps[] = {
#define STRUCTURE(id, ...) {.prop = PROP_##id, .name = #id, __VA_ARGS__},
#include "know/structures.def"
#undef STRUCTURE
};
enum { NMAPS = sizeof maps / sizeof *maps };

enum { CURVED = PROP_ORTHOGONAL | PROP_UNITARY | PROP_IDEMPOTENT };

bool is_structured(const Sym *s)
{
    return !dim_is(s->rows, 1) && !dim_is(s->cols, 1) &&
           (s->props & (PROPS_LINEAR | CURVED | PROP_SPAN));
}

bool ignores_structure(const Derive *d, const Sym *s)
{
    bool by_value = d->task->mode == MODE_DIFFERENTIAL ||
                    d->task->mode == MODE_SIMPLIFY ||
                    d->task->mode == MODE_TAYLOR;
    if (!is_structured(s) || by_value)
        return false;
    /* vec(dF) = K*vec(dX) for any dX holds for those of a structure */
    return d->task->structure == STRUCTURE_NONE || (s->props & CURVED) ||
           d->task->form == FORM_KRON;
}

static bool refuse(Derive *d, Span at, const char *mend, const char *why,
                   const Sym *s)
{
    ctx_fail(d->ctx, ERR_UNSUPPORTED, at, mend, why, s->name);
    return false;
}

/* What is asked of a structured variable must mean something. */
bool check_structure(Derive *d, const Sym *s, Span at)
{
    const Task *t = d->task;
    bool curved = s->props & CURVED;
    if (!is_structured(s)) {
        if (t->structure == STRUCTURE_TANGENT)
            return refuse(d, at, "declare it orthogonal",
                          "%s has no structure: a tangent space is one of an "
                          "orthogonal matrix",
                          s);
        return true;
    }
    if (curved && t->structure == STRUCTURE_ENTRIES)
        return refuse(d, at,
                      "--structure tangent gives the Riemannian gradient, "
                      "--structure none ignores the structure",
                      "%s has no independent entries to derive by", s);
    if (t->structure == STRUCTURE_TANGENT && !(s->props & PROP_ORTHOGONAL))
        return refuse(d, at, "the default projects on the space of such "
                             "matrices",
                      "--structure tangent is for an orthogonal variable, "
                      "and %s is none",
                      s);
    if ((s->props & PROP_HANKEL) && (s->props & PROP_TOEPLITZ))
        return refuse(d, at, "--structure none ignores the structure",
                      "%s is both Hankel and Toeplitz: not supported", s);
    if ((s->props & PROP_SPAN) && t->structure == STRUCTURE_ENTRIES)
        return refuse(d, at,
                      "put reshape(B*theta,n,m) for it and derive by theta",
                      "%s has no entries of its own: it is given by a basis",
                      s);
    bool tensor = t->form == FORM_KRON || t->form == FORM_ENTRIES;
    if (tensor && t->structure != STRUCTURE_NONE &&
        t->structure != STRUCTURE_PROJECTION)
        return refuse(d, at,
                      "ask for the projection, which is the default, or for "
                      "--structure none",
                      "this form by the independent entries of %s is not "
                      "supported",
                      s);
    return true;
}

bool takes_structure(const Derive *d, const Var *v)
{
    return !v->nindex && is_structured(v->sym) && !ignores_structure(d, v->sym);
}

/* A diagonal matrix is a vector inside: its gradient on the diagonal. */
static const Net *on_diagonal(Derive *d, const Net *g)
{
    Work w;
    work_init(&w, d->ctx, 2, (const Dim *[]){g->dim[0], g->dim[0]});
    work_net(&w, g, (Label[]){0});
    work_delta(&w, 0, 1, g->dim[0]);
    return work_net_done(&w);
}

static const Net *mapped(Derive *d, const Net *g, const Sym *s)
{
    bool entries = d->task->structure == STRUCTURE_ENTRIES;
    for (int i = 0; g && i < NMAPS; i++) {
        bool implied = maps[i].prop == PROP_SYMMETRIC &&
                       (s->props & PROP_HANKEL);
        if ((s->props & maps[i].prop) && !implied)
            g = rule_map(d->ctx, entries ? maps[i].entries
                                         : maps[i].projection,
                         g, NULL);
    }
    return g;
}

/* "SYMMETRIC" as it is written in a declaration. */
static const char *lower_case(Ctx *ctx, const char *s)
{
    Buf b;
    buf_init(&b, ctx->arena);
    for (; *s; s++)
        buf_printf(&b, "%c", *s >= 'A' && *s <= 'Z' ? *s - 'A' + 'a' : *s);
    return buf_text(&b);
}

const char *structure_map(Ctx *ctx, Structure how, const Sym *s,
                          const char **space)
{
    Buf map;
    buf_init(&map, ctx->arena);
    if (how == STRUCTURE_TANGENT) {
        *space = "projection on the tangent space";
        return "(orthogonal): (G - X*G'*X)/2";
    }
    if (!is_structured(s) || how == STRUCTURE_NONE || (s->props & CURVED))
        return NULL;
    *space = how == STRUCTURE_ENTRIES ? "by independent entries"
                                      : "projection";
    if (s->props & PROP_SPAN)
        return "(span of B): reshape(B*(pinv(B)*vec(G)),n,m)";
    if (s->props & PROP_DIAGONAL)
        return "(diagonal): G.*eye(n)";
    for (int i = 0; i < NMAPS; i++) {
        bool implied = maps[i].prop == PROP_SYMMETRIC &&
                       (s->props & PROP_HANKEL);
        if (!(s->props & maps[i].prop) || implied)
            continue;
        buf_printf(&map, "%s(%s): %s", map.len ? ", then " : "",
                   lower_case(ctx, maps[i].name),
                   how == STRUCTURE_ENTRIES ? maps[i].entries
                                            : maps[i].projection);
    }
    return map.len ? buf_text(&map) : NULL;
}

static const char *describe(const Derive *d, const Sym *s)
{
    if (s->props & CURVED)
        return d->task->structure == STRUCTURE_TANGENT
                   ? "the Riemannian gradient on the orthogonal matrices"
                   : "structure ignored; --structure tangent gives the "
                     "Riemannian gradient of an orthogonal variable";
    if (d->task->structure == STRUCTURE_NONE)
        return "the structure is ignored, as asked";
    if (d->task->structure == STRUCTURE_ENTRIES)
        return "by independent entries; this is not the gradient to step "
               "along, which --structure projection gives";
    return "gradient in the space of such matrices; --structure entries "
           "derives by independent entries, none ignores the structure";
}

const Net *project(Derive *d, const Net *g, const Var *v)
{
    const Sym *s = v->back && v->back->op == OP_SYM ? v->back->sym : v->sym;
    if (g && v->wirtinger == WIRTINGER_GRAD && (s->props & PROP_HERMITIAN) &&
        g->naxes == 2) {
        note(d->out->note, &d->out->nnotes,
             "the gradient in the space of the hermitian matrices");
        return rule_map(d->ctx, "(G^T + conj(G))/2", g, NULL);
    }
    if (v->nindex || !g || !is_structured(s))
        return g;
    note(d->out->note, &d->out->nnotes, describe(d, s));
    if (d->task->structure == STRUCTURE_TANGENT)
        return rule_map(d->ctx, "(G - X*G'*X)/2", g,
                        net_atom(d->ctx, atom_sym(d->ctx, v->sym)));
    if (ignores_structure(d, s))
        return g;
    if (s->props & PROP_SPAN)
        return rule_map(d->ctx, "reshape(B*(pinv(B)*vec(G)),n,m)", g,
                        net_atom(d->ctx, atom_sym(d->ctx, s->span)));
    return s->props & PROP_DIAGONAL ? on_diagonal(d, g) : mapped(d, g, s);
}

/* n has f's axes, then those of X; X[i,j] moves all places of its class. */
const Net *by_structured_entry(Derive *d, const Net *n, unsigned fa,
                               const Var *v)
{
    const Sym *s = v->sym;
    Work w, u;
    Label lab[NET_AXES];
    bool diagonal = s->props & PROP_DIAGONAL;
    if (!n)
        return NULL;
    work_init(&u, d->ctx, 2, (const Dim *[]){s->rows, s->cols});
    work_delta(&u, 0, net_fixed(d->ctx, v->index[0]), s->rows);
    work_delta(&u, 1, net_fixed(d->ctx, v->index[1]), s->cols);
    if (diagonal)
        work_delta(&u, 0, 1, s->rows);
    const Net *move = work_net_done(&u);
    move = diagonal ? move : mapped(d, move, s);
    work_init(&w, d->ctx, fa, n->dim);
    for (unsigned k = 0; k < n->naxes; k++)
        lab[k] = k < fa ? (Label)k : work_label(&w, n->dim[k]);
    Label at[2] = {lab[fa], lab[diagonal ? fa : fa + 1]};
    work_net(&w, n, lab);
    if (move)
        work_net(&w, move, at);
    return move ? work_net_done(&w) : NULL;
}

void claim_structure(Derive *d, Item *it, const Var *v)
{
    const Sym *s = v->back && v->back->op == OP_SYM ? v->back->sym : v->sym;
    bool tangent = d->task->structure == STRUCTURE_TANGENT;
    if (!is_structured(s) || (ignores_structure(d, s) && !tangent))
        return;
    it->claim.space = tangent ? SPACE_TANGENT
                      : d->task->structure == STRUCTURE_ENTRIES
                          ? SPACE_ENTRIES
                          : SPACE_PROJECTED;
    if (!tangent)
        return;
    /* the claim is one of orthogonal matrices: with X itself, in the answer
     * as it will be printed */
    it->claim.input = d->task->input;
    it->claim.answer = it->answer;
    it->claim.var[0] = v->back;
}
