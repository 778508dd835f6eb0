/* p-check.c: random identities and near-identities through nb_check.
 *
 *   p-check [COUNT [SEED]]
 *
 * True ones are made in pairs: a rule, as (A*B)' = B'*A', has both its sides
 * filled with pairs that are made the same way, down to random expressions.
 * They are true by construction, so a refutation fails.  False ones are made
 * from a text in which one node is changed: a sign, a transpose, a factor, a
 * function, the order of two factors.  Such a change may leave the value as it
 * was; so the verdict must be that of the prover with another seed, which
 * knows nothing of the normal forms that nb_check tries first. */
#include "gen.h"
#include "nabla.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Rule {
    char shape;
    const char *left, *right;
} Rule;

/* %A1 is hole 1, of shape A: three of A, three of S, three of all others
 * together. */
static const Rule rules[] = {
    {'S', "tr(%A1*%A2)", "tr(%A2*%A1)"},
    {'S', "tr(%A1*%A2*%A3)", "tr(%A3*%A1*%A2)"},
    {'S', "tr(%A1')", "tr(%A1)"},
    {'S', "tr(%A1 + %A2)", "tr(%A1) + tr(%A2)"},
    {'S', "tr(%A1*%A2')", "sum(%A1.*%A2)"},
    {'S', "tr(%x1*%x2')", "%x2'*%x1"},
    {'S', "%x1'*%x2", "%x2'*%x1"},
    {'S', "%x1'*%A1*%x2", "%x2'*%A1'*%x1"},
    {'S', "logdet(%A1*%A2)", "logdet(%A1) + logdet(%A2)"},
    {'S', "det(%A1*%A2)", "det(%A1)*det(%A2)"},
    {'S', "det(inv(%A1))", "1/det(%A1)"},
    {'S', "exp(%S1 + %S2)", "exp(%S1)*exp(%S2)"},
    {'S', "log(exp(%S1))", "%S1"},
    {'S', "sin(%S1)^2 + cos(%S1)^2", "1"},
    {'S', "3*%S1", "%S1 + 2*%S1"},
    {'S', "(%S1 - %S2)*(%S1 + %S2)", "%S1^2 - %S2^2"},
    {'S', "%S1/(1 + %S2^2)", "%S1*(1 + %S2^2)^(-1)"},
    {'S', "2*log(1 + %S1^2)", "log((1 + %S1^2)^2)"},
    {'S', "norm(%x1)^2", "sum(%x1.*%x1)"},
    {'S', "sum(%x1)", "ones(n,1)'*%x1"},
    {'S', "normF(%Z1)^2", "tr(%Z1'*%Z1)"},
    {'x', "%A1*(%x1 + %x2)", "%A1*%x1 + %A1*%x2"},
    {'x', "%A1*(%A2*%x1)", "(%A1*%A2)*%x1"},
    {'x', "diag(%x1)*%x2", "%x2.*%x1"},
    {'x', "diag(%x1*%x2')", "%x1.*%x2"},
    {'x', "%A1\\%x1", "inv(%A1)*%x1"},
    {'x', "(%x1'*%A1)'", "%A1'*%x1"},
    {'x', "softmax(%x1)", "exp(%x1)/sum(exp(%x1))"},
    {'x', "tanh(%x1)", "2*sigmoid(2*%x1) .- 1"},
    {'x', "sum(%Z1,2)", "%Z1*ones(m,1)"},
    {'A', "(%A1*%A2)'", "%A2'*%A1'"},
    {'A', "(%A1')'", "%A1"},
    {'A', "inv(%A1*%A2)", "inv(%A2)*inv(%A1)"},
    {'A', "inv(%A1)'", "inv(%A1')"},
    {'A', "inv(inv(%A1))", "%A1"},
    {'A', "%A1*(%A2 + %A3)", "%A1*%A2 + %A1*%A3"},
    {'A', "(%A1 - %A2)*%A3", "%A1*%A3 - %A2*%A3"},
    {'A', "%A1 - %A2", "-(%A2 - %A1)"},
    {'A', "%A1.*%A2", "%A2.*%A1"},
    {'A', "%x1.*%A1", "diag(%x1)*%A1"},
    {'A', "%S1*(%A1*%A2)", "%A1*(%S1*%A2)"},
    {'A', "%A1/%A2", "%A1*inv(%A2)"},
    {'A', "adj(%A1)", "det(%A1)*inv(%A1)"},
    {'A', "(%A1 + %A2)^2", "%A1^2 + %A1*%A2 + %A2*%A1 + %A2^2"},
    {'A', "%x1*%x2'", "(%x2*%x1')'"},
    {'A', "inv(P + %x1*%x1')",
     "inv(P) - inv(P)*%x1*%x1'*inv(P)/(1 + %x1'*inv(P)*%x1)"},
    {'A', "S*%A1", "(%A1'*S)'"},
    {'A', "%A1*K", "(K'*%A1')'"},
    {'A', "Q*%A1*Q'", "inv(Q')*%A1*inv(Q)"},
    {'A', "%A1*G", "(G*%A1')'"},
    {'Z', "%A1*%Z1*%W2", "reshape(kron(%W2',%A1)*vec(%Z1),n,m)"},
    {'Z', "(%w1*%x2')'", "%x2*%w1'"},
};
enum { NRULES = sizeof rules / sizeof *rules, MOST = 400 };

typedef struct Pair {
    char left[GEN_TEXT], right[GEN_TEXT];
} Pair;

static void put(char *out, const char *s)
{
    if (strlen(out) + strlen(s) + 1 < GEN_TEXT)
        strcat(out, s);
}

static int place_of(const char *hole)
{
    return (*hole == 'A' ? 0 : *hole == 'S' ? 3 : 6) + hole[1] - '1';
}

/* A template with its holes filled by one side of each pair. */
static void fill(char *out, const char *text, Pair *const *hole, int right)
{
    for (; *text; text++) {
        char c[2] = {*text, 0};
        if (*text != '%') {
            put(out, c);
            continue;
        }
        const Pair *p = hole[place_of(text + 1)];
        put(out, "(");
        put(out, right ? p->right : p->left);
        put(out, ")");
        text += 2;
    }
}

static Pair *make_pair(char shape, int depth);

static void make_holes(const Rule *r, Pair **hole, int depth)
{
    for (const char *s = r->left; (s = strchr(s, '%')); s++) {
        int k = place_of(s + 1);
        if (!hole[k])
            hole[k] = make_pair(s[1], depth);
    }
}

static const Rule *pick_rule(char shape)
{
    for (;;) {
        const Rule *r = &rules[gen_pick(NRULES)];
        if (r->shape == shape)
            return r;
    }
}

static Pair *make_pair(char shape, int depth)
{
    Pair *p = calloc(1, sizeof *p);
    if (!p)
        exit(1);
    if (depth == 0 || !strchr("SxAZ", shape)) {
        gen_expression(p->left, shape, (int)gen_pick(3));
        strcpy(p->right, p->left);
        return p;
    }
    const Rule *r = pick_rule(shape);
    Pair *hole[9] = {NULL};
    make_holes(r, hole, depth - 1);
    fill(p->left, r->left, hole, 0);
    fill(p->right, r->right, hole, 1);
    for (int k = 0; k < 9; k++)
        free(hole[k]);
    return p;
}

/* --- one node changed */

static int is_name(const char *text, const char *s)
{
    return strchr("ABXKSGPTCZWxawu", *s) && *s &&
           (s == text || !(isalnum((unsigned char)s[-1]))) &&
           !isalnum((unsigned char)s[1]) && s[1] != '(' && s[1] != '[';
}

static void splice(char *out, const char *text, const char *at, size_t drop,
                   const char *with)
{
    snprintf(out, GEN_TEXT, "%.*s%s%s", (int)(at - text), text, with,
             at + drop);
}

static int change_word(char *out, const char *text, const char *s)
{
    static const char *const words[][2] = {
        {" + ", " - "}, {" - ", " + "}, {"sin(", "cos("}, {"cos(", "sin("},
        {"tanh(", "sigmoid("}, {"exp(", "sinh("}, {"inv(", "adj("},
        {"det(", "tr("}, {"softplus(", "sigmoid("}, {"log(", "exp("},
        {")'", ")"}, {"')", ")"}, {"^2", "^3"}, {".*", "./"}};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strncmp(s, words[k][0], strlen(words[k][0])) == 0 &&
            !(isalpha((unsigned char)*s) && s > text &&
              isalnum((unsigned char)s[-1]))) {
            splice(out, text, s, strlen(words[k][0]), words[k][1]);
            return 1;
        }
    return 0;
}

static int change_name(char *out, const char *text, const char *s)
{
    char with[8];
    if (!is_name(text, s))
        return 0;
    if (s[1] == '*' && is_name(text, s + 2) && gen_pick(2)) {
        snprintf(with, sizeof with, "%c*%c", s[2], s[0]);
        splice(out, text, s, 3, with);
    } else if (gen_pick(2)) {
        snprintf(with, sizeof with, "%c'", *s);
        splice(out, text, s, 1, with);
    } else {
        snprintf(with, sizeof with, "(2*%c)", *s);
        splice(out, text, s, 1, with);
    }
    return 1;
}

static int mutate(char *out, const char *text, int signs_only)
{
    size_t n = strlen(text);
    for (int k = 0; n && k < MOST; k++) {
        const char *s = text + gen_pick((unsigned)n);
        if (signs_only ? strncmp(s, " + ", 3) == 0 || strncmp(s, " - ", 3) == 0
                             ? change_word(out, text, s)
                             : 0
                       : change_word(out, text, s) ||
                             change_name(out, text, s))
            return 1;
    }
    return 0;
}

/* --- verdicts */

typedef struct Tally {
    unsigned long normal, field, ball, refuted, undecided, refused, wrong;
} Tally;

typedef enum Found { HOLDS, FAILS, NOTHING, ILL } Found;

static void count_proof(Tally *t, const nb_verdict *v)
{
    if (!v->proof.oracle)
        t->normal++;
    else if (strncmp(v->proof.oracle, "finite", 6) == 0)
        t->field++;
    else
        t->ball++;
}

static void repeat(const char *what, const char *a, const char *b)
{
    printf("FAILED: %s\n  nabla check \"%s == %s\" -d \"%s\"\n", what, a, b,
           gen_declarations);
}

static Found ask(nb_context *c, Tally *t, const char *a, const char *b,
                 uint64_t seed)
{
    static char text[2 * GEN_TEXT + 8];
    snprintf(text, sizeof text, "%s == %s", a, b);
    nb_reset(c);
    const nb_verdict *v = nb_declare(c, gen_declarations)
                              ? nb_check(c, text, NULL, 0, seed)
                              : NULL;
    nb_error_info e = nb_error(c);
    if (v && v->holds)
        count_proof(t, v);
    if (v)
        return v->holds ? HOLDS : (t->refuted++, FAILS);
    if (e.code == 2 && !(e.message && strstr(e.message, "no value")))
        return ILL;
    *(e.code == 4 ? &t->undecided : &t->refused) += 1;
    if (e.code == 4 && e.mend && strstr(e.mend, "defect") && t->wrong++ < 10)
        repeat(e.message, a, b);
    if (e.code == 4 && getenv("SHOW_UNDECIDED"))
        printf("undecided: %s == %s\n", a, b);
    return NOTHING;
}

static void try_true(nb_context *c, Tally *t, uint64_t seed)
{
    gen_seed(seed);
    Pair *p = make_pair("SxAZ"[gen_pick(4)], 1 + (int)gen_pick(3));
    Found f = ask(c, t, p->left, p->right, seed);
    if (f == FAILS && t->wrong++ < 10)
        repeat("a true identity was refuted", p->left, p->right);
    t->refused += f == ILL; /* a division by zero, a limit */
    if (f == ILL && getenv("SHOW_REFUSED"))
        printf("%s: %s == %s\n", nb_error(c).message, p->left, p->right);
    free(p);
}

/* The prover alone, with another seed. */
static void compare_seeds(nb_context *c, Tally *t, const char *a,
                          const char *b, Found f, uint64_t seed)
{
    nb_reset(c);
    int equal = nb_declare(c, gen_declarations) ? nb_equal(c, a, b, seed) : -1;
    if (equal >= 0 && equal != (f == HOLDS) && t->wrong++ < 10)
        repeat(f == HOLDS ? "it is said to hold" : "it is said to be false", a,
               b);
}

static int try_false(nb_context *c, Tally *t, uint64_t seed, int large)
{
    static char text[GEN_TEXT], changed[GEN_TEXT];
    gen_seed(seed);
    if (large) {
        gen_expression(text, "SxA"[gen_pick(3)], 6);
        if (strlen(text) < 120 || strlen(text) > 300)
            return 0;
    } else {
        Pair *p = make_pair("SxAZ"[gen_pick(4)], 1 + (int)gen_pick(2));
        strcpy(text, p->left);
        free(p);
    }
    if (!mutate(changed, text, large))
        return 0;
    Found f = ask(c, t, text, changed, seed);
    if (f == HOLDS || f == FAILS)
        compare_seeds(c, t, text, changed, f, seed + 77);
    return f != ILL;
}

static void show(const char *what, const Tally *t)
{
    printf("%s: hold by normal form %lu, finite field %lu, multi-precision "
           "%lu; false %lu; undecided %lu, without a value or refused %lu; "
           "wrong %lu\n",
           what, t->normal, t->field, t->ball, t->refuted, t->undecided,
           t->refused, t->wrong);
}

int main(int argc, char **argv)
{
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    Tally yes = {0}, no = {0}, large = {0};
    nb_context *c = nb_context_new(NULL);
    unsigned long tried, k = seed * 1000003;
    for (tried = 0; tried < count; tried++)
        try_true(c, &yes, ++k);
    for (tried = 0; tried < count;)
        tried += (unsigned long)try_false(c, &no, ++k, 0);
    for (tried = 0; tried < count / 10;)
        tried += (unsigned long)try_false(c, &large, ++k, 1);
    nb_context_free(c);
    show("rewritings", &yes);
    show("one node changed", &no);
    show("one sign of about forty nodes", &large);
    unsigned long wrong = yes.wrong + no.wrong + large.wrong;
    unsigned long open = yes.undecided + no.undecided + large.undecided;
    int decided = 100 * open <= 2 * count; /* 1 % of both kinds */
    if (!decided)
        puts("FAILED: more than 1 % undecided");
    printf("%lu passed, %lu failed\n",
           2 * count + count / 10 - open - wrong, wrong + !decided);
    return wrong || !decided;
}
