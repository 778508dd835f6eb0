/* main.c: the command line, on the public header alone.
 *
 * Standard output carries the answer and nothing else; everything else goes
 * to standard error.  Exit status: 0 the answer stands, 1 check or --compare
 * found it wrong, 2 the input, 3 a limit, 4 no proof. */
#include "options.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int coloured(const Line *l)
{
    const char *when = l->value[OPT_COLOR], *term = getenv("TERM");
    if (when && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return isatty(2) && !getenv("NO_COLOR") && term &&
           strcmp(term, "dumb") != 0;
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
        const char *seed = l->value[OPT_SEED];
        size_t n = strlen(seed);
        if (n == 0 || n > 18 || strspn(seed, "0123456789") != n)
            return fail("--seed does not take ", seed,
                        "it is a whole number of at most 18 digits");
        q->seed = strtoull(seed, NULL, 10);
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
    const char *var[MAX_ARGS], *by = l->value[OPT_WRT];
    int first = file->n ? 1 : 2;
    if (by && l->nargs == MAX_ARGS)
        return fail("there are too many arguments: ", by, NULL);
    char *wrt = by ? strdup(by) : NULL;
    if (by && !wrt)
        return fail("out of memory", NULL, NULL) + 1;
    if (wrt && l->nargs >= first)
        l->arg[l->nargs++] = wrt;
    int bad = read_variables(l, first, q, var);
    if (!bad && file->n == 0) {
        q->expression = l->nargs > 1 ? l->arg[1] : NULL;
        bad = ask(l, file, q, d);
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
        return fail("there is no command", NULL,
                    "nabla --help lists the commands");
    if (!(l.command = find_command(l.arg[0])))
        return 2;
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
