# Numbers: nabla eval as a user runs it.
$ t=$(mktemp -d)
# --- values, and what is wanted
$ nabla eval "2 + 3"
> 5
$ nabla eval "x'*A*x" --data x="[1;2]" --data A="[1 2; 3 4]"
> 27
$ nabla eval "x'*A*x" --wrt x --data x="[1;2]" --data A="[1 2; 3 4]"
> # value
> 27
> # gradient x
> 12
> 21
$ nabla eval "x'*A*x" x --data x="[1;2]" --data A="[1 2; 3 4]" --want hessian
> 2 5
> 5 8
$ nabla eval "x'*A*x" x --data A="[1 2; 3 4]" --want hessian
> 2 5
> 5 8
$ nabla eval "x'*A*y" --wrt x,y --data x="[1 2]" --data y="[1 1]" --data A="[1 2; 3 4]"
> # value
> 17
> # gradient x
> 3
> 7
> # gradient y
> 7
> 10
$ nabla eval "sum(x.^3)" --wrt x --want value,hessvec --data x="[1 2]" --data dx="[1 10]"
> # value
> 9
> # hessvec x
> 6
> 120
$ nabla eval "A*x" --wrt x --data x="[1 2]" --data A="[1 2; 3 4]"
> # value
> 5
> 11
> # jacobian x
> 1 2
> 3 4
$ nabla eval "tr(A^k)" -d "A: [n,n]; k: integer" --data A="[1 2; 2 1]" --data k=3
> 26
$ nabla eval "n*sum(x)" -d "x: [n]" --data x="[1 2 3]"
> 18
$ nabla eval "\log\det(A)" --data A="[2 0; 0 0.5]"
> 0
$ printf 'A: [n,n] symmetric\ntr(A)\nsum(A)\n' | nabla eval -f - --data A="[1 2; 2 1]"
> 2
> 6
$ nabla eval "svd(A)" --data A="[3 0; 0 4; 0 0]"
> 4
> 3
$ nabla eval "2*pi*x" --data x=0.5
> 3.141592653589793
$ nabla eval "f(x)" -d "f(u: [n]): scalar; x: [n]" --data x="[1 2]"
! f is an unknown function: it has no numbers
? 2
# --- precision
$ nabla eval "x/3" --data x=1
> 0.3333333333333333
$ nabla eval "x/3" --data x=1 --precision single
> 0.33333334
$ nabla eval "x'*x" -d "x: [n] complex" --precision complex --data x="[1+2i -i]"
> 6+0i
$ nabla eval "2*x" -d "x: [n] complex" --precision complex --data x="[1+2i; i; -i; 2; 1-i]"
> 2+4i
> 0+2i
> 0-2i
> 4+0i
> 2-2i
$ nabla eval "norm(A*z-b)^2" -d "A: [m,n] complex; z: [n] complex; b: [m] complex" --wrt "conj(z)" --data A="[1+2i 3; 1i -1+1i]" --data z="[1-1i 2i]" --data b="[2 1i]"
> # value
> 55
> # gradient conj(z)
> 13+6i
> 2+24i
$ nabla eval "Z'*Z" -d "Z: [n,m] complex" --data Z="[1 2i; 3 1-1i]" --precision single
> 10+0i 3-1i
> 3+1i 6+0i
$ nabla eval "log(det(H))" -d "H: [n,n] hermitian" --data H="[2 1i; 1i 3]"
! H is declared to be hermitian, and is not: entry [2,1] of H is 0+1i, and should be 0-1i
? 2
$ nabla eval "A*z" -d "A: [n,n]; z: [n] complex" --dump plan --data A="[1 2; 3 4]" --data z="[1i 1]" | head -n 1
> # complex numbers, in double precision
$ nabla eval "x/3" --data x=1 --precision half
! it is one of double, single, complex
? 2
$ nabla eval "2*x" --data x="[1 i]"
! x is given as complex numbers: declare it complex, as in x: [n] complex
? 2
# --- files: what one command writes the next one reads
$ nabla eval "A'*2" --data A="[1 2.5 -3; 4 1e-300 6]" -o "$t/a.npy"
$ nabla eval "A'/2" --data A="$t/a.npy" -o "$t/b.csv"
$ cat "$t/b.csv"
> 1,2.5,-3
> 4,1e-300,6
$ nabla eval "A'" --data A="$t/b.csv" -o "$t/c.mtx"
$ head -n 3 "$t/c.mtx"
> %%MatrixMarket matrix array real general
> 3 2
> 1
$ nabla eval "A'" --data A="$t/c.mtx" -o "$t/d.txt"
$ cat "$t/d.txt"
> 1 2.5 -3
> 4 1e-300 6
$ nabla eval "A'" --data A="$t/d.txt"
> 1 4
> 2.5 1e-300
> -3 6
$ nabla eval "A" --data A=- <"$t/b.csv"
> 1 2.5 -3
> 4 1e-300 6
$ nabla eval "2*x" -d "x: [n] complex" --precision complex --data x="[1+2i; 3]" -o "$t/z.npy"
$ nabla eval "x'*x/4" -d "x: [n] complex" --precision complex --data x="$t/z.npy"
> 14+0i
$ nabla eval "sum(x.^2)" --wrt x --data x="[1 2]" -o value="$t/v.txt" -o gradient="$t/g.txt"
$ cat "$t/v.txt" "$t/g.txt"
> 5
> 2
> 4
$ nabla eval "sum(x.^2)" --wrt x --data x="[1 2]" -o "gradient x=$t/g.txt"
> # value
> 5
$ printf '1,2\n3,x\n' >"$t/bad.csv"; nabla eval "tr(A)" --data A="$t/bad.csv"
! bad.csv
? 2
$ : >"$t/empty.csv"; nabla eval "tr(A)" --data A="$t/empty.csv"
! empty.csv
? 2
$ head -c 90 "$t/a.npy" >"$t/short.npy"; nabla eval "tr(A)" --data A="$t/short.npy"
! short.npy
? 2
$ nabla eval "tr(A)" --data A="$t"
! the file cannot be read
? 2
$ nabla eval "tr(A)" --data A="$t/none.npy"
! none.npy: the file cannot be read: No such file or directory
? 2
$ nabla eval "tr(A)" --data A=README.md
! README.md: this format is not known
! files that are read: .npy
? 2
$ nabla eval "A" --data A=1 -o "$t/none/a.npy"
! none/a.npy: the file cannot be written: No such file or directory
? 2
$ nabla eval "A" --data A=1 -o "$t/a.pdf"
! files that are written: .npy .csv .mtx .txt
? 2
$ nabla eval "A" --data A=1 >/dev/full
! cannot be written
? 2
$ ls "$t" | grep part
? 1
# --- data that are missing, or do not fit
$ nabla eval "x'*A*x" --data A="[1 2; 3 4]"
! there are no data for x: [n]
! --data x=FILE, or x="[1 2 3]"
? 2
$ nabla eval "a*x" -d "a: scalar" --data x="[1 2]"
! there are no data for a: scalar
! --data a=3.5
? 2
$ nabla eval "x'*x" --data y="[1 2]"
! the expression has no input y
? 2
$ nabla eval "alpha*x'*x" --data alhpa=2 --data x="[1 2]"
! the expression has no input alhpa
! did you mean alpha?
? 2
$ nabla eval "x'*x" --data x
! --data does not take x
? 2
$ nabla eval "x'*x" --data x=
! there is nothing behind --data x=
? 2
$ nabla eval "A*B" --data A="[1 2 3; 4 5 6]" --data B="[1 2; 3 4]"
! B: [m,p] is given as 2 x 2, but A: [n,m] is 2 x 3
? 2
$ nabla eval "tr(A)" --data A="[1 2 3; 4 5 6]"
! A: [n,n] is square, and is given as 2 x 3
? 2
$ nabla eval "x'*x" --data x="[1 2; 3 4]"
! x is a vector, and is given as 2 x 2
? 2
$ nabla eval "tr(A)" --data A="[1 2; 3]"
! rows of different lengths: [1 2; 3]
? 2
$ nabla eval "tr(A)" --data A="[1 2; 3 b]"
! this is no number and no matrix: [1 2; 3 b]
? 2
$ nabla eval "tr(A^k)" -d "A: [n,n]; k: integer" --data A="[1 2; 2 1]" --data k=2.5
! k is a whole number below 10^9; 2.5 is given
? 2
$ nabla eval "tr(A)" -d "A: [n,n] symmetric" --data A="[1 2; 3 4]"
! A is declared to be symmetric, and is not: entry [2,1] of A is 3, and should be 2
? 2
# --- never a silent wrong number
$ nabla eval "2*A" --data A="[1 nan; 3 4]"
! the input A has NaN at entry [1,2]
? 2
$ nabla eval "log(det(A))" --data A="[1 2; 2 1]"
! log(det(A)) has no real value: the determinant is negative, -exp(1.09861)
? 2
$ nabla eval "logdet(A)" --data A="[1 2; 2 1]"
> 1.0986122886681096
$ nabla eval "A\b" --data A="[1 2; 2 4]" --data b="[1; 2]"
! A is singular (pivot 2 is zero)
? 2
$ nabla eval "A\b" --data A="[1 1; 1 1.00000000001]" --data b="[2; 2]"
! warning: a system is ill-conditioned (reciprocal condition about 5.0e-12): about 11 digits are lost
> 2
> 0
$ nabla eval "A\b" --data A="[1 1; 1 1.0000000000000002]" --data b="[1; 2]"
! A is singular to working precision (reciprocal condition about
? 2
$ nabla eval "log(det(A))" -d "A: [n,n] posdef" --data A="[1 2; 2 1]"
! A is not positive definite (its leading minor of order 2 is not positive), as declared
? 2
$ nabla eval "chol(A)" --data A="[1 2; 2 1]"
! A is not positive definite
? 2
$ nabla eval "sum(log(x))" --data x="[1 -2]"
! sum(log(x)) gives NaN: log(-2)
? 2
$ nabla eval "exp(x)" --data x=1000
! exp(x) gives Inf: exp(1000)
? 2
$ nabla eval "-sum(Y.*log(softmax(W*x)))" -d "Y: [m]" --wrt x --want value,gradient,hessian --data "W=[1000 0; 0 1000]" --data "x=[1 -1]" --data "Y=[1 1]"
> # value
> 2000
> # gradient x
> 1000
> -1000
> # hessian x
> 0 0
> 0 0
$ nabla eval "log(sum(exp(W*x)))" --wrt W --want hessian --data "W=[1000 0; 0 1000]" --data "x=[1 -1]" | sort -u
> 0 0 0 0
$ nabla eval "1e400*x" --data x=1
! gives NaN or Inf
? 2
# --- options
$ nabla eval "x'*x" --data x="[1 2]" --threads 1
> 5
$ nabla eval "x'*x" --data x="[1 2]" --threads none
! --threads does not take none
? 2
$ nabla eval "x'*x" --data x="[1 2]" --want values
! it is one of value, gradient, hessian, hessvec
? 2
$ nabla eval "x'*x" --data x="[1 2]" --want gradient
! a derivative by which variable?
? 2
$ nabla eval "x'*x" --data x="[1 2]" --to json
! eval gives numbers: --to json
? 2
$ nabla eval "x'*x" --wrt x --data x="[1 2]" -o "$t/x.npy"
! there are several results
! --out "value=FILE", and so on
? 2
$ nabla eval "x'*x" --wrt x --data x="[1 2]" -o gradeint="$t/x.npy"
! there is no result called gradeint
! --out "gradient=FILE"
? 2
$ nabla eval "log(det(A))" -d "A: [n,n] posdef" --data A="[4 0; 0 0.25]" --dump plan
> v0 [n,n] = input A
> v1 [n,n] = cholesky v0    # 3 flops, 64 bytes
> v2 [1,1] = logdet v1    # 2 flops, 40 bytes
> value = v2
> # in all: 5 flops, 104 bytes
> 0
$ nabla eval "x'*A*x" --wrt x --data "A=[1 2; 3 4]" --data "x=[1 2]" --dump plan
> v0 [n,1] = input x
> v2 [n,n] = input A
> v4 [n,1] = v2*v0, v1 = v2'*v0 both, one pass    # 16 flops, 96 bytes
> loop [n,1]
>     v3 [1,1] = sum over all of (v0[i] .* v1[i])
>     v5 [n,1] = (v4[i] + v1[i])    # 6 flops, 72 bytes
> value = v3
> gradient x = v5
> # in all: 22 flops, 168 bytes
> # value
> 27
> # gradient x
> 12
> 21
$ nabla eval "x'*x" --data x="[1 2]" --dump plans
! --dump does not take plans
? 2
$ NABLA_BLAS=/nowhere.so "$nabla" eval "x'*x" --data x="[1 2]"
! BLAS and LAPACK are not found: /nowhere.so
! NABLA_BLAS
? 2
$ nabla eval
! there is no expression
? 2
# --- on a terminal the columns are of one width
$ script -qec "'$nabla' eval 'A' --data A='[1 -2.5; 100 3]'" /dev/null </dev/null | tr -d '\r'
>    1 -2.5
>  100    3
# --- indices are integers that are given, and have their range
$ nabla eval "inv(X)[k,l]" --wrt "X[i,j]" --data X="[2 0; 1 1]" --data k=2 --data l=1 --data i=1 --data j=1
> # value
> -0.5
> # gradient X[i,j]
> 0.25
$ nabla eval "X[i,:]" --data X="[1 2; 3 4]" --data i=2
> 3 4
$ nabla eval "delta(i,j)" --data i=2 --data j=2
> 1
$ nabla eval "X[i,:]" --data X="[1 2; 3 4]" --data i=3
! the index i is 3: it runs over 1..2
? 2
$ nabla eval "delta(i,j)" --data i=0 --data j=2
! the index i is 0: indices count from 1
? 2
# --- what has an index has a plan
$ nabla eval "A*X'" --wrt X -d "A: [n,m]; X: [p,m]" --data X="[1 2 3; 4 5 6]" --data A="[1 2 3]" --dump plan | grep -c "commute\|no plan"
> 1
$ nabla eval "sum(r=0:k-1, X^r*E*X^(k-1-r))" --data X="[1 1; 0 1]" --data E="[0 0; 1 0]" --data k=3 -d "X: [n,n]; k: integer"
> 3 1
> 3 3
$ nabla eval "sum(i, exp(A[i,:]*x))" --data A="[1 2; 3 4]" --data x="[0;0]" --dump plan | grep -c "no plan"
> 0
? 1
# --- sums: as whole arrays, or as loops
$ nabla eval "sum(i=1:n-1, (x[i+1] - x[i])^2)" --wrt x -d "x: [n]" --data x="[1 2 3 5]"
> # value
> 6
> # gradient x
> -2
> 0
> -2
> 4
$ nabla eval "sum(i=1:n-1, (x[i+1] - x[i])^2)" --wrt x -d "x: [n]" --data x="[1 2 3 5]" --dump plan | grep -c "repeat\|no plan"
> 0
? 1
$ nabla eval "sum(i, log(det(eye(n) + X[:,i]*X[:,i]')))" --data X="[1 2 3; 4 5 6]" --dump plan | grep -c "repeat\|det "
> 0
? 1
$ nabla eval "sum(i, tr(expm(x[i]*A)))" --wrt x --data A="[0 1; 0 0]" --data x="[1 2]" --dump plan | grep -c "repeat #1 = 1..n\|+= collect\|again #1"
> 4
$ nabla eval "sum(i, tr(inv(A - x[i]*eye(n))))" --data A="[1 2; 2 4]" --data x="[1 0]"
! A - x[i]*eye(n) is singular (pivot 2 is zero), i = 2
? 2
$ nabla eval "e(i+1,n)'*x" --data x="[1 2 3]" --data i=2
> 3
$ nabla eval "e(i+1,n)'*x" --data x="[1 2 3]" --data i=3
! has no entry [4,1]
? 2
$ nabla eval "sum(r=0:k, e(r,n)'*x)" -d "x: [n]; k: integer" --data x="[1 2 3]" --data k=2
! has no entry [0,1]
? 2
# --- derivatives without a closed form, column by column
$ nabla eval "expm(A)" --wrt A --want gradient --data A="[0 0; 0 0]"
> 1 0 0 0
> 0 1 0 0
> 0 0 1 0
> 0 0 0 1
$ nabla eval "tr(expm(A))" --wrt A --want hessian --data A="[0 0; 0 0]"
> 1 0 0 0
> 0 0 1 0
> 0 1 0 0
> 0 0 0 1
$ nabla eval "tr(inv(S)*B)" --wrt S --want hessian -d "S: [n,n] symmetric; B: [n,n]" --data S="[1 0; 0 1]" --data B="[1 0; 0 1]"
> 2 0 0 0
> 0 1 1 0
> 0 1 1 0
> 0 0 0 2
$ nabla eval "A[1,2]^2 + sum(diag(A).^2)" --wrt A --want hessian -d "A: [n,n]" --data A="[1 2; 3 4]"
> 2 0 0 0
> 0 0 0 0
> 0 0 2 0
> 0 0 0 2
# --- a variable tells sizes though its derivative does not have it
$ nabla eval "x'*x" --wrt x --want hessian --data x="[1 2]"
> 2 0
> 0 2
$ nabla eval "sum(reshape(A,1,n*n).^2)" -d "A: [n,n]" --data A="[1 2; 3 4]"
> 30
$ rm -r "$t"
