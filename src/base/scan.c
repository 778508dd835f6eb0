/* scan.c: reading the text of a dump: literals, names, numbers. */
#include "base/scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void skip_blanks(Scan *in)
{
    while (*in->s == ' ')
        in->s++;
}

bool scan_is(Scan *in, const char *literal)
{
    size_t n = strlen(literal);
    skip_blanks(in);
    if (strncmp(in->s, literal, n) != 0)
        return false;
    in->s += n;
    return true;
}

bool scan_want(Scan *in, const char *literal)
{
    return scan_is(in, literal) || scan_fail(in, literal);
}

/* Names of stand-ins may hold what names of a user may not. */
const char *scan_name(Scan *in)
{
    skip_blanks(in);
    size_t n = strcspn(in->s, " \n[](){},:;=#*@+-");
    const char *name = n ? ctx_intern(in->ctx, in->s, n) : NULL;
    in->s += n;
    return name;
}

bool scan_number(Scan *in, int64_t *n)
{
    char *end;
    skip_blanks(in);
    if (!isdigit((unsigned char)in->s[*in->s == '-']))
        return false;
    *n = strtoll(in->s, &end, 10);
    in->s = end;
    return true;
}

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

bool scan_rat(Scan *in, Rat *r)
{
    skip_blanks(in);
    bool minus = *in->s == '-';
    const char *s = in->s + minus;
    size_t n = digits(s), m = s[n] == '/' ? digits(s + n + 1) : 0;
    if (!n)
        return false;
    *r = rat_read(in->ctx, s, n);
    if (minus)
        *r = rat_neg(in->ctx, *r);
    if (m)
        *r = rat_div(in->ctx, *r, rat_read(in->ctx, s + n + 1, m));
    in->s = s + n + (m ? m + 1 : 0);
    return true;
}

void *scan_fail(Scan *in, const char *wanted)
{
    uint32_t at = (uint32_t)(in->s - in->text);
    return ctx_fail(in->ctx, ERR_LANGUAGE, (Span){at, at + 1}, NULL,
                    "this is no dump: %s was expected", wanted);
}
