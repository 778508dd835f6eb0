#include "gen.h"

#include <stdbool.h>
#include <string.h>

const char gen_declarations[] =
    "A: [n,n]; B: [n,n]; X: [n,n]; S: [n,n] symmetric; K: [n,n] skew; "
    "G: [n,n] diagonal; Q: [n,n] orthogonal; P: [n,n] posdef; C: [n,m]; "
    "Z: [n,m]; W: [m,m]; x: [n]; a: [n]; w: [m]; u: [m]; s: scalar; "
    "t: scalar; k: integer; f(v: [n]): scalar; T: [n,n] toeplitz";

typedef struct Production {
    char shape;
    const char *text; /* %A is a hole of shape A */
    bool inverse, oblong;
} Production;

/* What would leave its function's domain is kept inside it: log(1 + e^2). */
static const Production table[] = {
    /* scalars */
    {'S', "tr(%A)", 0, 0},
    {'S', "det(%A)", 1, 0},
    {'S', "logdet(%A)", 1, 0},
    {'S', "(%x)'*inv(P)*(%x)", 1, 0},
    {'S', "(%x)'*(%x)", 0, 0},
    {'S', "(%w)'*(%w)", 0, 0},
    {'S', "(%x)'*(%Z)*(%w)", 0, 1},
    {'S', "sum(%x)", 0, 0},
    {'S', "sum(%Z)", 0, 1},
    {'S', "prod(1 .+ (%x).^2)", 0, 0},
    {'S', "norm(%x)", 0, 0},
    {'S', "norm1(%x)", 0, 0},
    {'S', "normF(%Z)", 0, 1},
    {'S', "logsumexp(%x)", 0, 0},
    {'S', "(%S) + (%S)", 0, 0},
    {'S', "(%S) - (%S)", 0, 0},
    {'S', "(%S)*(%S)", 0, 0},
    {'S', "(%S)/(1 + (%S)^2)", 0, 0},
    {'S', "(%S)^3", 0, 0},
    {'S', "(1 + (%S)^2)^(1/2)", 0, 0},
    {'S', "exp(%S)", 0, 0},
    {'S', "log(1 + (%S)^2)", 0, 0},
    {'S', "sqrt(1 + (%S)^2)", 0, 0},
    {'S', "sin(%S)", 0, 0},
    {'S', "asin(tanh(%S)/2)", 0, 0},
    {'S', "abs(%S)", 0, 0},
    {'S', "max(%S,%S)", 0, 0},
    {'S', "f(%x)", 0, 0},
    {'S', "(%x)[i]", 0, 0},
    {'S', "(%Z)[i,l]", 0, 1},
    {'S', "sum(r, (%x)[r]*(%x)[r])", 0, 0},
    {'S', "kron(%w,%x)'*vec(%Z)", 0, 1},
    {'S', "n*(%S)", 0, 0},
    /* vectors */
    {'x', "(%A)*(%x)", 0, 0},
    {'x', "(%Z)*(%w)", 0, 1},
    {'x', "(%x) + (%x)", 0, 0},
    {'x', "(%x) - (%x)", 0, 0},
    {'x', "(%x).*(%x)", 0, 0},
    {'x', "(%x)./(1 .+ (%x).^2)", 0, 0},
    {'x', "(%S)*(%x)", 0, 0},
    {'x', "(%x) .+ (%S)", 0, 0},
    {'x', "(%S) .- (%x)", 0, 0},
    {'x', "(%A)\\(%x)", 1, 0},
    {'x', "diag(%A)", 0, 0},
    {'x', "sum(%Z,2)", 0, 1},
    {'x', "tanh(%x)", 0, 0},
    {'x', "sigmoid(%x)", 0, 0},
    {'x', "softplus(%x)", 0, 0},
    {'x', "relu(%x)", 0, 0},
    {'x', "erf(%x)", 0, 0},
    {'x', "softmax(%x)", 0, 0},
    {'x', "cos(%x)", 0, 0},
    {'x', "(%A)[:,i]", 0, 0},
    {'x', "e(i,n)", 0, 0},
    {'x', "-(%x)", 0, 0},
    {'w', "(%Y)*(%x)", 0, 1},
    {'w', "(%W)*(%w)", 0, 0},
    {'w', "(%W)\\(%w)", 1, 0},
    {'w', "(%w) - (%w)", 0, 0},
    {'w', "(%w).^2", 0, 0},
    {'w', "sum(%Z,1)'", 0, 1},
    {'w', "exp(%w)", 0, 0},
    {'w', "(%Z)[i,:]'", 0, 1},
    /* matrices */
    {'A', "(%A)*(%A)", 0, 0},
    {'A', "(%Z)*(%Y)", 0, 1},
    {'A', "(%A) + (%A)", 0, 0},
    {'A', "(%A) - (%A)'", 0, 0},
    {'A', "(%A).*(%A)", 0, 0},
    {'A', "(%x)*(%x)'", 0, 0},
    {'A', "inv(%A)", 1, 0},
    {'A', "inv(P + (%A)*(%A)')", 1, 0},
    {'A', "(%A)/(%A)", 1, 0},
    {'A', "adj(%A)", 1, 0},
    {'A', "(%A)^2", 0, 0},
    {'A', "diag(%x)", 0, 0},
    {'A', "(%S)*(%A)", 0, 0},
    {'A', "(%A) + (%S)*eye(n)", 0, 0},
    {'A', "tril(%A)", 0, 0},
    {'A', "diagsums(%A)", 0, 0},
    {'A', "atan(%A)", 0, 0},
    {'A', "sum(r=0:2, (%A)^r)", 0, 0},
    {'A', "ones(n,n)", 0, 0},
    {'A', "J(i,j,n,n)", 0, 0},
    {'Z', "(%A)*(%Z)", 0, 1},
    {'Z', "(%Z)*(%W)", 0, 1},
    {'Z', "(%x)*(%w)'", 0, 1},
    {'Z', "(%Z) + (%Z)", 0, 1},
    {'Z', "(%Z).*(%Z)", 0, 1},
    {'Z', "(%x).*(%Z)", 0, 1},
    {'Z', "sin(%Z)", 0, 1},
    {'Z', "(%Y)'", 0, 1},
    {'Z', "pinv(%Y)", 1, 1},
    {'Z', "reshape(kron(%W,%A)*vec(%Z),n,m)", 0, 1},
    {'Z', "max(%Z,%Z)", 0, 1},
    {'Y', "(%Z)'", 0, 1},
    {'Y', "(%W)*(%Y)", 0, 1},
    {'Y', "(%w)*(%x)'", 0, 1},
    {'Y', "pinv(%Z)", 1, 1},
    {'W', "(%Y)*(%Z)", 0, 1},
    {'W', "(%w)*(%w)'", 0, 0},
    {'W', "(%Y)*(%Z) + eye(m)", 0, 1},
};
enum { N = sizeof table / sizeof *table };

/* Other functions in the place of one: the same holes, the same domain. */
static const struct {
    const char *of, *text[6];
} variants[] = {
    {"sin(%S)", {"cosh(%S)", "sinh(%S)", "expm1(%S)", "tan(tanh(%S))"}},
    {"asin(tanh(%S)/2)", {"acos(tanh(%S)/2)", "erf(%S)", "softplus(%S)"}},
    {"log(1 + (%S)^2)", {"log1p((%S)^2)", "sigmoid(%S)", "relu(%S)"}},
    {"abs(%S)", {"sign(%S)", "norm1(%S)"}},
    {"max(%S,%S)", {"min(%S,%S)"}},
    {"norm1(%x)", {"norminf(%x)", "max(%x)", "min(%x)"}},
    {"cos(%x)", {"expm1(%x)", "asin(tanh(%x)/2)", "sign(%x)", "abs(%x)"}},
    {"exp(%w)", {"cosh(%w)", "log1p((%w).^2)", "sqrt(1 .+ (%w).^2)"}},
    {"atan(%A)", {"sinh(%A)", "acos(tanh(%A)/2)"}},
    {"tril(%A)", {"triu(%A)"}},
    {"sin(%Z)", {"relu(%Z)", "exp(%Z)", "cosh(%Z)"}},
    {"max(%Z,%Z)", {"min(%Z,%Z)"}},
};

static uint64_t state;
static unsigned long used[N], pairs[N][N];
static unsigned long expressions, with_inverse, with_oblong;
static bool inverse, oblong;

void gen_seed(uint64_t seed)
{
    state = seed * 0x9e3779b97f4a7c15ull + 1;
}

unsigned gen_pick(unsigned n)
{
    state += 0x9e3779b97f4a7c15ull;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return (unsigned)((z ^ (z >> 31)) % n);
}

static void put(char *out, const char *s)
{
    if (strlen(out) + strlen(s) + 1 < GEN_TEXT)
        strcat(out, s);
}

static void leaf(char *out, char shape)
{
    static const char *const of[][12] = {
        {"S", "s", "t", "t", "2", "1/2", "k", "pi", NULL},
        {"x", "x", "x", "a", NULL},
        {"w", "w", "w", "u", NULL},
        {"A", "A", "B", "X", "X", "X", "S", "K", "G", "Q", "P", NULL},
        {"Z", "Z", "Z", "C", NULL},
        {"Y", "Z'", "C'", NULL},
        {"W", "W", "Z'*C", "W'", NULL}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        unsigned n = 1;
        if (of[i][0][0] != shape)
            continue;
        while (n < 12 && of[i][n])
            n++;
        put(out, of[i][1 + gen_pick(n - 1)]);
        oblong = oblong || strchr("ZY", shape);
    }
}

static const char *variant(const char *text)
{
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        unsigned n = 0;
        if (strcmp(text, variants[i].of) != 0)
            continue;
        while (n < 6 && variants[i].text[n])
            n++;
        unsigned k = gen_pick(n + 1);
        return k < n ? variants[i].text[k] : text;
    }
    return text;
}

static void fill(char *out, char shape, int depth, int parent)
{
    int of[N], n = 0;
    for (int i = 0; i < N; i++)
        if (table[i].shape == shape)
            of[n++] = i;
    if (depth <= 0 || (depth < 3 && gen_pick(4) == 0) || strlen(out) > 1200) {
        leaf(out, shape);
        return;
    }
    int p = of[gen_pick((unsigned)n)];
    for (int k = 0; k < 3; k++) { /* of four, the one that is rarest here */
        int q = of[gen_pick((unsigned)n)];
        if (parent >= 0 ? pairs[parent][q] < pairs[parent][p]
                        : used[q] < used[p])
            p = q;
    }
    used[p]++;
    if (parent >= 0)
        pairs[parent][p]++;
    inverse = inverse || table[p].inverse;
    oblong = oblong || table[p].oblong;
    for (const char *c = variant(table[p].text); *c; c++)
        if (*c == '%')
            fill(out, *++c, depth - 1, p);
        else
            put(out, (char[]){*c, 0});
}

void gen_expression(char *out, char shape, int depth)
{
    out[0] = 0;
    inverse = oblong = false;
    fill(out, shape, depth, -1);
    expressions++;
    with_inverse += inverse;
    with_oblong += oblong;
}

static bool has_hole(const Production *p, char shape)
{
    for (const char *s = strchr(p->text, '%'); s; s = strchr(s + 1, '%'))
        if (s[1] == shape)
            return true;
    return false;
}

GenCoverage gen_coverage(void)
{
    GenCoverage c = {.least_use = ~0ul, .least_pair = ~0ul, .productions = N};
    for (int i = 0; i < N; i++) {
        if (used[i] < c.least_use) {
            c.least_use = used[i];
            c.rarest = table[i].text;
        }
        for (int j = 0; j < N; j++) {
            if (!has_hole(&table[i], table[j].shape))
                continue;
            c.pairs++;
            if (pairs[i][j] < c.least_pair) {
                c.least_pair = pairs[i][j];
                c.rare_parent = table[i].text;
                c.rare_child = table[j].text;
            }
        }
    }
    double n = expressions ? (double)expressions : 1;
    c.inverse = (double)with_inverse / n;
    c.oblong = (double)with_oblong / n;
    return c;
}
