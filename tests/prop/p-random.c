/* p-random.c: random expressions: differentiate, prove, print, read back,
 * compare (all in nb_derive).
 *
 *   p-random [COUNT [SEED [FIRST]]]
 *
 * A wrong answer, one that does not read back, or an error of language fails.
 * What is refused, undefined everywhere or not decided is counted apart; at
 * least 99.5 % of the rest must be proved.  From 100 000 expressions on the
 * generator must have used every production 1000 times and every pair that
 * shapes allow 50 times.  A failure prints the command that repeats it. */
#include "gen.h"
#include "nabla.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Tally {
    unsigned long proved, exact, undecided, refused, wrong;
} Tally;

typedef struct Question {
    const char *command, *as;
    char shape;
    nb_mode mode;
    nb_form form;
    const char *vars[6];
} Question;

static const Question questions[] = {
    {"diff", "", 'S', NB_DIFF, NB_AUTO, {"X", "x", "Z", "t", "w", "X[i,j]"}},
    {"diff", "", 'S', NB_DIFF, NB_AUTO, {"X", "S", "G", "T", "W", "P"}},
    {"grad", "", 'S', NB_GRAD, NB_AUTO, {"X", "x", "Z", "t", "w", "W"}},
    {"jac", "", 'x', NB_JAC, NB_AUTO, {"x", "w", "t", "a", "x", "w"}},
    {"hess", "", 'S', NB_HESS, NB_AUTO, {"x", "w", "t", "a", "x", "w"}},
    {"differential", "", 'A', NB_DIFFERENTIAL, NB_AUTO,
     {"X", "x", "Z", "t", "w", "W"}},
    {"diff", " --as entries", 'Z', NB_DIFF, NB_AS_ENTRIES,
     {"Z", "Z", "X", "x", "w", "A"}},
    {"simplify", "", 'A', NB_SIMPLIFY, NB_AUTO, {"", "", "", "", "", ""}}};

static int is_fine(const nb_error_info *e)
{
    static const char *const words[] = {
        "division by zero", "needs a tensor", "no value at any point",
        "no closed form", "is not supported",
        "Kronecker form of this is not known"};
    if (e->code == 3)
        return 1;
    for (size_t i = 0; e->code == 2 && i < sizeof words / sizeof *words; i++)
        if (e->message && strstr(e->message, words[i]))
            return 1;
    return 0;
}

static void repeat(const char *what, const Question *q, const char *expr,
                   const char *var)
{
    printf("%s\n  nabla %s \"%s\" '%s'%s -d \"%s\"\n", what, q->command, expr,
           var, q->as, gen_declarations);
}

static void judge(nb_context *c, const nb_result *r, Tally *t,
                  const Question *q, const char *expr, const char *var)
{
    if (r) {
        t->proved++;
        t->exact += strncmp(nb_result_proof(r, 0).oracle, "finite", 6) == 0;
        return;
    }
    nb_error_info e = nb_error(c);
    const char *m = e.message ? e.message : "";
    if (e.code == 4 && strstr(m, "could not be proved")) {
        t->undecided++;
        if (getenv("SHOW_UNDECIDED"))
            repeat("undecided:", q, expr, var);
    } else if (is_fine(&e)) {
        t->refused++;
        if (getenv("SHOW_REFUSED"))
            repeat(m, q, expr, var);
    } else if (t->wrong++ < 10) {
        printf("FAILED: ");
        repeat(m, q, expr, var);
    }
}

/* The generator must reach everything. */
static int covered(unsigned long count)
{
    GenCoverage g = gen_coverage();
    printf("%u productions, the rarest %lu times: %s; %u pairs, the rarest "
           "%lu times: %s in %s; with an inverse or determinant %.0f %%, with "
           "a matrix that is not square %.0f %%\n",
           g.productions, g.least_use, g.rarest, g.pairs, g.least_pair,
           g.rare_child, g.rare_parent, 100 * g.inverse, 100 * g.oblong);
    if (count < 100000 || (g.least_use >= 1000 && g.least_pair >= 50 &&
                           g.inverse >= 0.3 && g.oblong >= 0.3))
        return 1;
    puts("FAILED: the generator does not reach everything");
    return 0;
}

/* c is NULL: the expression is only made, as the next ones depend on it. */
static void run(nb_context *c, Tally *t, uint64_t seed, char *text)
{
    gen_seed(seed);
    const Question *q =
        &questions[gen_pick(sizeof questions / sizeof *questions)];
    /* most are small: what is wrong is wrong in small ones, too */
    int depth = 2 + (int)gen_pick(3) + (gen_pick(12) == 0 ? 4 : 0);
    if (q->mode == NB_HESS || q->form == NB_AS_ENTRIES)
        depth = depth > 3 ? 3 : depth;
    gen_expression(text, q->shape, depth);
    const char *var = q->vars[gen_pick(6)];
    if (!c)
        return;
    nb_request request = {.mode = q->mode, .form = q->form,
                          .expression = text, .variables = &var,
                          .nvariables = q->mode != NB_SIMPLIFY,
                          .seed = seed + 1};
    nb_reset(c);
    const nb_result *r = nb_declare(c, gen_declarations)
                             ? nb_derive(c, &request)
                             : NULL;
    judge(c, r, t, q, text, var);
}

int main(int argc, char **argv)
{
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    /* the first one, to repeat what failed */
    unsigned long first = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    Tally t = {0, 0, 0, 0, 0};
    nb_context *c = nb_context_new(NULL);
    char *text = malloc(GEN_TEXT);
    for (unsigned long k = 0; c && text && k < first + count; k++)
        run(k < first ? NULL : c, &t, seed * 1000003 + k, text);
    nb_context_free(c);
    free(text);
    unsigned long all = t.proved + t.undecided + t.wrong;
    printf("proved %lu (%.1f %% exactly), undecided %lu, refused %lu, wrong "
           "%lu\n",
           t.proved, t.proved ? 100.0 * (double)t.exact / (double)t.proved : 0,
           t.undecided, t.refused, t.wrong);
    int decided = all == 0 || (double)t.undecided <= 0.005 * (double)all;
    if (!decided)
        puts("FAILED: less than 99.5 % decided");
    int reached = covered(count);
    printf("%lu passed, %lu failed\n", t.proved,
           t.wrong + !decided + !reached);
    return t.wrong || !decided || !reached;
}
