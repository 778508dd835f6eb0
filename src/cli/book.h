/* book.h: the verified cookbook: cases are read (cases.c), each is proved
 * (prove.c), and the entries are written (html.c, tex.c). */
#ifndef NB_BOOK_H
#define NB_BOOK_H

#include "nabla.h"

#include <stdio.h>

enum { BOOK_FORMS = 8, BOOK_LINES = 64, BOOK_STEPS = 64, BOOK_WORDS = 64 };

/* --- cases.c: FILE.cases, as they were written */

/* What a case asks: the key of its line. */
typedef enum Ask {
    ASK_DIFF, ASK_GRAD, ASK_JAC, ASK_HESS, ASK_DIFFERENTIAL,
    ASK_TAYLOR1, ASK_TAYLOR2, ASK_CHECK, ASK_REFUTE, ASK_NOTHING
} Ask;

typedef struct Case {
    const char *name, *source, *let, *as, *layout, *structure, *under,
        *fails;
    Ask ask;
    const char *asked;                    /* "EXPR wrt VAR", "LHS == RHS" */
    const char *is[BOOK_FORMS], *not_[BOOK_FORMS];
    size_t nis, nnot;
    size_t heading;                       /* the last one above it */
} Case;

/* The first comment of a file, and each comment "# --- title". */
typedef struct Heading {
    int level; /* 1: a file, 2: a part of it */
    const char *title, *intro;
    size_t cases; /* under this heading alone */
} Heading;

typedef struct Cases {
    Case *item;
    Heading *heading;
    size_t n, nheadings, cap, heading_cap;
    char **block; /* the files' texts, which all others are pieces of */
    size_t nblocks;
} Cases;

/* Adds a file's cases; 0, or an exit status after a message. */
int cases_read(Cases *c, const char *path);
void cases_free(Cases *c);
const char *cases_key(Ask ask);

/* --- prove.c: a case and what was found */

typedef struct Pool Pool; /* texts that outlive the context */

typedef struct Formula {
    const char *latex, *text; /* text: Unicode; latex may be NULL */
} Formula;

typedef struct Step {
    Formula line;
    const char *rule;
} Step;

/* What a source prints, and why it is wrong. */
typedef struct Misprint {
    Formula printed, right;
    const char *point, *left, *value, *repair; /* point may be NULL */
} Misprint;

typedef enum State {
    ENTRY_HOLDS,   /* derived or checked, and proved */
    ENTRY_REFUTED, /* no identity, as the case says */
    ENTRY_DECLINED, /* an input that is wrong on purpose */
    ENTRY_FAILED   /* not what the case says; `why` has the message */
} State;

typedef struct Entry {
    const Case *of;
    State state;
    int status;                     /* its exit status */
    const char *why, *mend;         /* a message, or NULL */
    Formula line[BOOK_LINES];       /* the identity, an answer a line */
    size_t nlines;
    Formula other[BOOK_FORMS];      /* the source's own forms */
    size_t nothers;
    const char *answer[BOOK_LINES]; /* in Nabla's language */
    size_t nanswers;
    const char *assumption[BOOK_WORDS], *note[BOOK_WORDS];
    size_t nassumptions, nnotes;
    nb_proof proof;                 /* oracle NULL: `how` says it */
    const char *how;
    Step step[BOOK_STEPS];
    size_t nsteps;
    const char *no_steps;           /* why there are none, or NULL */
    Misprint wrong[BOOK_FORMS];
    size_t nwrong;
    const char *command;            /* for a shell */
} Entry;

typedef struct Book {
    Cases cases;
    Entry *entry; /* one a case */
    Pool *pool;
    uint64_t seed;
    int katex;    /* KaTeX lies beside the page */
} Book;

void prove_case(nb_context *c, Book *b, Entry *e);
/* pool.c: texts that live as long as the book; NULL: no memory.  A copy of
 * NULL is NULL. */
const char *pool_copy(Pool **p, const char *s);
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
char *pool_printf(Pool **p, const char *format, ...);
void pool_free(Pool *p);

/* --- statement.c: the left side of an answer */

/* Cuts "EXPR wrt A, B[i,j]" in place; the number of variables, 0 if there is
 * no " wrt ". */
size_t statement_split(char *text, char **expression, const char **variable,
                       size_t most);
/* "d/dX log(det(X)) =" for an answer of this form, of variable i of several
 * answers; NULL if there is no memory for it or it cannot be read. */
const char *statement_left(nb_context *c, Pool **p, const Case *k,
                           const nb_request *q, nb_form form, size_t i,
                           nb_dialect d);
/* The command that gives the answer, quoted for a shell. */
const char *statement_command(Pool **p, const Case *k, const nb_request *q);

/* --- words.c: what both writers say */
/* "proved", "no identity", ... */
const char *words_state(const Entry *e);
/* What the answer is beside the default one; 0 to `most` of them. */
size_t words_conventions(const Case *k, const char **out, size_t most);
typedef struct Counts {
    size_t holds, refuted, failed, wrong;
} Counts;
Counts words_count(const Book *b);
/* A point such as "n = 2, X = [1 0; 0 1]" as LaTeX. */
const char *words_values(Pool **p, const char *s);

/* --- html.c, tex.c: 0 if the stream has failed */
int html_write(FILE *f, Book *b);
int tex_write(FILE *f, Book *b);

/* --- page.c: the page's own style and script, a line each; NULL ends */
extern const char *const page_style[], *const page_script[];

#endif
