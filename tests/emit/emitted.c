/* emitted.c: emitted LANGUAGE EXPR DECLARATIONS [VAR]: the code of an
 * expression, and of its gradient by VAR, on standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "out/code.h"

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    Ctx *ctx = ctx_new(NULL, NULL);
    Scope *scope = scope_new(ctx);
    ctx_source(ctx, argv[3], "declaration");
    Question q = {.expression = argv[2]};
    q.task.mode = argc > 4 ? MODE_GRAD : MODE_SIMPLIFY;
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "hess") == 0) {
            q.task.mode = MODE_HESS;
            continue;
        }
        q.variable[q.nvariables++] = argv[i];
    }
    Answer *a = scope_declare(scope, argv[3], strlen(argv[3]))
                    ? answer(ctx, scope, &q) : NULL;
    PlanTask t = {.nroots = 1};
    if (a) {
        t.root[0] = a->outcome.item[0].claim.input;
        t.label[0] = "value";
        for (unsigned i = 0; i < a->outcome.nitems && q.nvariables; i++) {
            t.root[t.nroots] = a->outcome.item[i].answer;
            t.label[t.nroots++] = q.task.mode == MODE_HESS ? "hessian" : ctx_printf(ctx, "gradient %s",
                                             q.variable[i]);
        }
    }
    const Plan *p = a ? plan_make(ctx, &t) : NULL;
    if (p && getenv("PLAN"))
        puts(plan_dump(p, NULL, 0));
    CodeTask c = {.plan = p, .about = argv[2]};
    const char *text = p ? code_print(ctx, &c, argv[1]) : NULL;
    if (text)
        fputs(text, stdout);
    else
        fprintf(stderr, "%s\n", ctx->diag.message ? ctx->diag.message : "?");
    ctx_free(ctx);
    return !text;
}
