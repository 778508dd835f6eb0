/* arrayline.c: statements in lines of at most 79 columns, broken behind a
 * comma or an operator, as far outside as there is one. */
#include "out/array.h"

#include <string.h>

enum { COLUMNS = 79, INDENT = 4, MORE = 8 };

static int deeper(char c)
{
    return (c == '(' || c == '[') - (c == ')' || c == ']');
}

/* May a line end before the space s[i]? */
static bool breaks(const char *s, size_t i)
{
    return s[i] == ' ' && i > 0 && strchr(",+-*/@\\", s[i - 1]);
}

/* Where to break within `room` bytes; 0: nowhere. */
static size_t cut_of(const char *s, size_t room)
{
    size_t cut = 0;
    int depth = 0, least = 0;
    for (size_t i = 0; s[i] && i <= room; i++) {
        depth += deeper(s[i]);
        if (breaks(s, i) && (cut == 0 || depth <= least)) {
            cut = i;
            least = depth;
        }
    }
    return cut;
}

/* Is there a place outside all brackets? */
static bool breaks_outside(const char *s)
{
    int depth = 0;
    for (size_t i = 0; s[i]; i++) {
        depth += deeper(s[i]);
        if (depth == 0 && breaks(s, i))
            return true;
    }
    return false;
}

/* Python goes on in the next line within brackets alone. */
static const char *bracketed(ArrayCode *c, const char *s)
{
    const char *equals = strstr(s, " = ");
    bool result = strncmp(s, "return ", 7) == 0;
    const char *right = result ? s + 7 : equals ? equals + 3 : s;
    if (!c->d->brackets || !breaks_outside(right))
        return s;
    return ctx_printf(c->ctx, "%.*s(%s)", (int)(right - s), s, right);
}

static void wrapped(ArrayCode *c, Buf *b, const char *s, size_t indent)
{
    size_t room = COLUMNS - indent, end;
    const char *more = c->d->more;
    while (strlen(s) > room && (end = cut_of(s, room - strlen(more)))) {
        buf_printf(b, "%*s%.*s%s\n", (int)indent, "", (int)end, s, more);
        s += end + 1;
        indent = MORE + c->depth * INDENT;
        room = COLUMNS - indent;
    }
    buf_printf(b, "%*s%s\n", (int)indent, "", s);
}

void array_line(ArrayCode *c, Buf *b, const char *s)
{
    if (strlen(s) > COLUMNS - (1 + c->depth) * INDENT)
        s = bracketed(c, s);
    if (s)
        wrapped(c, b, s, (1 + c->depth) * INDENT);
}

void array_head(ArrayCode *c, Buf *b, const char *s)
{
    if (s)
        wrapped(c, b, s, 0);
}
