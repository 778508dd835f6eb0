"""names: words that mean something in one of the languages, or in what is
written, as the names of variables."""

WORDS = '''
None def lambda for class import True np jnp torch scipy jax self print
int restrict double size_t work main NULL INT_MAX memcpy cblas_dgemm dpotrf_
static return sqrt log_diagonal larger cholesky both logistic exponent SIMD
end function i j e I pi eps ans ones sum exp diag inv chol eye numel begin
using Matrix dot T1 t1 f value L lu s1 w1 gradient_x x_ x__ _x __name__ like
d n_ k l λ λ_ Σ x1y true nan inf norm det size eval axpy swap solve lu_factor
'''.split()
TEXT = ("%(d)s*log(det(%(a)s'*%(a)s + eye(n))) + sum(exp(%(b)s)) + "
        "%(b)s'*inv(%(a)s'*%(a)s + eye(n))*%(c)s")
FUNCTIONS = 'log det eye sum exp inv'.split()
PLAIN = "%(d)s*(%(b)s'*%(a)s*%(c)s)" # in which those may be names
DECLARED = '%(a)s: [n,n]; %(b)s: [n]; %(c)s: [n]; %(d)s: scalar'
NUMPY = ('d * np.linalg.slogdet(a.T @ a + np.eye(4))[1] + np.sum(np.exp(b)) +'
         ' b @ np.linalg.inv(a.T @ a + np.eye(4)) @ c')


def lines():
    """As in cases.txt; what stands for a, b, c, d in the last column."""
    for k in range(0, len(WORDS), 4):
        name = dict(zip('abcd', (WORDS[k:k + 4] + WORDS[:4])[:4]))
        used = any(word in FUNCTIONS for word in name.values())
        yield 'names_%d | %s | %s | %s | value,gradient | %s' % (
            k // 4, (PLAIN if used else TEXT) % name, DECLARED % name,
            ','.join([name['b'], name['d']]),
            'd * b @ a @ c' if used else NUMPY), name
