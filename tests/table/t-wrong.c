/* t-wrong.c: the prover accepts no wrong answer.
 *
 *   t-wrong [SHARE [SEED [FILE.cases ...]]]
 *
 * Each answer of the corpus, in each of its forms, is changed in one node
 * (mutate.h) and the claim put to the prover again, with the changed answer.
 * Where it is accepted the two answers must be equal as functions, by a proof
 * of its own; anything else is a hole.  One change of SHARE is tried; 1 tries
 * all. */
#include "api/context.h"
#include "base/hash.h"
#include "cases.h"
#include "mutate.h"
#include "out/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 32 }; /* changes tried in one context */

static unsigned long answers, refuted, undecided, equal, failed;
static uint64_t share = 40, seed = 1;

typedef struct Trying {
    nb_context *c;
    const Claim *claim;
    const char *question, *form;
    size_t from, n; /* changes before, changes met */
    PtrMap seen;
} Trying;

static const Tree *read_back(Trying *t, const Tree *u)
{
    Ctx *ctx = t->c->ctx;
    const char *text = out_print(ctx, u, OUT_TEXT);
    const char *key = text ? ctx_intern(ctx, text, strlen(text)) : NULL;
    if (!key || ptrmap_has(&t->seen, key) || !ptrmap_put(&t->seen, key, t))
        return NULL;
    if ((hash_bytes(key, strlen(key)) ^ seed) % share || t->n++ < t->from ||
        t->n > t->from + CHUNK)
        return NULL;
    u = answer_read(ctx, t->c->scope, key, "answer");
    ctx->diag = (Diag){0};
    return u && u->rows == t->claim->answer->rows &&
                   u->cols == t->claim->answer->cols
               ? u
               : NULL;
}

static void accepted(Trying *t, const Tree *u)
{
    Claim same = {.form = CLAIM_EQUAL, .input = t->claim->answer, .answer = u};
    if (verify_claim(t->c->ctx, &same, seed + 11).verdict == PROVED) {
        equal++;
        return;
    }
    failed++;
    printf("FAILED: %s as %s: %s was accepted for %s\n", t->question, t->form,
           out_print(t->c->ctx, u, OUT_TEXT),
           out_print(t->c->ctx, t->claim->answer, OUT_TEXT));
}

static void try_answer(void *trying, const Tree *changed)
{
    Trying *t = trying;
    const Tree *u = read_back(t, changed);
    Claim c = *t->claim;
    if (!u || u == c.answer)
        return;
    c.answer = u;
    Verdict v = verify_claim(t->c->ctx, &c, seed).verdict;
    if (v == PROVED)
        accepted(t, u);
    else
        *(v == REFUTED ? &refuted : &undecided) += 1;
}

/* One chunk of the changes; were there more? */
static int try_chunk(const nb_request *q, const char *let, const char *form,
                     size_t from)
{
    nb_context *c = nb_context_new(NULL);
    const nb_result *r = !let || nb_declare(c, let) ? nb_derive(c, q) : NULL;
    int more = 0;
    for (unsigned i = 0; r && i < r->a->outcome.nitems; i++) {
        const Item *it = &r->a->outcome.item[i];
        Trying t = {.c = c, .claim = &it->claim, .question = q->expression,
                    .form = form, .from = from};
        ptrmap_init(&t.seen, c->ctx->arena);
        if (it->answer != it->claim.answer)
            continue; /* by a transform: read in other names */
        answers += from == 0;
        each_change(c->ctx, it->answer, try_answer, &t);
        more = more || t.n > from + CHUNK;
    }
    nb_context_free(c);
    return more;
}

static void try_case(const Case *k)
{
    static const char *const forms[] = {"auto", "gradient", "differential",
                                        "entries", "kron", "bilinear"};
    CaseRequest *r = is_derivative(k) ? case_request(k) : NULL;
    for (int f = r && r->q.form != NB_AUTO ? (int)r->q.form : 0; r && f < 6;
         f++) {
        nb_request q = r->q;
        q.form = (nb_form)f;
        for (size_t from = 0;
             try_chunk(&q, value_of(k, "let"), forms[f], from); from += CHUNK)
            continue;
        if (r->q.form != NB_AUTO)
            break;
    }
    free(r);
}

int main(int argc, char **argv)
{
    static char *standard[] = {
        "tests/corpus/complex.cases", "tests/corpus/learning.cases",
        "tests/corpus/magnus-neudecker.cases",
        "tests/corpus/matrix-cookbook.cases", "tests/corpus/spectral.cases",
        "tests/corpus/statistics.cases", "tests/corpus/structure.cases",
        "tests/corpus/control.cases", NULL};
    char **file = argc > 3 ? argv + 3 : standard;
    if (argc > 1)
        share = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    for (; *file; file++)
        if (cases_read(*file, try_case))
            failed++;
    printf("%lu answers; of the changed ones %lu refuted, %lu not decided or "
           "without a value, %lu equal\n",
           answers, refuted, undecided, equal);
    if (answers == 0 || refuted == 0)
        failed++;
    printf("%lu passed, %lu failed\n", refuted + equal, failed);
    return failed != 0;
}
