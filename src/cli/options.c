/* options.c: the command line into its commands, options and arguments. */
#include "options.h"

#include <stdio.h>
#include <string.h>

typedef struct Opt {
    char letter;
    const char *name, *arg, *help;
} Opt;

static const Opt opts[] = {
#define OPT(id, short_, long_, arg_, help_) {short_, long_, arg_, help_},
#include "opts.def"
#undef OPT
};

static const Command commands[] = {
    {"diff", NB_DIFF, "EXPR VAR [VAR2]", "derivative, in the variable's shape"},
    {"grad", NB_GRAD, "EXPR VAR ...", "gradient of a scalar"},
    {"jac", NB_JAC, "EXPR VAR", "Jacobian"},
    {"hess", NB_HESS, "EXPR VAR [VAR2]", "second derivative of a scalar"},
    {"differential", NB_DIFFERENTIAL, "EXPR VAR ...", "total differential"},
    {"simplify", NB_SIMPLIFY, "EXPR", "a shorter equal expression"},
    {"check", MODE_CHECK, "'LHS == RHS'",
     "is it an identity? else a counter-example, and what would be"},
    {"taylor", NB_TAYLOR, "EXPR VAR ...",
     "expansion around the point named VAR0 (--order 1 or 2)"},
    {"book", MODE_BOOK, "FILE.cases ... -o OUT",
     "the identities of the files, proved, as a page or LaTeX text"},
    {"eval", MODE_EVAL, "EXPR --data X=FILE",
     "its value, and with --wrt its derivatives, in numbers"},
    {"emit", MODE_EMIT, "EXPR --to LANGUAGE",
     "the same as code: c, numpy, jax, torch, julia or matlab"},
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

int fail(const char *message, const char *what, const char *mend)
{
    size_t n = what ? strlen(what) : 0; /* of a text without end, a piece */
    fprintf(stderr, "nabla: error: %s%.*s%s\n", message, n > 160 ? 120 : (int)n,
            what ? what : "", n > 160 ? "..." : "");
    if (mend)
        fprintf(stderr, "  %s\n", mend);
    return 2;
}

void help(void)
{
    puts("nabla: derivatives of matrix expressions in closed form, proved\n\n"
         "  nabla diff \"x'*A*x\" x                    (A + A')*x\n"
         "  nabla diff \"log(det(X'*A*X))\" X\n"
         "  nabla hess \"log(sum(exp(A*x+b)))\" x\n"
         "  nabla diff \"tr(A*X)\" X -d 'X: [n,n] symmetric'\n\n"
         "Commands:");
    for (int i = 0; i < NCOMMANDS; i++)
        printf("  nabla %-12s %-21s  %s\n", commands[i].name,
               commands[i].usage, commands[i].help);
    puts("\nOptions:");
    for (int i = 0; i < OPT_COUNT; i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s%s%s", opts[i].name,
                 opts[i].arg ? " " : "", opts[i].arg ? opts[i].arg : "");
        printf("  %c%c %-20s  %s\n", opts[i].letter ? '-' : ' ',
               opts[i].letter ? opts[i].letter : ' ', name, opts[i].help);
    }
    puts("\nExpressions are MATLAB's: A*B, A', A.*B, A\\b, A^k, inv tr det "
         "log exp sum norm\nkron vec diag ... Undeclared names: capitals are "
         "matrices, small letters\nvectors, Greek names scalars; what was "
         "inferred is said on standard error.");
}

static int find_option(const char *s, const char **value)
{
    for (int i = 0; i < OPT_COUNT; i++) {
        size_t n = strlen(opts[i].name);
        if (s[1] == '-' && strncmp(s + 2, opts[i].name, n) == 0 &&
            (s[2 + n] == 0 || s[2 + n] == '=')) {
            *value = s[2 + n] ? s + 3 + n : NULL;
            return i;
        }
        if (opts[i].letter && s[1] == opts[i].letter) {
            *value = s[2] ? s + 2 : NULL;
            return i;
        }
    }
    return -1;
}

static const char *nearest(const char *s, int option)
{
    const char *names[OPT_COUNT + NCOMMANDS];
    int n = option ? (int)OPT_COUNT : (int)NCOMMANDS;
    for (int i = 0; i < n; i++)
        names[i] = option ? opts[i].name : commands[i].name;
    return advise_name(s, names, n);
}

static int advise(const char *what, const char *s, int option)
{
    char mend[128];
    const char *near = nearest(option ? s + strspn(s, "-") : s, option);
    snprintf(mend, sizeof mend, near ? "did you mean %s%s?"
                                     : "nabla --help lists them%s%s",
             near && option ? "--" : "", near ? near : "");
    return fail(what, s, mend);
}

static int push(const char **list, int *n, const char *value)
{
    if (*n == MAX_ARGS)
        return 0;
    list[(*n)++] = value;
    return 1;
}

static int read_option(Line *l, char **argv, int argc, int *i)
{
    const char *value = NULL;
    int o = find_option(argv[*i], &value);
    if (o < 0)
        return advise("there is no option ", argv[*i], 1);
    if (opts[o].arg && !value) {
        if (*i + 1 >= argc)
            return fail("a value is missing after ", argv[*i], NULL);
        value = argv[++*i];
    }
    if (!opts[o].arg && value)
        return fail("this option takes no value: ", argv[*i], NULL);
    if ((o == OPT_DECLARE && !push(l->declare, &l->ndeclare, value)) ||
        (o == OPT_DATA && !push(l->data, &l->ndata, value)) ||
        (o == OPT_OUT && !push(l->out, &l->nout, value)))
        return fail("there are more than 64 of one option; declarations can "
                    "stand in one text or a file: ", value, NULL);
    l->value[o] = value ? value : "";
    return 0;
}

int read_line(Line *l, int argc, char **argv)
{
    int plain = 0;
    for (int i = 1; i < argc; i++) {
        const char *s = argv[i];
        if (!plain && strcmp(s, "--") == 0) {
            plain = 1;
        } else if (!plain && s[0] == '-' && s[1] &&
                   (s[1] == '-' || find_option(s, &(const char *){NULL}) >= 0)
                   && (l->nargs == 0 || s[1] == '-' || s[2] == 0)) {
            int bad = read_option(l, argv, argc, &i);
            if (bad)
                return bad;
        } else if (l->nargs == MAX_ARGS) {
            return fail("there are too many arguments: ", s, NULL);
        } else {
            l->arg[l->nargs++] = argv[i];
        }
    }
    return 0;
}

int choose(const char *value, const char *const *names, int n,
           const char *option, int *out)
{
    *out = 0;
    for (int i = 0; value && i < n; i++)
        if (strcmp(value, names[i]) == 0) {
            *out = i;
            return 0;
        }
    if (!value)
        return 0;
    char mend[200] = "it is one of";
    for (int i = 0; i < n; i++) {
        strncat(mend, i ? ", " : " ", sizeof mend - strlen(mend) - 1);
        strncat(mend, names[i], sizeof mend - strlen(mend) - 1);
    }
    char what[200];
    snprintf(what, sizeof what, "--%s does not take ", option);
    return fail(what, value, mend);
}

const Command *find_command(const char *name)
{
    for (int i = 0; i < NCOMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    advise("there is no command ", name, 0);
    return NULL;
}
