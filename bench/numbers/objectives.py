"""The problems as functions, written once over a namespace xp (NumPy, JAX or
PyTorch behind the same names; see each rival).  Vectors have one axis.  The
programs are written as a careful user of a library of arrays would: solves
by Cholesky where the matrix is known to be positive definite, no inverse, no
rewriting by the inversion lemma."""


def quad(xp, A, x):
    return x @ (A @ x)


def logit(xp, X, y, w, **d):
    return xp.sum(xp.softplus(-y * (X @ w))) + d["lambda"] * (w @ w)


def lse(xp, A, x, b):
    return xp.logsumexp(A @ x + b, 0)


def fact(xp, X, U, V):
    return xp.sum((X - U @ V.T) ** 2)


def logdet(xp, X, A):
    return xp.logdet(X.T @ (A @ X))


def gausscov(xp, S, C):
    return (xp.logdet(S) + xp.trace(xp.solve_pos(S, C))) / 2


def gaussprec(xp, P, C):
    return (xp.sum(P * C) - xp.logdet(P)) / 2


def trinv(xp, X, C, B):
    return xp.trace(xp.solve_pos(X.T @ (C @ X), X.T @ (B @ X)))


def trace(xp, A, X, B, C):
    return xp.sum(((C @ A) @ X @ B) * X)


def inverse(xp, a, X, b):
    return a @ xp.solve(X, b)


def wls(xp, x, A, s, W):
    r = x - A @ s
    return r @ (W @ r)


def net(xp, W1, W2, W3, X, Y):
    return xp.sum((W3 @ xp.tanh(W2 @ xp.tanh(W1 @ X)) - Y) ** 2)


def gp(xp, D, y, s, l):
    K = xp.exp(-D / (2 * l**2)) + s * xp.eye(D.shape[0])
    return (y @ xp.solve_pos(K, y) + xp.logdet(K)) / 2


def mix(xp, X, M, w):
    Z = X @ M.T + (w - xp.sum(M**2, 1) / 2)
    return xp.sum(xp.logsumexp(Z, 1)) - xp.sum(X**2) / 2


# ------------------------------------------------------- the 25 programs

def p01(xp, X, y):
    return xp.solve_pos(X.T @ X, X.T @ y)


def p02(xp, X, M, y):
    Z = xp.solve_pos(M, X)
    return xp.solve_pos(X.T @ Z, Z.T @ y)


def p03(xp, A, W, b, c):
    w = xp.diag(W)
    return w * (A.T @ xp.solve_pos((A * w) @ A.T, b) - c)


def p04(xp, A, W, b, c, x):
    w = xp.diag(W)
    M = (A * w) @ A.T
    u = xp.solve_pos(M, b - A @ x)
    v = xp.solve_pos(M, A @ x)
    return w * (A.T @ u), w * (A.T @ v - c)


def p05(xp, A, B, L, R, y):
    T = xp.solve(A.T, B.T)
    return xp.solve(T @ T.T + R.T @ (xp.diag(L)[:, None] * R),
                    T @ (T.T @ y))


def p06(xp, P, Q, S, E, F, G):
    Z = xp.solve_lower(S, G)
    return (xp.solve_lower(P, E.T, True).T, F + Z @ xp.solve_lower(Q, E),
            xp.solve_lower(Q, xp.eye(Q.shape[0])), -Z)


def p07(xp, B, H, R, Xb, Y):
    return Xb + xp.solve_pos(xp.inv(B) + H.T @ xp.solve_pos(R, H),
                             Y - H @ Xb)


def p08(xp, B, H, R, Xb, Y):
    return xp.solve_pos(xp.inv(B) + H.T @ xp.solve_pos(R, H),
                        H.T @ xp.solve_pos(R, Y - H @ Xb))


def p09(xp, H, R, X, Xb, Y):
    T = H @ X
    return X @ (T.T @ xp.solve_pos(R + T @ T.T, Y - H @ Xb))


def p10(xp, H, y, u, v, sigma, **d):
    c = d["lambda"] * sigma
    return xp.solve_pos(H.T @ H + c * xp.eye(H.shape[1]),
                        H.T @ y + c * (v - u))


def p11(xp, H, y, x):
    return x + H.T @ xp.solve_pos(H @ H.T, y - H @ x)


def p12(xp, S, A, W, Xin):
    T = A.T @ S
    V = W @ T
    return Xin + V @ xp.solve_pos(T.T @ V, S.T - T.T @ Xin)


def p13(xp, S, A, W, Xin):
    T = A @ S
    V = W @ T
    return Xin + (S - Xin @ (A.T @ S)) @ xp.solve_pos(T.T @ V, V.T)


def p14(xp, S, A, W, Xin):
    T = A @ S
    V = W @ T
    N = xp.solve_pos(T.T @ V, V.T)
    P = Xin @ T - S
    K = P @ N
    return Xin - K - K.T + N.T @ ((T.T @ P) @ N)


def p15(xp, S, A, Xin):
    T = A @ S
    N = xp.solve_pos(S.T @ T, S.T)
    Z = Xin - (Xin @ T) @ N
    return S @ N + Z - N.T @ (T.T @ Z)


def p16(xp, A, Bin, Wk, k):
    V = Wk.T @ A
    T = V @ Bin
    return k / (k - 1) * (Bin - T.T @ xp.solve_pos(
        (k - 1) * xp.eye(V.shape[0]) + T @ V.T, T))


def p17(xp, A, Wk, **d):
    V = Wk.T @ A
    c = d["lambda"]
    return (xp.eye(A.shape[1]) - V.T @ xp.solve_pos(
        c * xp.eye(V.shape[0]) + V @ V.T, V)) / c


def p18(xp, A, G, b):
    return xp.solve_pos(A.T @ A + G.T @ G, A.T @ b)


def p19(xp, A, b, alpha):
    return xp.solve_pos(A.T @ A + alpha * xp.eye(A.shape[1]), A.T @ b)


def p20(xp, A, P, Q, b, x):
    T = P @ A
    return xp.solve_pos(Q + A.T @ T, T.T @ b + Q @ x)


def p21(xp, A, P, Q, b, x):
    T = P @ A
    return x + xp.solve_pos(A.T @ T + Q, T.T @ (b - A @ x))


def p22(xp, A, Cx, Cz, x, y):
    T = A @ Cx
    return T.T @ xp.solve_pos(T @ A.T + Cz, y - A @ x) + x


def p23(xp, A, Cx, Cz, x, y):
    Z = xp.solve_pos(Cz, A)
    return xp.solve_pos(A.T @ Z + xp.inv(Cx), Z.T @ (y - A @ x)) + x


def p24(xp, A, C, Cz, x, y):
    T = A @ C
    K = xp.solve_pos(Cz + T @ A.T, T)
    return x + K.T @ (y - A @ x), C - K.T @ T


def p25(xp, H, P, R, x, z):
    return p24(xp, H, P, R, x, z)
