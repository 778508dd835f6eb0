/* eval.c: nabla eval: numbers from files and from the command line. */
#include "nabla.h"
#include "cli.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_INPUTS = 128, MAX_OUTPUTS = 16 };

typedef struct Session {
    nb_context *c;
    const EvalRequest *q;
    nb_function *f;
    nb_array in[MAX_INPUTS], out[MAX_OUTPUTS];
    size_t nin, nout;
    char sizes[1024];
} Session;

static int bad(const char *fmt, const char *what, const char *mend)
{
    fputs("nabla: error: ", stderr);
    fprintf(stderr, fmt, what);
    fputc('\n', stderr);
    if (mend)
        fprintf(stderr, "  %s\n", mend);
    return 2;
}

/* --- data: NAME=FILE, NAME=FILE:MEMBER, NAME=3.5, NAME=[1 2; 3 4] */

/* The text after NAME=, for the last one given. */
static const char *given(const EvalRequest *q, const char *name)
{
    const char *found = NULL;
    size_t n = strlen(name);
    for (int i = 0; i < q->ndata; i++)
        if (strncmp(q->data[i], name, n) == 0 && q->data[i][n] == '=')
            found = q->data[i] + n + 1;
    return found;
}

/* Is it typed, not a file's name? */
static int is_literal(const char *s)
{
    s += strspn(s, "+-");
    return *s == '[' || isdigit((unsigned char)*s) ||
           (*s == '.' && isdigit((unsigned char)s[1])) ||
           strcmp(s, "inf") == 0 || strcmp(s, "nan") == 0 ||
           strcmp(s, "i") == 0;
}

static int missing(const char *name, const char *shape)
{
    char message[300], mend[300];
    int vector = *shape == '[' && !strchr(shape, ',');
    snprintf(message, sizeof message, "there are no data for %.99s: %.99s",
             name, shape);
    if (*shape == '[')
        snprintf(mend, sizeof mend, "--data %.99s=FILE, or %.99s=\"%s\"", name,
                 name, vector ? "[1 2 3]" : "[1 2; 3 4]");
    else
        snprintf(mend, sizeof mend, "--data %.99s=3.5", name);
    return bad("%s", message, mend);
}

static int load(Session *s, size_t k, const char *name, const char *shape)
{
    const char *text = given(s->q, name);
    if (!text)
        return missing(name, shape);
    if (!*text)
        return bad("there is nothing behind --data %s=", name,
                   "a file, or numbers: 3.5, [1 2; 3 4]");
    int typed = is_literal(text) && access(text, F_OK) != 0;
    Waiting *w = wait_begin("reading");
    int ok = typed ? nb_read_literal(s->c, text, &s->in[k])
                   : nb_read(s->c, text, NULL, &s->in[k]);
    wait_end(w);
    return ok ? 0 : show_error(s->q->colour, s->c);
}

/* Does the text have this name, needed for what is wanted or not? */
static int mentions(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *s = text; n && (s = strstr(s, name)); s++)
        if ((s == text || !(isalnum((unsigned char)s[-1]) || s[-1] == '_')) &&
            !isalnum((unsigned char)s[n]) && s[n] != '_')
            return 1;
    return 0;
}

/* A name in --data that the expression does not have. */
static int check_names(const Session *s)
{
    for (int i = 0; i < s->q->ndata; i++) {
        const char *text = s->q->data[i], *eq = strchr(text, '=');
        const char *names[MAX_INPUTS], *name;
        char mend[100];
        int n = 0;
        if (!eq)
            return bad("--data does not take %s", text,
                       "write --data X=x.npy");
        char one[100];
        snprintf(one, sizeof one, "%.*s", (int)(eq - text), text);
        for (size_t k = 0; (name = nb_function_input(s->f, k, NULL)); k++)
            names[n++] = name;
        int known = 0;
        for (int k = 0; k < n; k++)
            known |= strcmp(names[k], one) == 0;
        if (known || mentions(s->q->expression, one))
            continue;
        const char *near = advise_name(one, names, n);
        snprintf(mend, sizeof mend, near ? "did you mean %s?" : "%s",
                 near ? near : "see --dump shapes for its names");
        return bad("the expression has no input %s", one, mend);
    }
    return 0;
}

/* --- sizes at hand, so that the plan is made for them */

/* A vector's data may be a row or a column: their product is its length. */
static void note_size(Session *s, const char *shape, const nb_array *a)
{
    int k = 0, vector = !strchr(shape, ',');
    for (const char *p = shape; *p && k < 2; k++) {
        p += strspn(p, "[,");
        size_t n = strcspn(p, ",]");
        int plain = n > 0 && isalpha((unsigned char)*p);
        for (size_t i = 0; i < n; i++)
            plain &= isalnum((unsigned char)p[i]) || p[i] == '_';
        size_t used = strlen(s->sizes);
        if (plain && k < a->ndim && used + n + 40 < sizeof s->sizes)
            snprintf(s->sizes + used, sizeof s->sizes - used, "%.*s = %lld; ",
                     (int)n, p, (long long)(vector ? a->dim[0] * a->dim[1]
                                                   : a->dim[k]));
        p += n;
    }
}

static nb_function *compiled(Session *s, int again)
{
    nb_program p = {.expression = s->q->expression,
                    .variables = s->q->variables,
                    .nvariables = s->q->nvariables, .want = s->q->want,
                    .dtype = s->q->dtype, .row_major = 1,
                    .sizes = again ? s->sizes : NULL,
                    .unverified = again || s->q->unverified,
                    .latex = s->q->latex, .seed = s->q->seed};
    Waiting *w = wait_begin("deriving and planning");
    nb_function *f = nb_compile(s->c, &p);
    wait_end(w);
    return f;
}

static int open_function(Session *s)
{
    const char *name, *shape;
    int status;
    if (!(s->f = compiled(s, 0)))
        return show_error(s->q->colour, s->c);
    if ((status = check_names(s)))
        return status;
    for (; (name = nb_function_input(s->f, s->nin, &shape)); s->nin++) {
        if (s->nin == MAX_INPUTS)
            return bad("there are more inputs than %s", "128", NULL);
        if ((status = load(s, s->nin, name, shape)))
            return status;
        note_size(s, shape, &s->in[s->nin]);
    }
    if (s->sizes[0] && !(s->f = compiled(s, 1)))
        return show_error(s->q->colour, s->c);
    return 0;
}

/* --- results */

static int room(Session *s)
{
    for (; nb_function_output(s->f, s->nout, NULL); s->nout++) {
        nb_array *a = &s->out[s->nout];
        int64_t dim[2] = {1, 1};
        int rank = nb_function_shape(s->f, s->nout, s->in, dim);
        nb_dtype t = nb_function_complex(s->f, s->nout) ? NB_C128
                                                        : s->q->dtype;
        *a = (nb_array){t, rank < 0 ? 0 : rank, {dim[0], dim[1]},
                        {rank == 2 ? dim[1] : 1, 1}, NULL};
        if (rank >= 0 && dim[0] * dim[1] > 0)
            a->data = malloc((size_t)(dim[0] * dim[1]) *
                             (t == NB_C128 ? 16 : 8));
        if (rank >= 0 && !a->data)
            return bad("%s", "out of memory", NULL) + 1;
    }
    return 0;
}

/* Does s name the result: "value", or "gradient" for "gradient X"? */
static int is_label(const char *label, const char *s, size_t n)
{
    return strncmp(label, s, n) == 0 && (label[n] == 0 || label[n] == ' ');
}

static const char *file_for(const EvalRequest *q, const char *label,
                            int alone)
{
    for (int i = 0; i < q->nout; i++) {
        const char *eq = strchr(q->out[i], '=');
        size_t n = eq ? (size_t)(eq - q->out[i]) : 0;
        if (!eq && alone)
            return q->out[i];
        if (eq && is_label(label, q->out[i], n))
            return eq + 1;
    }
    return NULL;
}

static int show(Session *s)
{
    for (size_t k = 0; k < s->nout; k++) {
        const char *label = nb_function_output(s->f, k, NULL);
        const char *path = file_for(s->q, label, s->nout == 1);
        if (!path && s->nout > 1)
            printf("# %s\n", label);
        fflush(stdout);
        if (!nb_write(s->c, path ? path : "-", &s->out[k]))
            return show_error(s->q->colour, s->c);
    }
    return 0;
}

/* Each --out has its result. */
static int check_outs(const Session *s)
{
    for (int i = 0; i < s->q->nout; i++) {
        const char *text = s->q->out[i], *eq = strchr(text, '=');
        const char *names[MAX_OUTPUTS];
        char word[MAX_OUTPUTS][16], one[100], mend[200];
        int used = !eq && s->nout == 1;
        for (size_t k = 0; k < s->nout; k++) {
            const char *label = nb_function_output(s->f, k, NULL);
            used |= eq && is_label(label, text, (size_t)(eq - text));
            snprintf(word[k], sizeof word[k], "%.*s",
                     (int)strcspn(label, " "), label);
            names[k] = word[k];
        }
        if (used)
            continue;
        snprintf(one, sizeof one, "%.*s", eq ? (int)(eq - text) : 0, text);
        const char *near = advise_name(one, names, (int)s->nout);
        snprintf(mend, sizeof mend, "--out \"%s=FILE\"%s",
                 near ? near : names[0],
                 near || s->nout == 1 ? "" : ", and so on");
        return eq ? bad("there is no result called %s", one, mend)
                  : bad("there are several results: --out %s is for which?",
                        text, mend);
    }
    return 0;
}

static void warn(const nb_status *st)
{
    if (st->rcond < 1e-10)
        fprintf(stderr, "nabla: warning: a system is ill-conditioned "
                        "(reciprocal condition about %.1e): about %d digits "
                        "are lost\n",
                st->rcond, (int)(0.5 - log10(st->rcond)));
}

static int evaluate(Session *s)
{
    nb_status st;
    int status = open_function(s);
    if (status || (status = room(s)) || (status = check_outs(s)))
        return status;
    if (s->q->dump_plan) {
        const char *plan = nb_function_plan(s->f);
        if (!plan)
            return bad("%s", "there is no memory for the plan's text", NULL) +
                   1;
        fputs(plan, stdout);
    }
    if (s->q->threads)
        nb_set_threads(s->c, s->q->threads);
    Waiting *w = wait_begin("evaluating");
    int ok = nb_call(s->f, s->in, s->out, &st);
    wait_end(w);
    if (!ok)
        return bad("%s", st.message, NULL) + (st.code == NB_STATUS_MEMORY);
    warn(&st);
    return show(s);
}

/* OpenBLAS older than the processor takes AVX-512 for its elder; the kernels
 * that it has for it are twice as fast.  It reads this when it is loaded. */
static void choose_kernels(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw"))
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
#endif
}

int run_eval(nb_context *c, const EvalRequest *q)
{
    choose_kernels();
    Session *s = calloc(1, sizeof *s);
    if (!s)
        return bad("%s", "out of memory", NULL) + 1;
    s->c = c;
    s->q = q;
    int status = evaluate(s);
    for (size_t k = 0; k < s->nout; k++)
        free(s->out[k].data);
    free(s);
    return status;
}
