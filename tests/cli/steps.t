# The derivation, line by line.
$ nabla diff "log(det(X'*A*X))" X --steps
> d(log(det(X'*A*X))) = tr(inv(X'*A*X)*d(X'*A*X))    # log det, Matrix Cookbook (43), (57)
>   = tr(inv(X'*A*X)*(dX'*A*X + X'*A*dX))    # product rule, Matrix Cookbook (37)
> derivative: A*X*inv(X'*A*X) + A'*X*inv(X'*A*X)'    # read off: df = tr(G'*dX)
> A*X*inv(X'*A*X) + A'*X*inv(X'*A*X)'
$ nabla jac "tanh(W*x+b)" x --steps
> d(tanh(W*x + b)) = W*dx.*(1 .- tanh(W*x + b).^2)    # chain rule, tanh
> derivative: (1 .- tanh(W*x + b).^2).*W    # read off: df = J*dx
> (1 .- tanh(W*x + b).^2).*W
$ nabla diff "x'*x" x --steps --to latex
> \begin{align*}
> \mathrm{d}\left(x^{\top} x\right) &= \mathrm{d}x^{\top} \, x + x^{\top} \, \mathrm{d}x && \text{product rule, Matrix Cookbook (37)} \\
>   &= 2 x^{\top} \, \mathrm{d}x && \text{simplified} \\
> &\text{derivative: } 2 x && \text{read off: $\mathrm{d}f = g^{\top} \mathrm{d}x$}
> \end{align*}
> 2 x
$ nabla hess "x'*x" x --steps
> d(x'*x) = dx'*x + x'*dx    # product rule, Matrix Cookbook (37)
>   = 2*x'*dx    # simplified
> first derivative: 2*x    # read off: df = g'*dx
> d(2*x) = 2*dx    # linear, Matrix Cookbook (33) to (36)
> second derivative: 2*eye(n)    # read off: dg = H*dx
> 2*eye(n)
