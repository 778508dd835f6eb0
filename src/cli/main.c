/* main.c: the command line, on the public header alone.
 *
 * Standard output carries the answer and nothing else; everything else goes
 * to standard error.  Exit status: 0 answered, 2 the input, 3 a limit, 4 a
 * defect. */
#include "nabla.h"
#include "cli.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum OptId {
#define OPT(id, short_, long_, arg, help) OPT_##id,
#include "opts.def"
#undef OPT
    OPT_COUNT
} OptId;

typedef struct Opt {
    char letter;
    const char *name, *arg, *help;
} Opt;

static const Opt opts[] = {
#define OPT(id, short_, long_, arg_, help_) {short_, long_, arg_, help_},
#include "opts.def"
#undef OPT
};

typedef struct Command {
    const char *name;
    int mode; /* -1: later */
    const char *usage, *help;
} Command;

enum { MODE_CHECK = 100, MODE_EVAL, MODE_BOOK, MODE_EMIT };

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

enum { MAX_ARGS = 64 };

typedef struct Line {
    const Command *command;
    const char *value[OPT_COUNT]; /* last one given; "" for a flag */
    const char *declare[MAX_ARGS]; /* options that may be given often */
    const char *data[MAX_ARGS];
    const char *out[MAX_ARGS];
    int ndeclare, ndata, nout;
    char *arg[MAX_ARGS];
    int nargs;
} Line;

static int fail(const char *message, const char *what, const char *mend)
{
    fprintf(stderr, "nabla: error: %s%s\n", message, what ? what : "");
    if (mend)
        fprintf(stderr, "  %s\n", mend);
    return 2;
}

static void help(void)
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

/* --- the command line */

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

static int read_line(Line *l, int argc, char **argv)
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

static int choose(const char *value, const char *const *names, int n,
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

/* --- errors */

/* Columns of UTF-8 text: the bytes that begin a character, less the marks
 * that combine (U+0300 to U+036F). */
static size_t columns(const char *s, size_t n)
{
    size_t w = 0;
    for (size_t i = 0; i < n && s[i]; i++) {
        unsigned char c = (unsigned char)s[i], d = (unsigned char)s[i + 1];
        int mark = c == 0xcc || (c == 0xcd && d < 0xb0);
        w += (c & 0xc0) != 0x80 && !mark;
    }
    return w;
}

static int coloured(const Line *l)
{
    const char *when = l->value[OPT_COLOR], *term = getenv("TERM");
    if (when && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return isatty(2) && !getenv("NO_COLOR") && term &&
           strcmp(term, "dumb") != 0;
}

int show_error(int colour, nb_context *c)
{
    nb_error_info e = nb_error(c);
    const char *red = colour ? "\033[1;31m" : "";
    const char *plain = *red ? "\033[0m" : "";
    fprintf(stderr, "nabla: %serror:%s %s\n", red, plain,
            e.message ? e.message : "there is no answer");
    if (e.source && e.end > 0 && e.end <= strlen(e.source)) {
        size_t start = e.start;
        while (start > 0 && e.source[start - 1] != '\n')
            start--;
        size_t end = start;
        while (e.source[end] && e.source[end] != '\n')
            end++;
        fprintf(stderr, "  %.*s\n  %*s%s^", (int)(end - start),
                e.source + start,
                (int)columns(e.source + start, e.start - start), "", red);
        size_t to = e.end < end ? e.end : end;
        for (size_t w = to > e.start
                            ? columns(e.source + e.start, to - e.start)
                            : 1;
             w > 1; w--)
            fputc('~', stderr);
        fprintf(stderr, "%s\n", plain);
    }
    if (e.mend)
        fprintf(stderr, "  %s\n", e.mend);
    return e.code ? e.code : 4;
}

/* --- answers */

static void dump(void *user, const char *stage, const char *text)
{
    const char *want = user;
    size_t n = strlen(stage);
    for (const char *s = want; s; s = strchr(s, ',')) {
        s += *s == ',';
        if (strcmp(want, "all") == 0 ||
            (strncmp(s, stage, n) == 0 && (s[n] == 0 || s[n] == ','))) {
            printf("# %s\n%s", stage, text);
            if (*text && text[strlen(text) - 1] != '\n')
                putchar('\n');
            return;
        }
    }
}

/* entries:k,l,i,j -> entries, and the names. */
static int read_form(Line *l, nb_request *q, char *copy, const char **names)
{
    static const char *const forms[] = {"auto", "gradient", "differential",
                                        "entries", "kron", "bilinear"};
    const char *as = l->value[OPT_AS];
    int k;
    if (as && strlen(as) < 200 && strncmp(as, "entries:", 8) == 0) {
        strcpy(copy, as);
        for (char *s = strtok(copy + 8, ", "); s && q->nindices < 8;
             s = strtok(NULL, ", "))
            names[q->nindices++] = s;
        q->indices = names;
        q->form = NB_AS_ENTRIES;
        return 0;
    }
    int bad = choose(as, forms, 6, "as", &k);
    q->form = (nb_form)k;
    return bad;
}

static int read_request(Line *l, nb_request *q, nb_dialect *d)
{
    static const char *const layouts[] = {"denominator", "numerator"};
    static const char *const structures[] = {"projection", "entries",
                                             "none", "tangent"};
    static const char *const dialects[] = {"text", "unicode", "latex",
                                           "json"};
    static const char *const sources[] = {"auto", "latex"};
    static const char *const whens[] = {"auto", "always", "never"};
    int k, bad;
    if ((bad = choose(l->value[OPT_COLOR], whens, 3, "color", &k)))
        return bad;
    if ((bad = choose(l->value[OPT_LAYOUT], layouts, 2, "layout", &k)))
        return bad;
    q->numerator = k;
    if ((bad = choose(l->value[OPT_STRUCTURE], structures, 4, "structure",
                      &k)))
        return bad;
    q->structure = (nb_structure)k;
    static const char *const orders[] = {"1", "2"};
    if ((bad = choose(l->value[OPT_ORDER], orders, 2, "order", &k)))
        return bad;
    q->order = k + 1;
    q->compare = l->value[OPT_COMPARE];
    q->steps = l->value[OPT_STEPS] != NULL;
    if ((bad = choose(l->value[OPT_FROM], sources, 2, "from", &k)))
        return bad;
    q->latex = k;
    int emit = l->command->mode == MODE_EMIT; /* --to has other names there */
    if ((bad = choose(emit ? NULL : l->value[OPT_TO], dialects, 4, "to", &k)))
        return bad;
    *d = l->value[OPT_TO] ? (nb_dialect)k
         : isatty(1)      ? NB_UNICODE
                          : NB_TEXT;
    q->unverified = l->value[OPT_NO_VERIFY] != NULL;
    if (l->value[OPT_SEED]) {
        char *end;
        q->seed = strtoull(l->value[OPT_SEED], &end, 10);
        if (*end || end == l->value[OPT_SEED])
            return fail("--seed does not take ", l->value[OPT_SEED],
                        "it is a number");
    }
    return 0;
}

/* Each stage named is one that there is. */
static int check_stages(const Line *l)
{
    const char *s = l->value[OPT_DUMP];
    static const char *const stages[] = {
        "all",     "tokens",     "tree",   "shapes", "network", "differential",
        "readoff", "simplified", "raised", "verify", "plan"};
    char one[32];
    int k, bad = 0;
    while (s && *s && !bad) {
        size_t n = strcspn(s, ",");
        snprintf(one, sizeof one, "%.*s", (int)n, s);
        bad = choose(one, stages, 11, "dump", &k);
        if (!bad && k == 10 && l->command->mode != MODE_EVAL)
            bad = fail("--dump plan shows what eval does", NULL,
                       "nabla eval EXPRESSION --wrt VARIABLE --dump plan");
        s += n + (s[n] == ',');
    }
    return bad;
}

/* "x, y" and "x," "y" are two variables: cut at commas outside brackets. */
static int read_variables(Line *l, int first, nb_request *q,
                          const char **var)
{
    q->variables = var;
    for (int i = first; i < l->nargs; i++) {
        int depth = 0;
        char *start = l->arg[i];
        for (char *s = start;; s++) {
            depth += (*s == '[' || *s == '(') - (*s == ']' || *s == ')');
            int end = *s == 0;
            if (!end && !(*s == ',' && depth <= 0))
                continue;
            *s = 0;
            if (start[strspn(start, " ")] && q->nvariables == MAX_ARGS)
                return fail("there are too many variables: ", start, NULL);
            if (start[strspn(start, " ")])
                var[q->nvariables++] = start;
            start = s + 1;
            if (end)
                break;
        }
    }
    return 0;
}

/* value,gradient,hessian,hessvec */
static int read_want(const Line *l, int derived, unsigned *want)
{
    static const char *const names[] = {"value", "gradient", "hessian",
                                        "hessvec"};
    const char *s = l->value[OPT_WANT];
    int k, status = 0;
    *want = s ? 0 : derived ? NB_VALUE | NB_GRADIENT : NB_VALUE;
    while (s && *s && !status) {
        char one[32];
        size_t n = strcspn(s, ", ");
        snprintf(one, sizeof one, "%.*s", (int)n, s);
        status = choose(one, names, 4, "want", &k);
        *want |= 1u << k;
        s += n + strspn(s + n, ", ");
    }
    return status;
}

static int ask_eval(Line *l, nb_context *c, const nb_request *q)
{
    static const char *const kinds[] = {"double", "single", "complex"};
    EvalRequest e = {.expression = q->expression, .variables = q->variables,
                     .nvariables = q->nvariables, .unverified = q->unverified,
                     .latex = q->latex, .seed = q->seed, .data = l->data,
                     .ndata = l->ndata, .out = l->out, .nout = l->nout,
                     .colour = coloured(l),
                     .dump_plan = l->value[OPT_DUMP] &&
                                  strstr(l->value[OPT_DUMP], "plan")};
    int k, status = read_want(l, q->nvariables > 0, &e.want);
    if (l->value[OPT_TO])
        return fail("eval gives numbers: --to ", l->value[OPT_TO],
                    "--out FILE writes .npy .csv .mtx .txt");
    if (status ||
        (status = choose(l->value[OPT_PRECISION], kinds, 3, "precision", &k)))
        return status;
    e.dtype = (nb_dtype)k;
    if (l->value[OPT_THREADS]) {
        char *end;
        e.threads = (int)strtol(l->value[OPT_THREADS], &end, 10);
        if (*end || e.threads < 1)
            return fail("--threads does not take ", l->value[OPT_THREADS],
                        "it is a number from 1 on");
    }
    return run_eval(c, &e);
}

static int ask_emit(Line *l, nb_context *c, const nb_request *q)
{
    nb_program p = {.expression = q->expression, .variables = q->variables,
                    .nvariables = q->nvariables, .unverified = q->unverified,
                    .latex = q->latex, .seed = q->seed};
    int status = read_want(l, q->nvariables > 0, &p.want);
    return status ? status
                  : run_emit(c, &p, l->value[OPT_TO], l->value[OPT_NAME],
                             l->value[OPT_OUT], coloured(l));
}

static int ask(Line *l, const Loaded *file, const nb_request *q, nb_dialect d)
{
    nb_context *c = nb_context_new(NULL);
    if (!c)
        return fail("out of memory", NULL, NULL) + 1;
    if (l->value[OPT_DUMP])
        nb_set_dump(c, dump, (void *)(uintptr_t)l->value[OPT_DUMP]);
    int ok = !file->declarations || nb_declare(c, file->declarations);
    for (int i = 0; ok && i < l->ndeclare; i++)
        ok = nb_declare(c, l->declare[i]);
    int status;
    if (l->command->mode == MODE_EVAL) {
        status = ok ? ask_eval(l, c, q) : show_error(coloured(l), c);
    } else if (l->command->mode == MODE_EMIT) {
        status = ok ? ask_emit(l, c, q) : show_error(coloured(l), c);
    } else if (l->command->mode == MODE_CHECK) {
        const nb_verdict *v = ok ? nb_check(c, q->expression,
                                            l->value[OPT_ASSUME], q->latex,
                                            q->seed)
                                 : NULL;
        status = v ? show_verdict(v, q->expression, d == NB_JSON)
                   : show_error(coloured(l), c);
    } else {
        const nb_result *r = ok ? nb_derive(c, q) : NULL;
        int right = 1;
        const char *compared = nb_result_compared(r, &right);
        if (compared)
            printf("%s\n", compared);
        status = compared                ? !right
                 : r && show_result(r, d) ? 0
                                         : show_error(coloured(l), c);
    }
    nb_context_free(c);
    return status;
}

/* The expression of the command line, or each one of the file. */
static int ask_all(Line *l, const Loaded *file, nb_request *q, nb_dialect d)
{
    const char *var[MAX_ARGS];
    char *wrt = l->value[OPT_WRT] ? strdup(l->value[OPT_WRT]) : NULL;
    int first = file->n ? 1 : 2;
    if (wrt && l->nargs < MAX_ARGS && l->nargs >= first)
        l->arg[l->nargs++] = wrt;
    int bad = read_variables(l, first, q, var);
    if (bad || file->n == 0) {
        q->expression = l->nargs > 1 ? l->arg[1] : NULL;
        bad = bad ? bad : ask(l, file, q, d);
        free(wrt);
        return bad;
    }
    for (int i = 0; i < file->n && !bad; i++) {
        q->expression = file->expression[i];
        bad = ask(l, file, q, d);
    }
    free(wrt);
    return bad;
}

static int run(Line *l)
{
    nb_request q = {0};
    nb_dialect d = NB_TEXT;
    char copy[256];
    const char *names[8];
    Loaded file = {.n = 0};
    int status = read_request(l, &q, &d);
    if (status || (status = read_form(l, &q, copy, names)) ||
        (status = check_stages(l)))
        return status;
    if (l->command->mode == MODE_BOOK)
        return book(l->arg + 1, l->nargs - 1, l->value[OPT_OUT], q.seed);
    q.mode = (nb_mode)l->command->mode;
    if (l->value[OPT_FILE]) {
        const char *bad = load_file(l->value[OPT_FILE], &file);
        status = bad ? fail(bad, l->value[OPT_FILE], NULL) : 0;
    }
    if (!status)
        status = ask_all(l, &file, &q, d);
    load_free(&file);
    if (fflush(stdout) != 0 || ferror(stdout))
        return fail("the answer cannot be written", NULL, NULL) + 1;
    return status;
}

static int nabla(int argc, char **argv)
{
    Line l;
    memset(&l, 0, sizeof l);
    int bad = read_line(&l, argc, argv);
    if (bad)
        return bad;
    if (l.value[OPT_HELP]) {
        help();
        return 0;
    }
    if (l.value[OPT_VERSION]) {
        printf("nabla %s\n", nb_version());
        return 0;
    }
    if (l.nargs == 0)
        return fail("there is no command; the prompt comes in a later "
                    "version",
                    NULL, "nabla --help lists the commands");
    for (int i = 0; i < NCOMMANDS; i++)
        if (strcmp(l.arg[0], commands[i].name) == 0)
            l.command = &commands[i];
    if (!l.command)
        return advise("there is no command ", l.arg[0], 0);
    if (l.command->mode < 0)
        return fail("it comes in a later version: nabla ", l.command->name,
                    NULL);
    return run(&l);
}

typedef struct Start {
    int argc, status;
    char **argv;
} Start;

static void *on_stack(void *p)
{
    Start *s = p;
    s->status = nabla(s->argc, s->argv);
    return NULL;
}

/* Deep expressions recurse: a stack of its own, whatever the shell's limit
 * (pages that are not touched cost nothing). */
int main(int argc, char **argv)
{
    Start s = {argc, 0, argv};
    pthread_attr_t attr;
    pthread_t thread;
    if (pthread_attr_init(&attr) != 0 ||
        pthread_attr_setstacksize(&attr, (size_t)256 << 20) != 0 ||
        pthread_create(&thread, &attr, on_stack, &s) != 0)
        return nabla(argc, argv);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    return s.status;
}
