/* t-planted.c: a wrong rule of calculus never becomes an answer.
 *
 * Into the context of one question a rule is planted that differs from the
 * table's in one place: another sign, twice, a transpose dropped or added, a
 * term, a factor or a function left out, factors in another order, a number
 * off by one.  An expression that uses the operator, derived by the public
 * function, must not be answered: "could not be proved", exit status 4, or "no
 * value at any point", 2.  A changed rule that the prover shows to be equal to
 * the table's is none; one that this question never comes to, so that the
 * answer is the true one, is harmless, but each rule has one that is caught.
 * (The rules that the prover itself reads are the table's; t-rules.c proves
 * those.) */
#include "api/context.h"
#include "calc/calc.h"
#include "mutate.h"
#include "nabla.h"
#include "out/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned planted, caught, harmless, equal, failed;

/* A rule under test: its text over the formals, and a question that uses it. */
typedef struct Subject {
    OpId op;
    RuleKind kind;
    const char *rule;
    char formals[256];  /* of the rule */
    char declared[256]; /* of the question */
    char expression[128];
    const char *variable;
} Subject;

static char truth[4096]; /* the subject's answer by the table's rule */


typedef struct Mutation {
    Ctx *ctx;
    Scope *scope;
    const Subject *subject;
    const Tree *rule;
    const char *seen[1024];
    size_t n;
} Mutation;

/* --- the question */

static const nb_result *ask(nb_context *c, const Subject *s)
{
    nb_request q = {.mode = NB_DIFF, .expression = s->expression,
                    .variables = &s->variable, .nvariables = 1};
    return nb_declare(c, s->declared) ? nb_derive(c, &q) : NULL;
}

static void refused(const Subject *s, const char *text)
{
    nb_context *c = nb_context_new(NULL);
    Planted p = {.op = s->op, .kind = s->kind, .text = text};
    c->ctx->slot[SLOT_PLANTED] = &p;
    const nb_result *r = ask(c, s);
    nb_error_info e = nb_error(c);
    planted++;
    if (!r && (e.code == 4 || (e.code == 2 && strstr(e.message, "no value")))) {
        caught++;
    } else if (r && strcmp(nb_result_text(r, 0, NB_TEXT), truth) == 0) {
        harmless++;
    } else {
        failed++;
        printf("FAILED: %s with %s: %s (%d)\n", s->expression, text,
               r ? nb_result_text(r, 0, NB_TEXT) : e.message, e.code);
    }
    nb_context_free(c);
}

static void answered(const Subject *s)
{
    nb_context *c = nb_context_new(NULL);
    const nb_result *r = ask(c, s);
    if (!r) {
        failed++;
        printf("FAILED: %s: %s\n", s->expression, nb_error(c).message);
    }
    snprintf(truth, sizeof truth, "%s", r ? nb_result_text(r, 0, NB_TEXT) : "");
    nb_context_free(c);
}

/* --- changed rules */

static const Tree *read_rule(Mutation *m, const char *text)
{
    Source src = {.text = text, .origin = "rule"};
    ctx_source(m->ctx, text, src.origin);
    src.parsed = lang_parse(m->ctx, text, strlen(text));
    bool ok = src.parsed && lang_shape(m->scope, &src, 1);
    m->ctx->diag = (Diag){0};
    return ok ? src.shaped : NULL;
}

static bool is_new(Mutation *m, const char *text)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->seen[i], text) == 0)
            return false;
    if (m->n < sizeof m->seen / sizeof *m->seen)
        m->seen[m->n++] = text;
    return true;
}

/* One changed rule: if it can be read and has the rule's shape. */
static void try_text(Mutation *m, const char *text)
{
    const Tree *t = text && is_new(m, text) ? read_rule(m, text) : NULL;
    if (!t || t->rows != m->rule->rows || t->cols != m->rule->cols)
        return;
    Claim c = {.form = CLAIM_EQUAL, .input = m->rule, .answer = t};
    if (t == m->rule || verify_claim(m->ctx, &c, 3).verdict == PROVED)
        equal++;
    else
        refused(m->subject, text);
}

static void try_tree(void *m, const Tree *t)
{
    try_text(m, out_print(((Mutation *)m)->ctx, t, OUT_TEXT));
}

static void test(const Subject *s)
{
    Mutation m = {.ctx = ctx_new(NULL, NULL), .subject = s};
    unsigned before = caught;
    m.scope = scope_new(m.ctx);
    bool ok = scope_declare(m.scope, s->formals, strlen(s->formals));
    m.rule = ok ? read_rule(&m, s->rule) : NULL;
    answered(s);
    if (m.rule) {
        try_text(&m, ctx_printf(m.ctx, "2*(%s)", s->rule));
        try_text(&m, ctx_printf(m.ctx, "(%s)/2", s->rule));
        each_change(m.ctx, m.rule, try_tree, &m);
    }
    if (caught == before) {
        failed++;
        printf("FAILED: no wrong rule of %s was caught\n",
               op_record(s->op)->name);
    }
    ctx_free(m.ctx);
}

/* --- the table */

static void entrywise(OpId op, bool second)
{
    const OpRecord *r = op_record(op);
    Subject s = {.op = op, .kind = second ? RULE_SLOPE2 : RULE_SLOPE,
                 .rule = second ? r->slope2 : r->slope,
                 .formals = "a: scalar; b: scalar",
                 .declared = "x: [n]; y: [n]; c: [n]",
                 .variable = second ? "y" : "x"};
    snprintf(s.expression, sizeof s.expression,
             op == OP_EPOW ? "sum(c.*x%sy)"
             : r->slope2   ? "sum(c.*%s(x,y))"
                           : "sum(c.*%s(x))",
             r->name);
    if (s.rule)
        test(&s);
}

static void matrix(OpId op, RuleKind kind, const char *rule)
{
    const OpRecord *r = op_record(op);
    const char *more = r->when && strstr(r->when, "symmetric") ? " symmetric"
                                                                : "";
    const char *colon = strchr(r->args, ':');
    int name = (int)(colon - r->args);
    Subject s = {.op = op, .kind = kind, .rule = rule};
    s.variable = name == 1 && *r->args == 'x' ? "x" : "A";
    snprintf(s.declared, sizeof s.declared, "%s%s", r->args, more);
    snprintf(s.formals, sizeof s.formals, "%s%s; d%s%s", r->args, more,
             r->args, more);
    snprintf(s.expression, sizeof s.expression,
             kind == RULE_TRACE                 ? "tr(%s(%s))"
             : strcmp(r->gives, "scalar") == 0 ? "%s(%s)"
                                                : "sum(C.*%s(%s))",
             r->name, s.variable);
    test(&s);
}

static void power(void)
{
    Subject s = {.op = OP_POW, .kind = RULE_DIFF,
                 .rule = op_record(OP_POW)->diff,
                 .formals = "A: [n,n]; dA: [n,n]; k: integer",
                 .declared = "A: [n,n]; k: integer",
                 .expression = "sum(C.*A^k)", .variable = "A"};
    test(&s);
}

int main(void)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const OpRecord *r = op_record((OpId)i);
        entrywise((OpId)i, false);
        entrywise((OpId)i, true);
        if (r->cls != CLASS_MATRIX)
            continue;
        if (r->diff)
            matrix((OpId)i, RULE_DIFF, r->diff);
        if (r->trace)
            matrix((OpId)i, RULE_TRACE, r->trace);
        if (r->means)
            matrix((OpId)i, RULE_MEANS, r->means);
    }
    power();
    printf("%u wrong rules planted, %u caught, %u harmless; "
           "%u changes that were equal\n",
           planted, caught, harmless, equal);
    printf("%u passed, %u failed\n", caught, failed);
    return failed != 0;
}
