/* answer.c: the way of an answer, a call a stage:
 *
 *   text -> tree -> shapes -> network -> derivative -> tree -> proof -> text
 *
 * and the text is read back before it is given out. */
#include "api/check.h"
#include "api/derive.h"
#include "out/out.h"

#include <string.h>

static void dump(Ctx *ctx, const char *stage, const char *text)
{
    if (ctx->dump && text)
        ctx->dump(ctx->dump_user, stage, text);
}

static const Tree *parse(Ctx *ctx, const char *text, const char *origin)
{
    ctx_source(ctx, text, origin);
    if (ctx->dump)
        dump(ctx, "tokens", lang_dump_tokens(ctx, text, strlen(text)));
    const Tree *t = lang_parse(ctx, text, strlen(text));
    if (ctx->dump && t)
        dump(ctx, "tree", tree_dump(ctx, t));
    return t;
}

/* All texts of the question, read and shaped together. */
static bool read_all(Ctx *ctx, Scope *scope, const Question *q, Task *task)
{
    Source src[TASK_VARS + 1];
    size_t n = 0;
    memset(src, 0, sizeof src);
    ctx->latex = q->latex;
    for (unsigned i = 0; i <= q->nvariables; i++, n++) {
        src[n].text = i ? q->variable[i - 1] : q->expression;
        src[n].origin = i ? "variable" : "expression";
        src[n].parsed = parse(ctx, src[n].text, src[n].origin);
        if (!src[n].parsed)
            return false;
    }
    ctx->latex = false;
    if (!lang_shape(scope, src, n))
        return false;
    ctx_source(ctx, q->expression, "expression");
    task->input = src[0].shaped;
    task->text = q->expression;
    task->nvars = q->nvariables;
    for (unsigned i = 0; i < q->nvariables; i++) {
        task->var[i] = src[i + 1].shaped;
        task->var_text[i] = q->variable[i];
    }
    if (ctx->dump)
        dump(ctx, "shapes", tree_dump(ctx, task->input));
    return true;
}

static void list_inferred(Ctx *ctx, Scope *scope, Answer *a)
{
    size_t n = 0;
    const Sym *const *sym = scope_symbols(scope, &n);
    for (size_t i = 0; i < n && a->ninferred < TASK_NOTES; i++)
        if (!sym[i]->declared && !sym[i]->differential &&
            sym[i]->kind != SYM_INDEX && sym[i]->kind != SYM_DIMENSION)
            a->inferred[a->ninferred++] = sym_declaration(ctx, sym[i]);
}

static void dump_verdict(Ctx *ctx, const Report *r)
{
    static const char *const verdicts[] = {"proved", "refuted", "undefined",
                                           "undecided"};
    Buf b;
    buf_init(&b, ctx->arena);
    buf_printf(&b, "%s: %s, %u draws of sizes, %u points",
               verdicts[r->verdict], r->oracle, r->draws, r->points);
    if (r->where)
        buf_printf(&b, ", at %s", r->where);
    buf_add(&b, "\n");
    dump(ctx, "verify", buf_text(&b));
}

static bool prove_item(Ctx *ctx, const Question *q, const Item *it, Report *r)
{
    *r = verify_claim(ctx, &it->claim, q->seed);
    if (ctx_failed(ctx))
        return false;
    if (ctx->dump)
        dump_verdict(ctx, r);
    if (r->verdict == UNDEFINED)
        return ctx_fail(ctx, ERR_LANGUAGE, (Span){0, 0},
                        "--no-verify shows the formal derivative",
                        "the expression has no value at any point that was "
                        "tried: a singular inverse, a logarithm or a root of "
                        "a negative number, a division by zero") != NULL;
    if (r->verdict == REFUTED)
        return ctx_fail(ctx, ERR_UNPROVED, (Span){0, 0},
                        "this is a defect of ours: please report it",
                        "the derived answer is wrong (at %s) and is not shown",
                        r->where ? r->where : "") != NULL;
    if (r->verdict != PROVED)
        return ctx_fail(ctx, ERR_UNPROVED, (Span){0, 0},
                        "--no-verify shows it unproved",
                        "the answer could not be proved") != NULL;
    return true;
}

static bool prove(Ctx *ctx, const Question *q, Answer *a)
{
    Report lower;
    for (unsigned i = 0; i < a->outcome.nbefore; i++)
        if (!prove_item(ctx, q, &a->outcome.before[i], &lower))
            return false;
    for (unsigned i = 0; i < a->outcome.nitems; i++)
        if (!has_values(ctx, a->outcome.item[i].claim.input) ||
            !prove_item(ctx, q, &a->outcome.item[i], &a->report[i]))
            return false;
    a->verified = true;
    return true;
}

const Tree *answer_read(Ctx *ctx, Scope *scope, const char *text,
                        const char *origin)
{
    Source src = {.text = text, .origin = origin};
    ctx_source(ctx, text, origin);
    src.parsed = lang_parse(ctx, text, strlen(text));
    if (!src.parsed || !lang_shape(scope, &src, 1))
        return NULL;
    return src.shaped;
}

/* Two texts may be equal as functions where an equality alone has no point to
 * be tried at; then what was read has to prove the claim itself. */
static bool same_answer(Ctx *ctx, const Question *q, const Item *it,
                        const Tree *u)
{
    Claim equal = {.form = CLAIM_EQUAL, .input = it->answer, .answer = u};
    Claim whole = it->claim;
    Verdict v = verify_claim(ctx, &equal, q->seed).verdict;
    if (v == PROVED || v == REFUTED || it->claim.answer != it->answer)
        return v == PROVED;
    whole.answer = u;
    return verify_claim(ctx, &whole, q->seed).verdict == PROVED;
}

/* What is printed must read back to what was proved. */
static bool reads_back(Ctx *ctx, Scope *scope, const Question *q,
                       const Item *it, const char *text)
{
    Diag before = ctx->diag;
    const Tree *u = answer_read(ctx, scope, text, "answer");
    if (u && (u == it->answer || same_answer(ctx, q, it, u)) &&
        !ctx_failed(ctx))
        return true;
    if (ctx->diag.code == ERR_LIMIT || ctx->diag.code == ERR_MEMORY)
        return false;
    const char *why = ctx->diag.message;
    ctx->diag = before;
    ctx_fail(ctx, ERR_INTERNAL, (Span){0, 0},
             "this is a defect of ours: please report it",
             "the answer %s does not read back%s%s", text, why ? ": " : "",
             why ? why : "");
    return false;
}

/* An answer without a derivation stands, with a word why. */
static bool derivation_of(Ctx *ctx, Scope *scope, const Question *q,
                          const Task *task, Answer *a)
{
    Diag before = ctx->diag;
    if (steps_of(ctx, scope, task, &a->outcome, q->seed, &a->steps) ||
        ctx->diag.code == ERR_LIMIT || ctx->diag.code == ERR_MEMORY)
        return !ctx_failed(ctx);
    note(a->outcome.note, &a->outcome.nnotes,
         ctx_printf(ctx, "no derivation: %s",
                    ctx->diag.message ? ctx->diag.message : ""));
    a->steps.n = 0;
    ctx->diag = before;
    return true;
}

Answer *answer(Ctx *ctx, Scope *scope, const Question *q)
{
    Answer *a = ARENA_NEW(ctx->arena, Answer);
    Task task = q->task;
    if (!a)
        return NULL;
    a->ctx = ctx;
    a->input = q->expression;
    if (!read_all(ctx, scope, q, &task))
        return NULL;
    list_inferred(ctx, scope, a);
    if (!derive(ctx, scope, &task, &a->outcome))
        return NULL;
    for (unsigned i = 0; ctx->dump && i < a->outcome.nitems; i++)
        dump(ctx, "raised", tree_dump(ctx, a->outcome.item[i].answer));
    if (q->verify && !prove(ctx, q, a))
        return NULL;
    for (unsigned i = 0; i < a->outcome.nitems; i++) {
        const Tree *t = a->outcome.item[i].answer;
        a->text[i] = out_print(ctx, t, OUT_TEXT);
        if (!a->text[i] ||
            (q->verify && !reads_back(ctx, scope, q, &a->outcome.item[i],
                                          a->text[i])))
            return NULL;
    }
    if (q->steps && !derivation_of(ctx, scope, q, &task, a))
        return NULL;
    if (q->compare && !compare_answer(ctx, scope, q, a))
        return NULL;
    ctx_source(ctx, q->expression, "expression");
    return ctx_failed(ctx) ? NULL : a;
}

const Tree *answer_plain(Ctx *ctx, Scope *scope, const Tree *t)
{
    Outcome out;
    Task task = {.mode = MODE_SIMPLIFY, .input = t};
    bool has = false;
    const Tree *stack[256];
    size_t n = 0;
    stack[n++] = t;
    for (size_t steps = 0; n && steps < 10000 && !has; steps++) {
        const Tree *u = stack[--n];
        has = u->op == OP_DERIV;
        for (uint32_t i = 0; i < u->nkids && n < 250; i++)
            stack[n++] = u->kid[i];
    }
    if (!has)
        return t;
    return derive(ctx, scope, &task, &out) ? out.item[0].answer : NULL;
}

Report answer_equal(Ctx *ctx, Scope *scope, const char *a, const char *b,
                    uint64_t seed)
{
    Report none = {.verdict = UNDECIDED, .oracle = ""};
    Source src[2] = {{.text = a, .origin = "expression"},
                     {.text = b, .origin = "expression"}};
    for (int i = 0; i < 2; i++) {
        ctx_source(ctx, src[i].text, src[i].origin);
        src[i].parsed = lang_parse(ctx, src[i].text, strlen(src[i].text));
        if (!src[i].parsed)
            return none;
    }
    if (!lang_shape(scope, src, 2))
        return none;
    Claim c = {.form = CLAIM_EQUAL};
    c.input = answer_plain(ctx, scope, src[0].shaped);
    c.answer = c.input ? answer_plain(ctx, scope, src[1].shaped) : NULL;
    if (!c.answer)
        return none;
    if (c.input->rows != c.answer->rows || c.input->cols != c.answer->cols) {
        none.verdict = REFUTED;
        none.where = "the shapes differ";
        return none;
    }
    return verify_claim(ctx, &c, seed);
}
