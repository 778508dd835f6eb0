/* cases.c: a file of cases: blocks of lines "KEY value", parted by blank
 * lines; a line that begins with white space goes on from the one above it;
 * # begins a comment line.  All texts are pieces of the file's own. */
#include "book.h"
#include "cli.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const keys[] = {
    "diff", "grad", "jac", "hess", "differential", "taylor1", "taylor2",
    "check", "refute", "case", "src", "let", "as", "layout", "structure",
    "under", "fails", "is", "not"};
enum { NKEYS = sizeof keys / sizeof *keys };

/* Where a file is being read. */
typedef struct Reader {
    Cases *c;
    const char *path;
    size_t line, first; /* of the line at hand; of the file's cases */
    Case *at;           /* the case at hand, or NULL */
    char *comment;      /* the first one of the file, or NULL */
    int status;
} Reader;

const char *cases_key(Ask ask)
{
    return ask == ASK_NOTHING ? "" : keys[ask];
}

static int fail_at(Reader *r, const char *message, const char *what)
{
    fprintf(stderr, "nabla: error: %s:%zu: %s%s\n", r->path, r->line, message,
            what);
    return r->status = 2;
}

/* The array with room for one more; NULL if there is no memory. */
static void *grow(void *array, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return array;
    void *more = realloc(array, 2 * (*cap + 8) * size);
    if (more)
        *cap = 2 * (*cap + 8);
    return more;
}

static int add_heading(Reader *r, int level, const char *title)
{
    Cases *c = r->c;
    Heading *h = grow(c->heading, c->nheadings, &c->heading_cap, sizeof *h);
    if (!h)
        return fail_at(r, "there is no memory for this file", "");
    c->heading = h;
    h[c->nheadings++] = (Heading){level, title, NULL, 0};
    return 0;
}

static int add_case(Reader *r, const char *name)
{
    Cases *c = r->c;
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->item[i].name, name) == 0)
            return fail_at(r, "there are two cases named ", name);
    Case *item = grow(c->item, c->n, &c->cap, sizeof *item);
    if (!item)
        return fail_at(r, "there is no memory for this file", "");
    c->item = item;
    r->at = &item[c->n++];
    *r->at = (Case){.name = name, .ask = ASK_NOTHING,
                    .heading = c->nheadings - 1};
    c->heading[c->nheadings - 1].cases++;
    return 0;
}

static int add_form(Reader *r, const char **form, size_t *n,
                    const char *value)
{
    if (*n == BOOK_FORMS)
        return fail_at(r, "this case has more than 8 such forms: ", value);
    form[(*n)++] = value;
    return 0;
}

static int ask(Reader *r, int key, const char *value)
{
    if (r->at->ask != ASK_NOTHING)
        return fail_at(r, "this case asks a second question: ", value);
    r->at->ask = (Ask)key;
    r->at->asked = value;
    return 0;
}

static int set(Reader *r, const char **field, const char *value)
{
    if (*field)
        return fail_at(r, "this line stands twice in its case: ", value);
    *field = value;
    return 0;
}

static int add_line(Reader *r, const char *key, const char *value)
{
    int k = 0;
    while (k < NKEYS && strcmp(key, keys[k]) != 0)
        k++;
    if (k == NKEYS) {
        const char *near = advise_name(key, keys, NKEYS);
        fail_at(r, "a case has no such line: ", key);
        if (near)
            fprintf(stderr, "  did you mean %s?\n", near);
        return r->status;
    }
    if (strcmp(key, "case") == 0)
        return r->at ? fail_at(r, "a blank line is missing before case ",
                               value)
                     : add_case(r, value);
    if (!r->at)
        return fail_at(r, "a block begins with the line case NAME, not with ",
                       key);
    if (k < ASK_NOTHING)
        return ask(r, k, value);
    if (strcmp(key, "is") == 0)
        return add_form(r, r->at->is, &r->at->nis, value);
    if (strcmp(key, "not") == 0)
        return add_form(r, r->at->not_, &r->at->nnot, value);
    const char **field[] = {&r->at->source, &r->at->let, &r->at->as,
                            &r->at->layout, &r->at->structure, &r->at->under,
                            &r->at->fails};
    return set(r, field[k - ASK_NOTHING - 1], value);
}

static int add_comment(Reader *r, char *s)
{
    s += strspn(s, "# ");
    if (strncmp(s, "--- ", 4) == 0)
        return add_heading(r, 2, s + 4);
    if (r->line == 1)
        r->comment = s;
    return 0;
}

/* The first comment says what the file holds.  Its title ends at ": " or at
 * ". " before a new sentence; the rest introduces. */
static void split_title(Heading *h, char *s)
{
    h->title = s;
    for (char *t = s; *t; t++) {
        int sentence = t[0] == '.' && (!t[1] || (t[1] == ' ' &&
                       isupper((unsigned char)t[1 + strspn(t + 1, " ")])));
        if (!sentence && !(t[0] == ':' && t[1] == ' '))
            continue;
        char *rest = t + 1 + strspn(t + 1, " ");
        *t = 0;
        if (*rest)
            h->intro = rest;
        return;
    }
}

/* Lines that go on from the one above, and those of the first comment, become
 * one: the newline is blanked. */
static void join_lines(char *s)
{
    int comment = *s == '#';
    for (char *t = s; *t; t++) {
        if (*t == '\r')
            *t = ' ';
        if (*t != '\n')
            continue;
        comment &= t[1] == '#' && strncmp(t + 1, "# ---", 5) != 0;
        int further = isblank((unsigned char)t[1]) &&
                      t[1 + strspn(t + 1, " \t\r")] != '\n' &&
                      t[1 + strspn(t + 1, " \t\r")] != 0;
        if (comment)
            t[1] = ' ';
        if (comment || further)
            *t = '\v'; /* a line's end within a line */
    }
}

/* Inner ends of lines, with the white space after them, become a blank; how
 * many there were. */
static size_t tidy(char *line)
{
    size_t inner = 0;
    char *to = line;
    for (char *s = line; *s; s++) {
        *to++ = *s == '\v' ? ' ' : *s;
        if (*s != '\v')
            continue;
        inner++;
        s += strspn(s + 1, " \t");
    }
    while (to > line && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    *to = 0;
    return inner;
}

static int read_lines(Reader *r, char *s)
{
    join_lines(s);
    for (char *next; *s && !r->status; s = next) {
        next = s + strcspn(s, "\n");
        next += *next == '\n' ? (*next = 0, 1) : 0;
        r->line++;
        size_t inner = tidy(s);
        if (*s == '#') {
            add_comment(r, s);
        } else if (!s[strspn(s, " \t")]) {
            r->at = NULL;
        } else {
            char *value = s + strcspn(s, " ");
            value += *value ? (*value = 0, 1) : 0;
            add_line(r, s, value);
        }
        r->line += inner;
    }
    return r->status;
}

int cases_read(Cases *c, const char *path)
{
    Reader r = {.c = c, .path = path, .first = c->nheadings};
    char *text = NULL;
    const char *bad = load_text(path, &text);
    char **block = bad ? NULL : realloc(c->block, (c->nblocks + 1) *
                                                      sizeof *block);
    if (!block) {
        fprintf(stderr, "nabla: error: %s%s\n",
                bad ? bad : "there is no memory for this file: ", path);
        free(text);
        return 2;
    }
    c->block = block;
    block[c->nblocks++] = text;
    const char *name = strrchr(path, '/');
    if (add_heading(&r, 1, name ? name + 1 : path) || read_lines(&r, text))
        return r.status;
    if (r.comment)
        split_title(&c->heading[r.first], r.comment);
    return 0;
}

void cases_free(Cases *c)
{
    for (size_t i = 0; i < c->nblocks; i++)
        free(c->block[i]);
    free(c->block);
    free(c->item);
    free(c->heading);
}
