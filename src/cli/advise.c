/* advise.c: the nearest name, by the number of letters that would have to be
 * put in, left out, changed or swapped. */
#include "cli.h"

#include <string.h>

enum { LONGEST = 24 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, const char *b)
{
    int d[LONGEST + 1][LONGEST + 1];
    int n = (int)strlen(a), m = (int)strlen(b);
    for (int i = 0; i <= n; i++)
        for (int k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            int same = a[i - 1] == b[k - 1];
            d[i][k] = least(d[i - 1][k - 1] + !same,
                            1 + least(d[i - 1][k], d[i][k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
                a[i - 2] == b[k - 1])
                d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
        }
    return d[n][m];
}

const char *advise_name(const char *s, const char *const *names, int n)
{
    const char *best = NULL;
    size_t length = strlen(s);
    int nearest = 3;
    if (length < 2 || length > LONGEST)
        return NULL;
    for (int i = 0; i < n; i++) {
        if (strlen(names[i]) > LONGEST)
            continue;
        int d = strncmp(s, names[i], length) == 0 ? 1 : distance(s, names[i]);
        if (d < nearest && d < (int)length) {
            nearest = d;
            best = names[i];
        }
    }
    return best;
}
