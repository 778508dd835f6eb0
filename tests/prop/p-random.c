/* p-random.c: random expressions, shapes right by construction:
 * differentiate, prove, print, read back, compare (all in nb_derive).
 *
 *   p-random [COUNT [SEED]]
 *
 * A wrong answer, one that does not read back, or an error of language fails.
 * What is refused, undefined everywhere or not decided is counted apart; at
 * least 99.5 % of the rest must be proved.  A failure prints the command that
 * repeats it. */
#include "nabla.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char declarations[] =
    "A: [n,n]; B: [n,n]; X: [n,n]; S: [n,n] symmetric; K: [n,n] skew; "
    "G: [n,n] diagonal; Q: [n,n] orthogonal; P: [n,n] posdef; C: [n,m]; "
    "Z: [n,m]; x: [n]; a: [n]; w: [m]; u: [m]; s: scalar; t: scalar; "
    "k: integer";

enum { N = 0, M = 1, ONE = 2, TEXT = 1 << 14 };

static uint64_t state;

static unsigned pick(unsigned n)
{
    state += 0x9e3779b97f4a7c15ull;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return (unsigned)((z ^ (z >> 31)) % n);
}

static char *out;

static void put(const char *s)
{
    size_t n = strlen(s);
    if (strlen(out) + n < TEXT - 1)
        strcat(out, s);
}

static void gen(int r, int c, int depth);

static void leaf(int r, int c)
{
    static const char *const square[] = {"A", "B", "X", "X", "X", "S",
                                         "K", "G", "Q", "P", "eye(n)"};
    static const char *const scalar[] = {"s", "t", "t", "2", "3", "(1/2)"};
    if (r == N && c == N)
        put(square[pick(11)]);
    else if (r == N && c == M)
        put(pick(3) ? "Z" : "C");
    else if (r == M && c == N)
        put(pick(3) ? "Z'" : "C'");
    else if (r == N && c == ONE)
        put(pick(3) ? "x" : "a");
    else if (r == M && c == ONE)
        put(pick(3) ? "w" : "u");
    else if (r == ONE && c == N)
        put(pick(3) ? "x'" : "a'");
    else if (r == ONE && c == M)
        put(pick(3) ? "w'" : "u'");
    else if (r == M && c == M)
        put(pick(2) ? "(Z'*C)" : "(w*u')");
    else
        put(scalar[pick(6)]);
}

static void two(const char *sign, int r1, int c1, int r2, int c2, int depth)
{
    put("(");
    gen(r1, c1, depth - 1);
    put(sign);
    gen(r2, c2, depth - 1);
    put(")");
}

static void one(const char *head, int r, int c, int depth)
{
    put(head);
    gen(r, c, depth - 1);
    put(")");
}

static void gen_scalar(int depth)
{
    int d = (int)pick(2), e = (int)pick(2);
    switch (pick(17)) {
    case 0: one("tr(", d, d, depth); break;
    case 1: two("*", ONE, d, d, ONE, depth); break;
    case 2: one("sum(", d, pick(2) ? e : ONE, depth); break;
    case 3: one("det(", N, N, depth); break;
    case 4: one("exp(", ONE, ONE, depth); break;
    case 5: one("norm(", d, ONE, depth); break;
    case 6: one("normF(", d, e, depth); break;
    case 7: two(" + ", ONE, ONE, ONE, ONE, depth); break;
    case 8: two(" - ", ONE, ONE, ONE, ONE, depth); break;
    case 9: two("*", ONE, ONE, ONE, ONE, depth); break;
    case 10: two("/", ONE, ONE, ONE, ONE, depth); break;
    case 11: one("sin(", ONE, ONE, depth); break;
    case 12: two("*", ONE, d, d, ONE, depth); break;
    case 13: one("tr(", N, N, depth); break;
    case 14:
        one("(", ONE, ONE, depth);
        put(pick(2) ? "^2" : "^3");
        break;
    case 15: one("logsumexp(", d, ONE, depth); break;
    default:
        one("(", d, e, depth);
        put(d == N ? "[i," : "[j,");
        put(e == N ? "i]" : "j]");
    }
}

static void gen_array(int r, int c, int depth)
{
    static const char *const fun[] = {"exp(", "tanh(", "sin(", "sigmoid(",
                                      "cos(", "atan(", "softplus("};
    int d = (int)pick(2);
    bool square = r == N && c == N;
    switch (pick(14)) {
    case 0: two(" + ", r, c, r, c, depth); break;
    case 1: two(" - ", r, c, r, c, depth); break;
    case 2: two(".*", r, c, r, c, depth); break;
    case 3: case 4: case 5: two("*", r, d, d, c, depth); break;
    case 6: two("*", ONE, ONE, r, c, depth); break;
    case 7:
        one("(", c, r, depth);
        put("'");
        break;
    case 8:
        if (square)
            one("inv(", N, N, depth);
        else
            two("*", r, d, d, c, depth);
        break;
    case 9: one(fun[pick(7)], r, c, depth); break;
    case 10:
        if (square)
            one("diag(", N, ONE, depth);
        else if (c == ONE && r != ONE && pick(2))
            one("diag(", r, r, depth);
        else
            two("*", r, ONE, ONE, c, depth);
        break;
    case 11:
        if (square && pick(3) == 0) {
            put("X^k");
            break;
        }
        one("(", r, c, depth);
        put("/");
        gen(ONE, ONE, depth - 1);
        break;
    case 12:
        one("(", r, c, depth);
        put(".^2");
        break;
    default:
        if (c == ONE && r != ONE && pick(2)) {
            put("sum(");
            gen(r, d, depth - 1);
            put(",2)");
        } else {
            put("-");
            one("(", r, c, depth);
        }
    }
}

static void gen(int r, int c, int depth)
{
    if (depth <= 0 || (depth < 3 && pick(5) == 0) || strlen(out) > 1500)
        leaf(r, c);
    else if (r == ONE && c == ONE)
        gen_scalar(depth);
    else
        gen_array(r, c, depth);
}

typedef struct Tally {
    unsigned long proved, exact, undecided, refused, wrong;
} Tally;

static void judge(nb_context *c, const nb_result *r, Tally *t,
                  const char *mode, const char *expr, const char *var)
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
            printf("undecided: nabla %s \"%s\" %s -d \"%s\"\n", mode, expr,
                   var, declarations);
        return;
    }
    bool fine = (e.code == 2 && (strstr(m, "later version") ||
                                 strstr(m, "division by zero") ||
                                 strstr(m, "needs a tensor") ||
                                 strstr(m, "no value at any point"))) ||
                e.code == 3;
    if (fine) {
        t->refused++;
        return;
    }
    t->wrong++;
    if (t->wrong <= 10)
        printf("FAILED: %s\n  nabla %s \"%s\" %s -d \"%s\"\n", m, mode, expr,
               var, declarations);
}

int main(int argc, char **argv)
{
    static const char *const scalar_vars[] = {"X", "X", "x", "Z", "t", "w"};
    static const char *const vector_vars[] = {"x", "t", "w"};
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    Tally t = {0, 0, 0, 0, 0};
    nb_context *c = nb_context_new(NULL);
    char *text = malloc(TEXT);
    out = text;
    for (unsigned long k = 0; c && text && k < count; k++) {
        state = seed * 1000003 + k;
        text[0] = 0;
        int scalar = pick(4) != 0;
        gen(scalar ? ONE : N, ONE, 2 + (int)pick(4) + (pick(8) == 0 ? 3 : 0));
        int second = scalar && pick(8) == 0;
        const char *var = scalar && !second ? scalar_vars[pick(6)]
                                            : vector_vars[pick(3)];
        nb_reset(c);
        nb_request q = {.mode = second   ? NB_HESS
                                : scalar ? NB_DIFF
                                         : NB_JAC};
        q.expression = text;
        q.variables = &var;
        q.nvariables = 1;
        q.seed = k + 1;
        const nb_result *r = nb_declare(c, declarations) ? nb_derive(c, &q)
                                                         : NULL;
        judge(c, r, &t, second ? "hess" : scalar ? "diff" : "jac", text, var);
    }
    nb_context_free(c);
    free(text);
    unsigned long all = t.proved + t.undecided + t.wrong;
    printf("proved %lu (%.1f %% exactly), undecided %lu, refused %lu, wrong "
           "%lu\n",
           t.proved, t.proved ? 100.0 * (double)t.exact / (double)t.proved : 0,
           t.undecided, t.refused, t.wrong);
    int decided = all == 0 || (double)(t.undecided) <= 0.005 * (double)all;
    if (!decided)
        puts("FAILED: less than 99.5 % decided");
    printf("%lu passed, %lu failed\n", t.proved, t.wrong + !decided);
    return t.wrong || !decided;
}
