/* prove.c: a case becomes an entry: derived and proved, compared with the
 * source's forms, its misprints refuted. */
#include "book.h"
#include "cli.h"

#include <string.h>

/* A case under proof. */
typedef struct Proving {
    nb_context *c;
    Book *b;
    Entry *e;
    const Case *k;
    nb_request q;
    const char *variable[BOOK_FORMS], *index[BOOK_FORMS];
} Proving;

static const char *keep(Proving *p, const char *s)
{
    return pool_copy(&p->b->pool, s);
}

static void fail(Proving *p, int status, const char *why)
{
    if (p->e->state != ENTRY_FAILED)
        p->e->why = why;
    p->e->state = ENTRY_FAILED;
    p->e->status = status;
}

/* What the library says; without a message, what was expected of it. */
static void fail_by_error(Proving *p, const char *otherwise)
{
    nb_error_info i = nb_error(p->c);
    fail(p, i.code ? i.code : 4, i.message ? keep(p, i.message) : otherwise);
    if (i.mend && !p->e->mend)
        p->e->mend = keep(p, i.mend);
}

static int start(Proving *p)
{
    nb_reset(p->c);
    return !p->k->let || nb_declare(p->c, p->k->let);
}

static Formula formula(Proving *p, const char *text)
{
    const char *latex = nb_typeset(p->c, text, p->q.latex, NB_LATEX);
    const char *unicode = nb_typeset(p->c, text, p->q.latex, NB_UNICODE);
    Formula f = {keep(p, latex), keep(p, unicode ? unicode : text)};
    return f;
}

/* "LHS == RHS" with a mathematician's signs. */
static Formula equation(Proving *p, const char *text, int holds)
{
    Formula f = formula(p, text);
    const char *eq = f.latex ? strstr(f.latex, " = ") : NULL;
    Pool **pool = &p->b->pool;
    if (eq && !holds)
        f.latex = pool_printf(pool, "%.*s \\neq %s", (int)(eq - f.latex),
                              f.latex, eq + 3);
    eq = f.text ? strstr(f.text, " == ") : NULL;
    if (eq)
        f.text = pool_printf(pool, "%.*s %s %s", (int)(eq - f.text), f.text,
                             holds ? "=" : "≠", eq + 4);
    return f;
}

/* --- the question */

static int read_form(Proving *p)
{
    static const char *const forms[] = {"auto", "gradient", "differential",
                                        "entries", "kron", "bilinear"};
    if (!p->k->as)
        return 1;
    char *as = pool_printf(&p->b->pool, "%s", p->k->as);
    char *rest = NULL, *word = as ? strtok_r(as, " ", &rest) : NULL;
    for (int i = 0; word && i < 6; i++)
        if (strcmp(word, forms[i]) == 0) {
            p->q.form = (nb_form)i;
            for (char *s = strtok_r(NULL, ", ", &rest);
                 s && p->q.nindices < BOOK_FORMS;
                 s = strtok_r(NULL, ", ", &rest))
                p->index[p->q.nindices++] = s;
            return 1;
        }
    return 0;
}

static int choose(const char *value, const char *const *names, int n, int *k)
{
    *k = 0;
    for (int i = 0; value && i < n; i++)
        if (strcmp(value, names[i]) == 0) {
            *k = i;
            return 1;
        }
    return !value;
}

/* 0: the case's lines say what there is not. */
static int read_question(Proving *p)
{
    static const nb_mode modes[] = {NB_DIFF, NB_GRAD, NB_JAC, NB_HESS,
                                    NB_DIFFERENTIAL, NB_TAYLOR, NB_TAYLOR};
    static const char *const layouts[] = {"denominator", "numerator"};
    static const char *const structures[] = {"projection", "entries", "none",
                                             "tangent"};
    int structure;
    char *expr = NULL, *text = pool_printf(&p->b->pool, "%s", p->k->asked);
    p->q.nvariables =
        text ? statement_split(text, &expr, p->variable, BOOK_FORMS) : 0;
    p->q.expression = expr;
    p->q.variables = p->variable;
    p->q.indices = p->index;
    p->q.mode = modes[p->k->ask];
    p->q.order = p->k->ask == ASK_TAYLOR2 ? 2 : 1;
    p->q.steps = 1;
    p->q.seed = p->b->seed;
    int ok = read_form(p) &&
             choose(p->k->layout, layouts, 2, &p->q.numerator) &&
             choose(p->k->structure, structures, 4, &structure);
    p->q.structure = ok ? (nb_structure)structure : NB_PROJECTION;
    return ok && p->q.nvariables > 0;
}

/* --- the answer */

static void take_answers(Proving *p, const nb_result *r)
{
    Entry *e = p->e;
    size_t n = nb_result_count(r);
    for (size_t i = 0; i < n && i < BOOK_FORMS; i++) {
        Formula *f = &e->line[e->nlines++];
        nb_form form = nb_result_form(r, i);
        Pool **pool = &p->b->pool;
        const char *left = statement_left(p->c, pool, p->k, &p->q, form, i,
                                          NB_LATEX);
        const char *right = nb_result_text(r, i, NB_LATEX);
        if (left && right)
            f->latex = pool_printf(pool, "%s%s", left, right);
        left = statement_left(p->c, pool, p->k, &p->q, form, i, NB_UNICODE);
        right = nb_result_text(r, i, NB_UNICODE);
        if (left && right)
            f->text = pool_printf(pool, "%s%s", left, right);
        e->answer[e->nanswers++] = keep(p, nb_result_text(r, i, NB_TEXT));
        if (!f->latex || !f->text)
            fail_by_error(p, "this answer cannot be typeset");
    }
}

static void take_words(Proving *p, const nb_result *r)
{
    Entry *e = p->e;
    const char *s;
    for (size_t k = 0; k < BOOK_WORDS && (s = nb_result_assumption(r, k)); k++)
        e->assumption[e->nassumptions++] = keep(p, s);
    for (size_t k = 0; k < BOOK_WORDS && (s = nb_result_note(r, k)); k++)
        e->note[e->nnotes++] = keep(p, s);
    e->proof = show_weakest(r);
    e->proof.oracle = keep(p, e->proof.oracle);
}

static void take_steps(Proving *p, const nb_result *r)
{
    const char *rule;
    for (size_t k = 0; k < BOOK_STEPS && nb_result_step(r, k, NB_TEXT, &rule);
         k++) {
        Step *s = &p->e->step[p->e->nsteps++];
        s->line.latex = keep(p, nb_result_step(r, k, NB_LATEX, &rule));
        s->line.text = keep(p, nb_result_step(r, k, NB_UNICODE, &rule));
        s->rule = keep(p, rule);
    }
}

/* The answer with its derivation; where that is refused, without. */
static const nb_result *derive(Proving *p)
{
    const nb_result *r = start(p) ? nb_derive(p->c, &p->q) : NULL;
    nb_error_info i = nb_error(p->c);
    const char *why = keep(p, i.message), *mend = keep(p, i.mend);
    if (r || p->k->fails)
        return r;
    p->q.steps = 0;
    r = start(p) ? nb_derive(p->c, &p->q) : NULL;
    if (r)
        p->e->no_steps = why;
    else
        p->e->mend = mend;
    return r;
}

/* The source's own form must be the answer; it is shown where it differs and
 * does not stand beside a misprint anyway. */
static void take_form(Proving *p, const char *is, int show)
{
    Entry *e = p->e;
    int equal = nb_equal(p->c, e->answer[0], is, p->b->seed);
    if (equal == 0)
        fail(p, 1, "the answer is not what the source says");
    else if (equal < 0)
        fail_by_error(p, "the source's form is neither proved nor refuted");
    const char *own = show ? nb_typeset(p->c, is, 0, NB_TEXT) : NULL;
    if (own && strcmp(own, e->answer[0]) != 0)
        e->other[e->nothers++] = formula(p, is);
}

static void take_misprint(Proving *p, const char *right, const char *bad)
{
    Misprint *m = &p->e->wrong[p->e->nwrong++];
    char *both = pool_printf(&p->b->pool, "%s == %s", right, bad);
    m->right = formula(p, right);
    m->printed = formula(p, bad);
    const nb_verdict *v =
        both ? nb_check(p->c, both, p->k->under, 0, p->b->seed) : NULL;
    if (!v)
        fail_by_error(p, "the misprint cannot be told apart");
    else if (v->holds)
        fail(p, 1, "what is called a misprint is right");
    if (!v || v->holds)
        return;
    m->point = keep(p, v->point);
    m->left = keep(p, v->left);
    m->value = keep(p, v->right);
    m->repair = keep(p, v->repair);
}

/* The message must hold the word that the case gives. */
static void must_decline(Proving *p, int answered)
{
    nb_error_info i = nb_error(p->c);
    p->e->why = keep(p, i.message);
    p->e->mend = keep(p, i.mend);
    p->e->state = ENTRY_DECLINED;
    if (answered || i.code != 2 || !strstr(i.message, p->k->fails))
        fail(p, i.code ? i.code : 1, "this input is not refused as it should");
}

static void prove_derivative(Proving *p)
{
    if (!read_question(p)) {
        fail(p, 2, "this case cannot be read: EXPR wrt VAR, and as, layout, "
                   "structure as the command line has them");
        return;
    }
    p->e->command = statement_command(&p->b->pool, p->k, &p->q);
    const nb_result *r = derive(p);
    if (p->k->fails) {
        must_decline(p, r != NULL);
        return;
    }
    if (!r) {
        fail_by_error(p, "there is no answer");
        return;
    }
    take_answers(p, r);
    take_words(p, r);
    take_steps(p, r);
    for (size_t i = 0; i < p->k->nis; i++)
        take_form(p, p->k->is[i], i > 0 || p->k->nnot == 0);
    for (size_t i = 0; i < p->k->nnot; i++)
        take_misprint(p, p->k->nis ? p->k->is[0] : p->e->answer[0],
                      p->k->not_[i]);
}

/* --- equations */

static void take_refutation(Proving *p, const nb_verdict *v)
{
    Misprint *m = &p->e->wrong[p->e->nwrong++];
    m->point = keep(p, v->point);
    m->left = keep(p, v->left);
    m->value = keep(p, v->right);
    m->repair = keep(p, v->repair);
}

static void prove_equation(Proving *p)
{
    Entry *e = p->e;
    e->command = statement_command(&p->b->pool, p->k, NULL);
    const nb_verdict *v = start(p) ? nb_check(p->c, p->k->asked, p->k->under,
                                              0, p->b->seed)
                                   : NULL;
    if (p->k->fails) {
        must_decline(p, v != NULL);
        return;
    }
    if (!v) {
        fail_by_error(p, "neither proved nor refuted");
        return;
    }
    e->proof = v->proof;
    e->proof.oracle = keep(p, v->proof.oracle);
    e->how = keep(p, v->how);
    if (!v->holds)
        take_refutation(p, v);
    e->state = v->holds ? ENTRY_HOLDS : ENTRY_REFUTED;
    if (v->holds != (p->k->ask == ASK_CHECK))
        fail(p, 1, v->holds ? "it is an identity; the case says it is none"
                            : "it is no identity");
    e->line[e->nlines++] = equation(p, p->k->asked, v->holds);
    if (!e->line[0].latex)
        fail_by_error(p, "this equation cannot be typeset");
}

void prove_case(nb_context *c, Book *b, Entry *e)
{
    Proving p = {.c = c, .b = b, .e = e, .k = e->of};
    if (p.k->ask == ASK_NOTHING)
        fail(&p, 2, "this case asks nothing: it has no line diff, grad, ..., "
                    "check or refute");
    else if (p.k->ask == ASK_CHECK || p.k->ask == ASK_REFUTE)
        prove_equation(&p);
    else
        prove_derivative(&p);
    if (e->nlines == 0 && p.k->asked)
        e->line[e->nlines++].text = p.k->asked;
}
