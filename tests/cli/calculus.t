# Unknown functions, expansions, eigenvalues, structure, complex variables.
# Unknown functions
$ nabla diff "g(U)" "X[i,j]" -d "X: [n,m]; U(X): [p,q]; g(V: [p,q]): scalar"
> tr(D(g)(U)'*D(U,X[i,j]))
$ nabla hess "f(A*x, B*y)" x, y -d "f(u: [n], v: [m]): scalar; A: [n,k]; B: [m,p]; x: [k]; y: [p]"
> A'*D(f,u,v)(A*x,B*y)*B
$ nabla hess "f(g(x))" x -d "f(u: [n]): scalar; g(v: [k]): [n]; x: [k]"
> sum(s, sum(p, D(f)(g(x))'*D(g,v[p],v[s])(x)*J(p,s,k,k))) + D(g)(x)'*D2(f)(g(x))*D(g)(x)
$ nabla diff "tr(F(X)*A)" X -d "F(U: [n,m]): [p,p]; X: [n,m]; A: [p,p]"
> sum(s, sum(q, tr(D(F,U[q,s])(X)*A)*J(q,s,n,m)))
$ nabla diff "D(Y,s)" t -d "t: scalar; s: scalar; Y(s,t): [n,n]"
> D(Y,s,t)
$ nabla diff "F(X)" X --as entries -d "F(U: [n,m]): [p,p]; X: [n,m]"
> D(F,U[i,j])(X)[k,l]
# Expansions
$ nabla taylor --order 2 "x'*A*x" x
> x0'*A*x0 + (x - x0)'*(A + A')*x0 + (x - x0)'*A*(x - x0)
$ nabla taylor "inv(X)" X
> inv(X0) - inv(X0)*(X - X0)*inv(X0)
$ nabla taylor --order 2 "f(x,y)" x y -d "f(u: scalar, v: scalar): scalar; x: scalar; y: scalar"
> f(x0,y0) + (x - x0)*D(f,u)(x0,y0) + (y - y0)*D(f,v)(x0,y0) + (x - x0)^2*D(f,u,u)(x0,y0)/2 + (x - x0)*(y - y0)*D(f,u,v)(x0,y0) + (y - y0)^2*D(f,v,v)(x0,y0)/2
# Eigenvalues, matrix functions
$ nabla differential "lambda(A,i)" A -d "A: [n,n] symmetric"
> eigvec(A,i)'*dA*eigvec(A,i)
$ nabla differential "eigvec(A,i)" A -d "A: [n,n] symmetric"
> pinv(lambda(A,i)*eye(n) - A)*dA*eigvec(A,i)
$ nabla hess "lambda(A,i)" A --as bilinear -d "A: [n,n] symmetric"
> 2*eigvec(A,i)'*U*pinv(lambda(A,i)*eye(n) - A)*V*eigvec(A,i)
$ nabla diff "sum(eig(A).^2)" A -d "A: [n,n] symmetric"
> 2*A
$ nabla diff "norm(A,2)" A
> svdu(A)[:,1]*svdv(A)[:,1]'
$ nabla diff "norm(A,'nuc')" A
> svdu(A)*svdv(A)'
$ nabla diff "sum(r=1:k, svd(A)[r])" A
> sum(r=1:k, svdu(A)[:,r]*svdv(A)[:,r]')
$ nabla check "svdv(A)'*svdv(A) == eye(min(n,m))" -d "A: [n,m]"
> holds: the same normal form
$ nabla diff "sum(r=1:4, x[r])" x -d "x: [3]"
! the index r runs over 1..4 and over 1..3
? 2
$ nabla diff "tr(logm(A))" A
> inv(A)'
$ nabla differential "expm(A)" A
> frechet(expm,A,dA)
$ nabla diff "max(x)" x
> (sign(x .- max(x)) .+ 1)/sum(sign(x .- max(x)) .+ 1)
# Structure
$ nabla diff "tr(A*X)" X -d "A: [n,n]; X: [n,n] toeplitz"
> diagsums(A')./diagsums(ones(n,n))
$ nabla diff "tr(A*X)" X -d "A: [n,n]; X: [n,n] toeplitz symmetric" --structure entries
> diagsums(A) + diagsums(A') - diagsums(A).*eye(n)
$ nabla diff "y'*X*x" X -d "X: [n,n] lower"
> tril(y*x')
$ nabla diff "y'*X*x" X -d "X: [n,n] tridiagonal symmetric"
> band(y*x' + x*y',1,1)/2
$ nabla diff "tr(X'*A*X*B)" X -d "A: [n,n] symmetric; B: [n,n] symmetric; X: [n,n] orthogonal" --structure tangent
> A*X*B - X*B*X'*A*X
$ nabla hess "log(det(X))" X -d "X: [n,n] posdef"
> -inv(X)*dX*inv(X)
# Complex variables
$ nabla diff "abs(z)" "conj(z)" -d "z: scalar complex"
> z/(2*abs(z))
$ nabla grad "norm(A*x-b)^2" x -d "x: [n] complex; b: [m] complex; A: [m,n] complex"
> 2*A^H*(A*x - b)
$ nabla grad "logdet(I+H*Q*H')" Q -d "H: [m,n] complex; Q: [n,n] hermitian"
> H^H*inv(eye(m) + H*Q*H^H)*H
$ nabla diff "imag(z)" z -d "z: scalar complex"
> -1i/2
$ nabla grad "tr(U'*A*U)" U -d "U: [n,n] unitary; A: [n,n] hermitian"
> 2*A*U
# Transforms and parts
$ nabla diff "tr(A*X)" "vec(X)" -d "X: [n,m]"
> vec(A')
$ nabla grad "f(A*x+b)" "A*x+b" -d "x: [p]; A: [n,p]; b: [n]; f(u: [n]): scalar"
> D(f)(A*x + b)
$ nabla diff "tr(A*X)" X -d "A: [n,n]; X: [n,n] orthogonal" --structure entries
! no independent entries
? 2
$ nabla grad "z^2" z -d "z: scalar complex"
! not seen to be real
? 2
$ nabla diff "f" x -d "f(u: [n]): scalar"
! needs its argument
? 2
$ nabla diff "eigvec(A,i)" A -d "A: [n,n]"
! declare it symmetric
? 2
$ nabla diff "D(f)(x,y)" x -d "f(u: [n], v: [m]): scalar"
! by which of them
? 2
$ nabla diff "x'*y" "A*x"
! does not occur
? 2
$ nabla taylor "x'*x" x --order 3
! one of 1, 2
? 2
$ nabla diff "relu(z)" z -d "z: scalar complex"
! has no derivative
? 2
