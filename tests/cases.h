/* cases.h: the corpus: files of cases, each a block of lines "key value". */
#ifndef NB_TEST_CASES_H
#define NB_TEST_CASES_H

#include "nabla.h"

enum { MAX_LINES = 64, MAX_TEXT = 8192 };

typedef struct Line {
    char key[32];
    char *value;
} Line;

typedef struct Case {
    Line line[MAX_LINES];
    int n;
} Case;

/* What a case asks, with the memory it points into. */
typedef struct CaseRequest {
    nb_request q;
    char text[MAX_TEXT], as[256];
    const char *var[8], *names[8];
} CaseRequest;

/* The value of the first line with that key, or NULL. */
const char *value_of(const Case *c, const char *key);
/* Does it ask for a derivative? */
int is_derivative(const Case *k);
/* To be freed. */
CaseRequest *case_request(const Case *k);
/* A file's text, to be freed; NULL if it cannot be read. */
char *case_text(const char *path);
/* Every case of the file; not 0 if it cannot be read. */
int cases_read(const char *path, void (*each)(const Case *));

#endif
