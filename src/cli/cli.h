/* cli.h: what the files of the command share. */
#ifndef NB_CLI_H
#define NB_CLI_H

#include <stddef.h>

enum { LOAD_EXPRESSIONS = 256 };

/* What a file holds: its declarations, and its expressions in order.  All
 * texts are pieces of one block, which load_free gives back. */
typedef struct Loaded {
    char *declarations;
    char *expression[LOAD_EXPRESSIONS];
    int n;
    char *block;
} Loaded;

/* The whole of a file, which the caller frees.  NULL, or what is wrong. */
const char *load_text(const char *path, char **text);
/* NULL, or what is wrong; "-" is standard input. */
const char *load_file(const char *path, Loaded *out);
void load_free(Loaded *l);

#include "nabla.h"

/* What `nabla eval` is asked. */
typedef struct EvalRequest {
    const char *expression;
    const char *const *variables;
    size_t nvariables;
    unsigned want;           /* NB_VALUE | ... */
    nb_dtype dtype;
    int unverified, latex, dump_plan, threads, colour;
    uint64_t seed;
    const char *const *data; /* NAME=FILE or NAME=NUMBERS */
    int ndata;
    const char *const *out;  /* FILE, or OUTPUT=FILE */
    int nout;
} EvalRequest;

/* Evaluates and prints; the exit status. */
int run_eval(nb_context *c, const EvalRequest *q);
/* A line on standard error while something takes more than a second, on a
 * terminal only; NULL is none. */
typedef struct Waiting Waiting;
Waiting *wait_begin(const char *what);
void wait_end(Waiting *w);
/* Prints the program as code, or writes it to the file `out`; the function is
 * called `name` (NULL: as the file, or f).  The exit status. */
int run_emit(nb_context *c, const nb_program *p, const char *language,
             const char *name, const char *out, int colour);
/* The context's error, on standard error; the exit status. */
int show_error(int colour, nb_context *c);

/* All answers of a result; 0 where one cannot be printed. */
int show_result(const nb_result *r, nb_dialect d);
/* Of several answers, the proof that says least. */
nb_proof show_weakest(const nb_result *r);
/* Prints the verdict; the exit status. */
int show_verdict(const nb_verdict *v, const char *equation, int json);
void print_json(const char *s); /* NULL: null */

/* nabla book: the cases of the files, proved, into a page or a LaTeX text
 * named by its suffix.  The exit status. */
int book(char *const *file, int n, const char *out, uint64_t seed);

/* The one of the names that s was probably meant to be, or NULL. */
const char *advise_name(const char *s, const char *const *names, int n);

#endif
