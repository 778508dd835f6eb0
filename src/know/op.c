/* op.c: the table as an array; names to records. */
#include "know/op.h"

#include <string.h>

static const OpRecord records[OP_COUNT] = {
#define OP(id_, ...) [OP_##id_] = {.id = #id_, __VA_ARGS__},
#include "know/ops.def"
#undef OP
};

const OpRecord *op_record(OpId id)
{
    return &records[id];
}

/* Names that stand for functions: letters, and called with brackets. */
static bool is_function(const OpRecord *r)
{
    char c = r->name[0];
    return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) &&
           !strchr(r->name, ' ') && r->cls != CLASS_LEAF &&
           strcmp(r->name, "apply") != 0;
}

static bool in_words(const char *words, const char *name, size_t n)
{
    while (words && *words) {
        size_t len = strcspn(words, " ");
        if (len == n && memcmp(words, name, n) == 0)
            return true;
        words += len + (words[len] == ' ');
    }
    return false;
}

OpId op_find(const char *name, size_t n)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const OpRecord *r = &records[i];
        bool own = is_function(r) && strlen(r->name) == n &&
                   memcmp(r->name, name, n) == 0;
        bool other = n > 0 && ((name[0] | 32) >= 'a' && (name[0] | 32) <= 'z')
                     && in_words(r->alias, name, n);
        if (own || other)
            return (OpId)i;
    }
    return OP_COUNT;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t name_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[33];
    if (n > 31 || m > 31)
        return 99;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diag = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t up = row[j];
            row[j] = least(least(row[j] + 1, row[j - 1] + 1),
                           diag + (a[i - 1] != b[j - 1]));
            diag = up;
        }
    }
    return row[m];
}

const char *op_nearest(const char *name, size_t n)
{
    const char *best = NULL;
    size_t least_d = n <= 2 ? 0 : n <= 4 ? 2 : 3; /* f is like no function */
    for (int i = 0; i < OP_COUNT; i++) {
        const OpRecord *r = &records[i];
        if (!is_function(r))
            continue;
        size_t d = name_distance(name, n, r->name, strlen(r->name));
        if (d < least_d) {
            least_d = d;
            best = r->name;
        }
    }
    return best;
}
