# Is this identity true, and why not?
$ nabla check 'tr(A*B) == tr(B*A)'
> holds: the same normal form
? 0
$ nabla check 'tr(A*B*C) == tr(A*C*B)' -d "A: [n,n]; B: [n,n]; C: [n,n]"
> false: at n = 2, A = [0 0; 1 0], B = [0 0; 0 1], C = [0 1; 0 0] the left side is 0, the right side 1
> true with the right side tr(C*A*B)
? 1
$ nabla check "d(x'*A*x, x) == 2*A*x"
> false: at n = 2, A = [0 1; 0 0], x = [0; 1] the left side is [1; 0], the right side [2; 0]
> true if A is symmetric
? 1
$ nabla check "d(x'*A*x, x) == 2*A*x" --assume "A symmetric"
> holds: the same normal form
? 0
$ nabla check "d(log(det(X)),X) == inv(X)" -d "X: [n,n]"
> false: at n = 2, X = [0 -1; 1 0] the left side is [0 -1; 1 0], the right side [0 1; -1 0]
> true with the right side transposed
? 1
$ nabla check "d(norm(x)^2,x) == x"
> false: at n = 1, x = 1 the left side is 2, the right side 1
> true with 2 in front of the right side
? 1
$ nabla check '\operatorname{tr}(A B) = \operatorname{tr}(B A)'
> holds: the same normal form
? 0
$ nabla check "sqrt(t^2) == t" -d "t: scalar"
> false: at t = -1 the left side is 1, the right side -1
> true if t is positive
? 1
$ nabla check "x == y" --to json
> {"input": "x == y", "holds": false, "how": "finite field", "point": "n = 1, x = 0, y = 1", "left": "0", "right": "1", "repair": null}
? 1
$ nabla check "A*B == C" -d "A: [n,m]; B: [n,m]; C: [n,n]"
! did you mean
? 2
$ nabla check "x == y" --assume "z symmetric"
! z does not occur
? 2
# What would mend it: the weakest property, of one name, then of two; a part;
# two factors; a factor that is missing; a size.
$ nabla check "x'*A*B*x == x'*B*A*x"
> false: at n = 2, x = [0; 1], A = [0 0; 1 0], B = [0 1; 0 0] the left side is 1, the right side 0
> true if A and B are symmetric
? 1
$ nabla check "(A+B)^2 == A^2 + 2*A*B + B^2"
> false: at n = 2, A = [0 0; 0 1], B = [0 0; 1 0] the left side is [0 0; 1 1], the right side [0 0; 2 1]
> true if A and B are diagonal
? 1
$ nabla check "d(1/2*x'*P*x + q'*x,x) == (P+P')*x + q"
> false: at n = 1, P = 1, x = 1, q = 0 the left side is 1, the right side 2
> true with the right side 1/2*(P + P')*x + q
? 1
$ nabla check "d(a'*inv(X)*b, X) == -inv(X)*a*b'*inv(X)"
> false: at n = 2, X = [0 1; -1 1], a = [0; 1], b = [1; 0] the left side is [-1 -1; 0 0], the right side [1 -1; 0 0]
> true with the right side -inv(X)'*a*b'*inv(X)'
? 1
$ nabla check "inv(A*B) == inv(A)*inv(B)"
> false: at n = 2, A = [1 1; 0 1], B = [0 1; 1 0] the left side is [0 1; 1 -1], the right side [-1 1; 1 0]
> true with the right side inv(B)*inv(A)
? 1
$ nabla check "d(det(X),X) == inv(X)'"
> false: at n = 1, X = -1 the left side is 1, the right side -1
> true with det(X) in front of the right side
? 1
$ nabla check "d(norm(x),x) == x"
> false: at n = 1, x = -2 the left side is -1, the right side -2
> true with the right side divided by norm(x)
? 1
$ nabla check "det(M+N) == det(M)+det(N)" -d "M: [k,k]; N: [k,k]"
> false: at k = 2, M = [0 0; 0 1], N = [1 0; 0 0] the left side is 1, the right side 0
> true for k = 1 only
? 1
$ nabla check "det(A*X*B)*A'*inv(A*X*B)'*B' == det(A*X*B)*inv(X)'" -d "A: [p,n]; X: [n,n]; B: [n,p]"
> false: at n = 2, p = 1, A = [0 1], X = [1 0; 0 1], B = [0; 1] the left side is [0 0; 0 1], the right side [1 0; 0 1]
> true where all dimensions are equal
? 1
# My own answer, against the right one.
$ nabla diff "x'*A*x" x --compare "(A + A')*x"
> right
? 0
$ nabla diff "x'*A*x" x --compare "2*A*x"
> wrong: it differs from (A + A')*x by (A - A')*x
> it would be right if A is symmetric
? 1
$ nabla diff "tr(A*X)" X --compare "A"
> right in the other layout: it is the transpose of A'
? 0
$ nabla diff "norm(x)^2" x --compare "x"
> wrong: it is half of 2*x
? 1
$ nabla diff "x'*x" x --compare "x'*x"
! the answer is [n]
? 2
# Free indices: true where they differ is not true.
$ nabla check "tr(J(i,j,n,n)) == 0"
> false: at n = 1, i = 1, j = 1 the left side is 1, the right side 0
? 1
$ nabla check "e(i,n)'*e(j,n)*e(k,n)'*e(l,n) == 0"
> false: at n = 1, i = 1, j = 1, k = 1, l = 1 the left side is 1, the right side 0
? 1
# Values beyond a double's range are no agreement.
$ nabla check "log(exp(tr(P+k*eye(n)))) == exp(exp(tr(P + k*eye(n))))" -d "P: [n,n] posdef; k: integer"
> false: at n = 1, k = 0, P = 0.0625 the left side is 0.0625, the right side 2.89937
? 1
