/* code.h: plans as source code in other languages, a file a language.
 *
 * What a user wrote never reaches the code unchecked: names are made of
 * [A-Za-z0-9_], are no word that the language or the file itself uses, and
 * differ where the user's differ; expressions stand in comments alone, with
 * whatever could end one taken apart. */
#ifndef NB_CODE_H
#define NB_CODE_H

#include "plan/plan.h"

typedef struct CodeTask {
    const Plan *plan;
    const char *name;  /* of the function; NULL: f */
    const char *about; /* what it computes, for the comment; may be NULL */
} CodeTask;

/* One source file; NULL with an error where the language is none of
 * dialects.def, or lacks something that the plan needs. */
const char *code_print(Ctx *ctx, const CodeTask *task, const char *language);
/* The k-th language and what it is; NULL at the end. */
const char *code_language(size_t k, const char **help);

#endif
