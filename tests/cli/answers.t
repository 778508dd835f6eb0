# What a new user tries.
$ nabla diff "x'*A*x" x
> (A + A')*x
! inferred: x: [n]; A: [n,n]
! verified: finite field
$ nabla diff "tr(A*X*B*X'*C)" X
> C*A*X*B + (C*A)'*X*B'
$ nabla hess "log(sum(exp(A*x+b)))" x
> A'*(diag(softmax(A*x + b)) - softmax(A*x + b)*softmax(A*x + b)')*A
$ nabla diff "a'*X^k*b" X -d "X: [n,n]; k: integer"
> sum(r=0:k-1, X^r'*a*(X^(k-r-1)*b)')
! k >= 0
$ nabla jac "tanh(W*x+b)" x
> (1 .- tanh(W*x + b).^2).*W
$ nabla diff "inv(X)" X --as kron
> -kron(inv(X)',inv(X))
! X invertible
$ nabla diff "log(det(X'*A*X))" X --to unicode -d "A: [n,n] symmetric; X: [n,m]"
> 2·A·X·(Xᵀ·A·X)⁻¹
$ nabla diff "x'*A*x" x --layout numerator -d "A: [n,n] symmetric"
> 2*x'*A
$ nabla grad "x'*A*y" x y
> x: A*y
> y: A'*x
$ nabla hess "x'*A*y" x y
> A
$ nabla simplify "inv(A*B)*A*B" -d "A: [n,n]; B: [n,n]"
> eye(n)
$ nabla diff "norm(x - a)" x --no-verify
> (x - a)/norm(x - a)
! not verified
$ nabla diff "x'*x" x --to json
> {"input": "x'*x", "declarations": ["x: [n]"], "result": "2*x", "shape": "[n]", "latex": "2 x", "assumptions": [], "notes": [], "steps": [], "verified": {"oracle": "finite field", "draws": 4, "points": 4, "log2_error_bound": -229}}
$ nabla --version
> nabla 0.1.0
# Every stage can be read.
$ nabla diff "x'*x" x --dump network,readoff
> # network
> #1 []
>     1 {n} x[0] x[0]
> # readoff
> #1 [n]
>     2 x[0]
> 2*x
$ nabla diff "x'*x" x --dump tokens,tree,shapes
> # tokens
> 0-1 x
> 1-2 '
> 2-3 *
> 3-4 x
> # tree
> MUL
>   ADJOINT
>     NAME x
>   NAME x
> # tokens
> 0-1 x
> # tree
> NAME x @2
> # shapes
> MUL [1,1]
>   TRANSPOSE [1,n]
>     SYM x [n,1]
>   SYM x [n,1]
> 2*x
$ nabla diff "x'*x" x --dump differential,simplified,raised,verify
> # simplified
> #1 [n]
>     2 x[0]
> # differential
> #1 []
>     2 {n} x[0] dx[0]
> # raised
> MUL [n,1]
>   NUM 2 [1,1]
>   SYM x [n,1]
> # verify
> proved: finite field, 4 draws of sizes, 4 points
> 2*x
$ nabla diff "x'*x" x --dump nothing
! it is one of all, tokens, tree, shapes, network, differential, readoff, simplified, raised, verify, plan
? 2
$ nabla diff "x'*x" x --dump plan
! --dump plan shows what eval does
? 2
$ nabla diff "z^H*A*z" "z[i]" "conj(z[i])" --as bilinear -d "z: [n] complex; A: [n,n] hermitian"
> A[i,i]
