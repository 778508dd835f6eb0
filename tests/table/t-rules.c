/* t-rules.c: every rule of the operator table, by itself, against the prover,
 * and every rule with a fault planted, which the prover must refute.
 *
 * Slopes of entrywise functions are compared with 50 digits of a difference
 * of the function; differentials, traces and meanings of matrix functions
 * with the oracles; each also negated, doubled, or off by one. */
#include "lang/lang.h"
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

static int passed, failed;

static void check(const char *name, const char *what, bool ok)
{
    if (ok)
        passed++;
    else
        failed++;
    if (!ok)
        printf("FAILED: %s: %s\n", name, what);
}

/* Declare, read both texts in one scope, and try the claim. */
typedef struct Trial {
    const char *declarations, *input, *answer;
    ClaimForm form;
    const char *var, *dir;
    bool ball;
} Trial;

static Report attempt(const Trial *t)
{
    Report none = {.verdict = UNDECIDED, .digits = 0};
    Ctx *ctx = ctx_new(NULL, NULL);
    Scope *s = ctx ? scope_new(ctx) : NULL;
    Source src[4] = {{.text = t->input, .origin = "input"},
                     {.text = t->answer, .origin = "answer"},
                     {.text = t->var ? t->var : "1", .origin = "variable"},
                     {.text = t->dir ? t->dir : "1", .origin = "direction"}};
    bool ok = s && scope_declare(s, t->declarations,
                                 strlen(t->declarations));
    for (int i = 0; ok && i < 4; i++) {
        ctx_source(ctx, src[i].text, src[i].origin);
        src[i].parsed = lang_parse(ctx, src[i].text, strlen(src[i].text));
        ok = src[i].parsed != NULL;
    }
    if (ok && lang_shape(s, src, 4)) {
        Claim c = {.form = t->form, .input = src[0].shaped,
                   .answer = src[1].shaped};
        if (t->var) {
            c.order = 1;
            c.nvars = 1;
            c.var[0] = src[2].shaped;
        }
        if (t->dir)
            c.dir[0] = src[3].shaped->sym;
        none = t->ball ? verify_ball(ctx, &c, 5) : verify_claim(ctx, &c, 5);
    } else if (ctx && ctx->diag.message) {
        printf("%s: %s\n", t->answer, ctx->diag.message);
    }
    ctx_free(ctx);
    return none;
}

/* The rule holds, and with each fault planted it does not. */
static void prove(const char *name, const Trial *t, double digits)
{
    char text[1024];
    Report r = attempt(t);
    check(name, t->answer, r.verdict == PROVED && r.digits >= digits);
    for (int i = 0; i < 2; i++) {
        Trial wrong = *t;
        snprintf(text, sizeof text, i ? "2*(%s)" : "-(%s)", t->answer);
        wrong.answer = text;
        if (strcmp(t->answer, "0") != 0)
            check(name, text, attempt(&wrong).verdict == REFUTED);
    }
}

static void slopes(const OpRecord *r, bool two)
{
    char input[64], text[256];
    snprintf(input, sizeof input, two ? "%s(a,b)" : "%s(a)", r->name);
    if (strcmp(r->name, ".^") == 0)
        snprintf(input, sizeof input, "a^b");
    Trial t = {.declarations = "a: scalar; b: scalar", .input = input,
               .answer = r->slope, .form = CLAIM_DIRECT, .var = "a",
               .ball = true};
    if (!r->slope) { /* defined by others */
        t = (Trial){.declarations = t.declarations, .input = input,
                    .answer = r->means, .form = CLAIM_EQUAL, .ball = true};
        prove(r->name, &t, 49);
        return;
    }
    prove(r->name, &t, 49);
    snprintf(text, sizeof text, "%s + 1", r->slope);
    Trial off = t;
    off.answer = text;
    check(r->name, text, attempt(&off).verdict == REFUTED);
    if (!r->slope2)
        return;
    t.answer = r->slope2;
    t.var = "b";
    prove(r->name, &t, 49);
}

static void matrix_rule(const OpRecord *r)
{
    char input[128], text[512], decl[128];
    char formal = r->args[0];
    bool symmetric = r->when && strcmp(r->when, "A symmetric") == 0;
    snprintf(decl, sizeof decl, "%s%s", r->args,
             symmetric ? " symmetric" : "");
    snprintf(input, sizeof input, "%s(%c)", r->name, formal);
    Trial t = {.declarations = decl, .input = input};
    if (r->diff) {
        t.answer = r->diff;
        t.form = CLAIM_DIFFERENTIAL;
        t.var = "A";
        t.dir = "dA";
        prove(r->name, &t, 0);
    }
    if (r->trace) {
        snprintf(input, sizeof input, "tr(%s(A))", r->name);
        snprintf(text, sizeof text, "tr((%s)*dA)", r->trace);
        t.answer = text;
        t.form = CLAIM_DIFFERENTIAL;
        t.var = "A";
        t.dir = "dA";
        prove(r->name, &t, 30);
    }
    if (r->means) {
        t.answer = r->means;
        t.form = CLAIM_EQUAL;
        prove(r->name, &t, 0);
    }
}

static void power_rule(void)
{
    Trial t = {.declarations = "A: [n,n]; k: integer", .input = "A^k",
               .answer = op_record(OP_POW)->diff,
               .form = CLAIM_DIFFERENTIAL, .var = "A", .dir = "dA"};
    prove("^", &t, 0);
}

/* A row of the table without a rule or a mark could derive to zero. */
static void complete(OpId op)
{
    const OpRecord *r = op_record(op);
    bool rule = r->slope || r->diff || r->trace || r->means;
    bool mark = r->cls == CLASS_LEAF || r->cls == CLASS_SYNTAX ||
                r->cls == CLASS_LATER;
    check(r->name, "has a rule or a mark", rule || mark);
    check(r->name, "has a help text", r->help && *r->help);
}

int main(void)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const OpRecord *r = op_record((OpId)i);
        complete((OpId)i);
        if (r->cls == CLASS_ENTRYWISE || i == OP_EPOW)
            slopes(r, r->slope2 != NULL);
        if (r->cls == CLASS_MATRIX)
            matrix_rule(r);
    }
    power_rule();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
